"""Makes the golden values of ViTs of many kinds with timm, torchvision and transformers.

usage: make_vit_kinds_fixture.py FOLDER
Writes FOLDER/NAME (a small random model as its library or its authors publish it: a folder, a .pth or an .npz),
FOLDER/NAME.io.safetensors (`x` and the `logits` of the library; features without a head) and FOLDER/facts.json
(parameter counts and default tags of timm's models). Everything is seeded and runs on one thread.
"""
import json
import os
import sys

import numpy as np
import timm
import torch
import torchvision
import transformers as T
from safetensors.torch import save_file
from timm.models.vision_transformer import VisionTransformer, checkpoint_filter_fn
from torch import nn

SMALL = dict(img_size=16, patch_size=4, embed_dim=16, depth=2, num_heads=2, num_classes=3)
HF = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, image_size=16, patch_size=4)
SEEDS = iter(range(4001, 5000))


def randomize(model):
    """Every number counts: norms, biases and LayerScale too. The outputs keep about the size of the inputs."""
    generator = torch.Generator().manual_seed(next(SEEDS))
    with torch.no_grad():
        for name, p in model.named_parameters():
            noise = torch.randn(p.shape, generator=generator)
            if p.dim() > 1 and not name.endswith(("token", "tokens", "embed", "embeddings", "latent")):
                p.copy_(noise * p[0].numel() ** -0.5)
            else:
                p.add_(0.3 * noise)
    return model.eval()


def images(size=16, seed=4000):
    return torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(seed))


def answer(output):
    if getattr(output, "pooler_output", None) is not None:
        return output.pooler_output
    if hasattr(output, "last_hidden_state"):
        return output.last_hidden_state.mean(1)
    return getattr(output, "logits", output)


def keep(path, x, logits):
    save_file({"x": x, "logits": logits.detach().contiguous()}, f"{path}.io.safetensors")
    print(f"{os.path.basename(path)}: {tuple(logits.shape)}, largest {logits.abs().max().item():.3f}")


def of_timm(path, name, **words):
    torch.manual_seed(0)
    words = dict(SMALL, **words)
    model = randomize(timm.create_model(name, **words))
    timm.models.save_for_hf(model, path, model_args=words, safe_serialization=True)
    keep(path, images(), model(images()))


def of_transformers(path, kind, config, size=16, processor=None, **words):
    torch.manual_seed(0)
    model = randomize(kind(config(**dict(HF, **words))))
    model.save_pretrained(path)
    if processor is not None:
        processor.save_pretrained(path)
    keep(path, images(size), answer(model(images(size))))


def of_siglip(vision_config, num_labels, **unused):
    """The configuration of an image classifier, with that of the text model it does not have."""
    return T.SiglipConfig(vision_config=vision_config, num_labels=num_labels)


def dinov2(path):
    """The state dict of Meta's code: registers without positions, w12 and w3 of the MLP with a gate."""
    model = randomize(timm.create_model(
        "vit_giant_patch14_reg4_dinov2", **dict(SMALL, num_classes=0, mlp_ratio=3)))
    state = {}
    for name, t in model.state_dict().items():
        name = name.replace("mlp.fc1", "mlp.w12").replace("mlp.fc2", "mlp.w3").replace("reg_token", "register_tokens")
        state[name] = t
    generator = torch.Generator().manual_seed(next(SEEDS))
    of_class = torch.randn(1, 1, 16, generator=generator)
    state["pos_embed"] = torch.cat([of_class, state["pos_embed"]], 1)
    state["mask_token"] = torch.zeros(1, 16)
    torch.save(state, f"{path}.pth")
    model.load_state_dict(checkpoint_filter_fn(dict(state), model))
    keep(path, images(), model(images()))


def swiglu(path):
    """timm's SwiGLU, whose two projections are separate."""
    model = randomize(VisionTransformer(**SMALL, mlp_layer=timm.layers.SwiGLU, act_layer=nn.SiLU))
    torch.save(model.state_dict(), f"{path}.pth")
    keep(path, images(), model(images()))


def ijepa(path):
    """A checkpoint of I-JEPA's training: two encoders, a predictor, an optimizer."""
    encoders = {}
    for key in ("encoder", "target_encoder"):
        model = randomize(VisionTransformer(
            **dict(SMALL, num_classes=0), class_token=False, global_pool="avg", fc_norm=False))
        encoders[key] = {"module." + k: v for k, v in model.state_dict().items()}
    predictor = {"module.mask_token": torch.zeros(1, 1, 8), "module.predictor_pos_embed": torch.zeros(1, 16, 8),
                 "module.predictor_blocks.0.norm1.weight": torch.ones(8)}
    torch.save(dict(encoders, predictor=predictor, opt={"state": {}, "param_groups": []}, scaler={}, epoch=3,
                    loss=0.1, batch_size=2, world_size=1, lr=1e-3), f"{path}.pth")
    keep(path, images(), model(images()))


class PreLogits(nn.Module):
    """timm's VisionTransformer until 0.6, and Google's: a linear layer and tanh before the head."""

    def __init__(self):
        super().__init__()
        self.vit = VisionTransformer(**dict(SMALL, num_classes=0))
        self.fc, self.head = nn.Linear(16, 24), nn.Linear(24, 3)

    def forward(self, x):
        return self.head(torch.tanh(self.fc(self.vit(x))))


def flax(state, stacked):
    """A state dict of timm in the layout of Google's code, or of big_vision with all blocks in one array."""
    mha, mlp, norm2 = ("MultiHeadDotProductAttention_0", "MlpBlock_0", "LayerNorm_1") if stacked else (
        "MultiHeadDotProductAttention_1", "MlpBlock_3", "LayerNorm_2")
    out = {}

    def linear(name, t, shape=None):
        kernel = t.T.contiguous() if t.dim() == 2 else t
        out[name] = (kernel if shape is None else kernel.reshape(shape)).numpy()

    def attention(name, weight, bias, parts):
        for part, w, b in zip(parts, weight.chunk(len(parts)), bias.chunk(len(parts))):
            linear(f"{name}/{part}/kernel", w, (16, 2, 8))
            out[f"{name}/{part}/bias"] = b.reshape(2, 8).numpy()

    def norm(name, ours):
        out[f"{name}/scale"], out[f"{name}/bias"] = state[ours + ".weight"].numpy(), state[ours + ".bias"].numpy()

    def dense(name, ours, shape=None):
        linear(f"{name}/kernel", state[ours + ".weight"], shape)
        out[f"{name}/bias"] = state[ours + ".bias"].numpy()

    out["embedding/kernel"] = state["patch_embed.proj.weight"].permute(2, 3, 1, 0).contiguous().numpy()
    out["embedding/bias"] = state["patch_embed.proj.bias"].numpy()
    out["pos_embedding" if stacked else "Transformer/posembed_input/pos_embedding"] = state["pos_embed"].numpy()
    if "cls_token" in state:
        out["cls"] = state["cls_token"].numpy()
    norm("Transformer/encoder_norm", "norm")
    for i in range(2):
        theirs, ours = f"Transformer/encoderblock_{i}", f"blocks.{i}"
        norm(f"{theirs}/LayerNorm_0", f"{ours}.norm1")
        norm(f"{theirs}/{norm2}", f"{ours}.norm2")
        attention(f"{theirs}/{mha}", state[f"{ours}.attn.qkv.weight"], state[f"{ours}.attn.qkv.bias"],
                  ("query", "key", "value"))
        dense(f"{theirs}/{mha}/out", f"{ours}.attn.proj", (2, 8, 16))
        for k in range(2):
            dense(f"{theirs}/{mlp}/Dense_{k}", f"{ours}.mlp.fc{k + 1}")
    if "attn_pool.latent" in state:
        mha = "MAPHead_0/MultiHeadDotProductAttention_0"
        out["MAPHead_0/probe"] = state["attn_pool.latent"].numpy()
        attention(mha, state["attn_pool.q.weight"], state["attn_pool.q.bias"], ("query",))
        attention(mha, state["attn_pool.kv.weight"], state["attn_pool.kv.bias"], ("key", "value"))
        dense(f"{mha}/out", "attn_pool.proj", (2, 8, 16))
        norm("MAPHead_0/LayerNorm_0", "attn_pool.norm")
        for k in range(2):
            dense(f"MAPHead_0/MlpBlock_0/Dense_{k}", f"attn_pool.mlp.fc{k + 1}")
    for theirs, ours in (("pre_logits", "pre_logits.fc"), ("head", "head")):
        if ours + ".weight" in state:
            dense(theirs, ours)
    if stacked:
        blocks = {k: [v, out[k.replace("_0/", "_1/", 1)]] for k, v in out.items() if "encoderblock_0" in k}
        out = {k: v for k, v in out.items() if "encoderblock" not in k}
        out |= {k.replace("_0/", "/", 1): np.stack(v) for k, v in blocks.items()}
    return out


def pre_logits(folder):
    model = randomize(PreLogits())
    state = {k: v for k, v in model.vit.state_dict().items()}
    state |= {f"pre_logits.fc.{k}": v for k, v in model.fc.state_dict().items()}
    state |= {f"head.{k}": v for k, v in model.head.state_dict().items()}
    torch.save(state, f"{folder}/pre_logits.pth")
    np.savez(f"{folder}/pre_logits_google.npz", **flax(state, False))
    for name in ("pre_logits", "pre_logits_google"):
        keep(f"{folder}/{name}", images(), model(images()))


def big_vision(folder):
    for name, words in {"stacked": dict(num_classes=3), "stacked_map": dict(class_token=False, global_pool="map")}.items():
        model = randomize(VisionTransformer(**dict(SMALL, **words)))
        np.savez(f"{folder}/{name}.npz", **{"params/" + k: v for k, v in flax(model.state_dict(), True).items()})
        again = VisionTransformer(**dict(SMALL, **words)).eval()
        again.load_pretrained(f"{folder}/{name}.npz")
        keep(f"{folder}/{name}", images(), again(images()))


def torch_vision(path):
    model = randomize(torchvision.models.VisionTransformer(16, 4, 2, 2, 16, 40, num_classes=3, representation_size=24))
    torch.save(model.state_dict(), f"{path}.pth")
    keep(path, images(), model(images()))


def facts():
    names = timm.list_models("vit_*") + timm.list_models("deit3_*") + timm.list_models("test_vit*")
    out = {}
    for name in names:
        config = timm.get_pretrained_cfg(name)
        with torch.device("meta"):
            model = timm.create_model(name)
        if isinstance(model, VisionTransformer):
            out[name] = {"parameters": sum(p.numel() for p in model.parameters()), "tag": config.tag,
                         "num_classes": model.num_classes, "img_size": model.patch_embed.img_size[0]}
    return {"versions": {"timm": timm.__version__, "torch": torch.__version__.split("+")[0],
                         "transformers": T.__version__}, "models": out}


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    torch.set_num_threads(1)
    T.logging.disable_progress_bar()
    with open(f"{folder}/facts.json", "w") as f:
        json.dump(facts(), f, indent=1)
        f.write("\n")
    with torch.inference_mode(False), torch.no_grad():
        of_timm(f"{folder}/timm_swiglu_registers", "vit_giant_patch14_reg4_dinov2", mlp_ratio=3)
        of_timm(f"{folder}/timm_deit3", "deit3_small_patch16_224")
        of_timm(f"{folder}/timm_siglip", "vit_base_patch32_siglip_256", num_classes=0)
        of_timm(f"{folder}/timm_map_all_tokens", "test_vit3")
        of_timm(f"{folder}/timm_qk_norm", "vit_tiny_patch16_224", qk_norm=True, act_layer="silu")
        of_timm(f"{folder}/timm_clip", "vit_base_patch32_clip_quickgelu_224")
        of_transformers(f"{folder}/hf_dinov2", T.Dinov2Model, T.Dinov2Config, mlp_ratio=3)
        of_transformers(f"{folder}/hf_dinov2_head", T.Dinov2ForImageClassification, T.Dinov2Config,
                        use_swiglu_ffn=True, num_labels=3)
        of_transformers(f"{folder}/hf_dinov2_registers", T.Dinov2WithRegistersForImageClassification,
                        T.Dinov2WithRegistersConfig, num_labels=3, num_register_tokens=3, hidden_act="gelu_new")
        small = dict(size={"shortest_edge": 28}, crop_size={"height": 24, "width": 24})
        of_transformers(f"{folder}/hf_dinov2_resized", T.Dinov2ForImageClassification, T.Dinov2Config, size=24,
                        processor=T.BitImageProcessor(**small), num_labels=3)
        of_transformers(f"{folder}/hf_dinov2_registers_resized", T.Dinov2WithRegistersModel,
                        T.Dinov2WithRegistersConfig, size=24, processor=T.BitImageProcessor(**small))
        of_transformers(f"{folder}/hf_ijepa", T.IJepaForImageClassification, T.IJepaConfig, num_labels=3,
                        intermediate_size=40)
        of_transformers(f"{folder}/hf_gelu_tanh", T.ViTForImageClassification, T.ViTConfig, num_labels=3,
                        intermediate_size=40, hidden_act="gelu_pytorch_tanh")
        dinov2(f"{folder}/dinov2")
        swiglu(f"{folder}/swiglu")
        ijepa(f"{folder}/ijepa")
        pre_logits(folder)
        big_vision(folder)
        torch_vision(f"{folder}/torchvision_representation")
        vision = dict(HF, intermediate_size=40)
        of_transformers(f"{folder}/hf_siglip_classes", T.SiglipForImageClassification, of_siglip, num_labels=3,
                        vision_config=vision)
        of_transformers(f"{folder}/hf_siglip_vision", T.SiglipVisionModel, T.SiglipVisionConfig, intermediate_size=40)
        of_transformers(f"{folder}/hf_clip_vision", T.CLIPVisionModel, T.CLIPVisionConfig, intermediate_size=40)


main()
