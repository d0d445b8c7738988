"""Makes the golden values of BEiT and EVA-02 with timm and transformers.

usage: make_beit_fixture.py FOLDER
Writes FOLDER/NAME.safetensors: a small model with random weights (weights.*), an input and its logits; of `blocks` also
the attention of the first block, of it and `eva_split` the gradients of sum(logits * cotangent); with resized.* a larger
input and the logits of the model whose positions the library resized to it. For transformers' models, FOLDER/NAME.json
is their config.json. Everything is seeded and runs on one thread.
"""
import copy
import json
import os
import sys

import torch
from safetensors.torch import save_file
from timm.models.beit import Beit
from timm.models.eva import Eva
from transformers import BeitConfig, BeitForImageClassification, BeitModel

TIMM = {
    "blocks": dict(img_size=32, use_abs_pos_emb=False, use_rel_pos_bias=True, init_values=0.1),
    "shared": dict(img_size=24, use_abs_pos_emb=True, use_shared_rel_pos_bias=True, global_pool="token", in_chans=1),
    "rectangle": dict(img_size=(16, 40), use_rel_pos_bias=True, use_shared_rel_pos_bias=True, init_values=1e-5,
                      mlp_ratio=2.7, num_classes=0),
}
EVA = {
    "eva_packed": dict(img_size=24, swiglu_mlp=True, use_rot_pos_emb=True, ref_feat_shape=(16, 16), mlp_ratio=2.7),
    "eva_split": dict(img_size=(16, 40), swiglu_mlp=True, use_rot_pos_emb=True, scale_mlp=True, scale_attn_inner=True,
                      qkv_fused=False, global_pool="token", in_chans=1, init_values=0.1),
    "eva_plain": dict(img_size=16, num_classes=0),
}
HUGGING_FACE = {
    "hf_mean": dict(image_size=32, use_relative_position_bias=True),
    "hf_token": dict(image_size=24, use_mean_pooling=False, use_shared_relative_position_bias=True,
                     use_absolute_position_embeddings=True, layer_scale_init_value=0.0, use_mask_token=True),
    "hf_model": dict(image_size=16, use_relative_position_bias=True, num_channels=1),
}


def randomize(model):
    for name, p in model.named_parameters():
        if "table" in name or name.endswith(("bias", "token", "pos_embed", "position_embeddings")):
            torch.nn.init.normal_(p, 0, 0.5)
        elif p.dim() == 1:
            torch.nn.init.uniform_(p, 0.5, 1.5)
        else:
            torch.nn.init.normal_(p, 0, p[0].numel() ** -0.5)


def gradients(out, model, x):
    logits = model(x)
    out["cotangent"] = torch.randn(logits.shape)
    (logits * out["cotangent"]).sum().backward()
    out.update({"grad." + n: p.grad for n, p in model.named_parameters()})


def write(folder, name, model, scores, x, larger, resized):
    out = {"weights." + n: t.clone() for n, t in model.state_dict().items()}
    out["input"] = x
    with torch.no_grad():
        out["logits"] = scores(model)(x)
        if larger is not None:
            out["resized.input"] = larger
            out["resized.logits"] = scores(resized)(larger)
    if name == "eva_split":
        gradients(out, model, x)
    if name == "blocks":
        attn = model.blocks[0].attn
        seen = []
        hook = attn.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
        gradients(out, model, x)
        hook.remove()
        q, k, _ = attn.qkv(seen[0]).reshape(x.shape[0], -1, 3, attn.num_heads, 8).permute(2, 0, 3, 1, 4)
        q = q + attn.q_bias.reshape(attn.num_heads, 1, 8)
        out["attention"] = (q @ k.mT * attn.scale + attn._get_rel_pos_bias()).softmax(-1)
    save_file({k: v.detach().clone().contiguous() for k, v in out.items()}, f"{folder}/{name}.safetensors")
    print(name, out["logits"].shape, sum(p.numel() for p in model.parameters()), "parameters")


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    torch.set_num_threads(1)
    os.environ["TIMM_FUSED_ATTN"] = "0"
    for i, (name, words) in enumerate({**TIMM, **EVA}.items()):
        torch.manual_seed(2501 + i)
        model = (Eva if name in EVA else Beit)(**dict(dict(patch_size=8, embed_dim=24, depth=2, num_heads=3, num_classes=5), **words)).eval()
        randomize(model)
        h, w = model.patch_embed.img_size
        c = words.get("in_chans", 3)
        other = copy.deepcopy(model)
        other.set_input_size((h + 16, w + 8))
        write(folder, name, model, lambda m: m, torch.randn(2, c, h, w), torch.randn(1, c, h + 16, w + 8), other)
    for i, (name, words) in enumerate(HUGGING_FACE.items()):
        torch.manual_seed(2601 + i)
        config = BeitConfig(**dict(dict(patch_size=8, hidden_size=24, num_hidden_layers=2, num_attention_heads=3,
                                        intermediate_size=40, num_labels=5), **words))
        kind = BeitModel if name == "hf_model" else BeitForImageClassification
        model = kind(config).eval()
        randomize(model)
        model.save_pretrained(f"{folder}/{name}.folder")  # whose names are not those in memory
        side = config.image_size
        x = torch.randn(2, config.num_channels, side, side)
        larger = torch.randn(1, config.num_channels, side + 16, side + 16)

        def scores(m):
            return (lambda x: m(x).pooler_output) if name == "hf_model" else (lambda x: m(x).logits)
        write(folder, name, model, scores, x, larger, model)
        os.replace(f"{folder}/{name}.folder/config.json", f"{folder}/{name}.json")
        os.replace(f"{folder}/{name}.folder/model.safetensors", f"{folder}/{name}.model.safetensors")
        os.rmdir(f"{folder}/{name}.folder")


main()
