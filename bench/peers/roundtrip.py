"""Proves that weights go in and out unchanged: the real Python library, `vit`, and the library again.

usage: roundtrip.py [--vit ./vit] [--only WORD]
Every row makes a model with random weights in its own library, lets `vit trace` compute its logits
from the library's file, lets `vit export` write it, opens what was written with the library, and
shows the largest differences from the logits that the library gave at first. Exit code 1 if one is
above 1e-4 of the largest logit, or above 1e-4 where logits are below 1.
Of models of images and texts the features of both towers are compared, as ONNX Runtime computes them
from what `vit export --format onnx` writes, and as the library does from its own file again.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import onnxruntime
import open_clip
import timm
import torch
import torchvision
import transformers
from safetensors.torch import load_file, save_file

TOLERANCE = 1e-4
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


def randomise(model):
    """Every number counts: norms, biases and statistics too."""
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for name, t in model.state_dict().items():
            if not t.is_floating_point():
                continue
            noise = torch.randn(t.shape, generator=generator)
            if name.endswith("running_var"):
                t.copy_(1 + 0.3 * noise.abs())
            elif t.dim() > 1 and "embed" not in name and "token" not in name:
                t.copy_(noise * ((2 if t.dim() == 4 else 1) / t[0].numel()) ** 0.5)
            else:
                t.add_(0.1 * noise)
    return model.eval()


def of_timm(name, **words):
    def make():
        model = timm.create_model(name, **words)
        model.words = words  # what save_for_hf is to write as model_args
        return model

    return make


TIMM = {
    "class token": (of_timm("vit_tiny_patch16_224", img_size=64, depth=3, num_classes=7), (3, 64, 64)),
    "not square, patch 14": (of_timm("vit_small_patch16_224", img_size=(56, 84), patch_size=14, depth=2, num_classes=5), (3, 56, 84)),
    "registers": (of_timm("vit_tiny_patch16_224", img_size=64, reg_tokens=4, depth=2, num_classes=5), (3, 64, 64)),
    "registers, no_embed_class, LayerScale": (of_timm("vit_small_patch14_reg4_dinov2", img_size=56, depth=2, num_classes=5), (3, 56, 56)),
    "mean of patches": (of_timm("vit_tiny_patch16_224", img_size=64, class_token=False, global_pool="avg", depth=2, num_classes=5), (3, 64, 64)),
    "mean of patches, class token": (of_timm("vit_tiny_patch16_224", img_size=64, global_pool="avg", depth=2, num_classes=5), (3, 64, 64)),
    "DeiT distilled": (of_timm("deit_tiny_distilled_patch16_224", img_size=64, depth=2, num_classes=5), (3, 64, 64)),
    "DeiT III": (of_timm("deit3_small_patch16_224", img_size=64, depth=2, num_classes=5), (3, 64, 64)),
    "CLIP's image model": (of_timm("vit_base_patch32_clip_224", img_size=64, embed_dim=192, num_heads=3, depth=2, num_classes=5), (3, 64, 64)),
    "quick GELU": (of_timm("vit_base_patch32_clip_quickgelu_224", img_size=64, embed_dim=192, num_heads=3, depth=2, num_classes=5), (3, 64, 64)),
    "4 channels, mlp_ratio 8/3": (of_timm("vit_tiny_patch16_224", img_size=32, in_chans=4, mlp_ratio=8 / 3, depth=2, num_classes=5), (4, 32, 32)),
    "DINOv2, SwiGLU": (of_timm("vit_giant_patch14_dinov2", img_size=56, embed_dim=48, num_heads=3, depth=2, num_classes=5), (3, 56, 56)),
    "DINOv2, SwiGLU, registers": (of_timm("vit_giant_patch14_reg4_dinov2", img_size=42, embed_dim=48, num_heads=3, depth=2, num_classes=0), (3, 42, 42)),
    "SigLIP, attention pooling": (of_timm("vit_base_patch16_siglip_224", img_size=64, embed_dim=192, num_heads=3, depth=2, num_classes=5), (3, 64, 64)),
    "SigLIP, tanh GELU, mean": (of_timm("vit_so400m_patch16_siglip_gap_256", img_size=64, embed_dim=192, num_heads=3, depth=2, num_classes=5), (3, 64, 64)),
    "attention pooling, all tokens": (of_timm("test_vit3", img_size=64, depth=2, num_classes=5), (3, 64, 64)),
    "qk_norm": (of_timm("vit_tiny_patch16_224", img_size=64, qk_norm=True, depth=2, num_classes=5), (3, 64, 64)),
    "SiLU": (of_timm("vit_tiny_patch16_224", img_size=64, act_layer="silu", depth=2, num_classes=5), (3, 64, 64)),
    "features only": (of_timm("vit_tiny_patch16_224", img_size=64, depth=2, num_classes=0), (3, 64, 64)),
    "resnet18": (of_timm("resnet18", num_classes=5), (3, 96, 64)),
    "BEiT": (of_timm("beit_base_patch16_224", img_size=64, embed_dim=48, num_heads=3, depth=2, num_classes=5), (3, 64, 64)),
    "EVA giant": (of_timm("eva_giant_patch14_224", img_size=56, embed_dim=48, num_heads=3, depth=2, num_classes=5), (3, 56, 56)),
    "EVA-02, packed": (of_timm("eva02_tiny_patch14_224", img_size=56, embed_dim=48, num_heads=3, depth=2, num_classes=5), (3, 56, 56)),
    "EVA-02, norm in the MLP": (of_timm("eva02_base_patch14_448", img_size=56, embed_dim=48, num_heads=3, depth=2, num_classes=5), (3, 56, 56)),
    "ResNeXt": (of_timm("resnet50", layers=[1, 1, 1, 1], cardinality=4, base_width=12, num_classes=5), (3, 64, 64)),
    "deep stem": (of_timm("resnet26t", num_classes=5), (3, 64, 64)),
    "resnet50, 1 channel": (of_timm("resnet50", num_classes=5, in_chans=1), (1, 64, 64)),
}

TORCHVISION = {
    "vit_b_16 made small": (
        lambda: torchvision.models.VisionTransformer(96, 16, 2, 6, 384, 1000, num_classes=9),
        (3, 96, 96),
        "",
        [],
    ),
    "patch 14, from a checkpoint": (
        lambda: torchvision.models.VisionTransformer(56, 14, 3, 3, 192, 500, num_classes=5),
        (3, 56, 56),
        "module.",
        [],
    ),
    "representation_size": (
        lambda: torchvision.models.VisionTransformer(32, 8, 2, 3, 192, 384, num_classes=5, representation_size=24),
        (3, 32, 32),
        "",
        [],
    ),
    "12 heads of width 16": (
        lambda: torchvision.models.VisionTransformer(32, 8, 2, 12, 192, 384, num_classes=5),
        (3, 32, 32),
        "",
        ["--model-args", "num_heads=12"],
    ),
    "resnet18": (lambda: torchvision.models.resnet18(num_classes=11), (3, 80, 64), "", []),
    "resnet34": (lambda: torchvision.models.resnet34(num_classes=3), (3, 64, 64), "_orig_mod.", []),
    "resnet50": (lambda: torchvision.models.resnet50(num_classes=3), (3, 64, 64), "model.", []),
    "resnet20 for CIFAR": (
        lambda: CifarResNet([3, 3, 3]),
        (3, 32, 32),
        "",
        [],
    ),
}


class CifarResNet(torchvision.models.ResNet):
    """The ResNet paper's section 4.2 with shortcut B, under chenyaofo's names."""

    def __init__(self, layers):
        torch.nn.Module.__init__(self)
        self._norm_layer = torch.nn.BatchNorm2d
        self.inplanes, self.dilation, self.groups, self.base_width = 16, 1, 1, 64
        block = torchvision.models.resnet.BasicBlock
        self.conv1 = torch.nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(16)
        self.layer1 = self._make_layer(block, 16, layers[0])
        self.layer2 = self._make_layer(block, 32, layers[1], stride=2)
        self.layer3 = self._make_layer(block, 64, layers[2], stride=2)
        self.fc = torch.nn.Linear(64, 10)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        return self.fc(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


def hf(kind, config_kind, **words):
    config = dict(
        hidden_size=192, num_hidden_layers=2, num_attention_heads=6, intermediate_size=500, image_size=48, patch_size=8
    )
    config.update(words)
    return lambda: kind(config_kind(**config))


def dinov2(kind, config_kind, **words):
    config = dict(hidden_size=96, num_hidden_layers=2, num_attention_heads=6, image_size=48, patch_size=8)
    config.update(words)
    return lambda: kind(config_kind(**config))


T = transformers
HUGGING_FACE = {
    "ViT": (hf(T.ViTForImageClassification, T.ViTConfig, num_labels=6), (3, 48, 48)),
    "ViT, no bias of q, k, v, quick GELU": (
        hf(T.ViTForImageClassification, T.ViTConfig, num_labels=6, qkv_bias=False, hidden_act="quick_gelu"),
        (3, 48, 48),
    ),
    "ViT, patch 14, eps 1e-5": (
        hf(T.ViTForImageClassification, T.ViTConfig, num_labels=6, patch_size=14, image_size=56, layer_norm_eps=1e-5),
        (3, 56, 56),
    ),
    "ViT, gelu_new": (hf(T.ViTForImageClassification, T.ViTConfig, num_labels=6, hidden_act="gelu_new"), (3, 48, 48)),
    "ViT, SiLU": (hf(T.ViTForImageClassification, T.ViTConfig, num_labels=6, hidden_act="silu"), (3, 48, 48)),
    "DINOv2": (dinov2(T.Dinov2Model, T.Dinov2Config), (3, 48, 48)),
    "DINOv2, head": (dinov2(T.Dinov2ForImageClassification, T.Dinov2Config, num_labels=6), (3, 48, 48)),
    "DINOv2, head, SwiGLU": (
        dinov2(T.Dinov2ForImageClassification, T.Dinov2Config, num_labels=6, use_swiglu_ffn=True),
        (3, 48, 48),
    ),
    "DINOv2 with registers": (dinov2(T.Dinov2WithRegistersModel, T.Dinov2WithRegistersConfig), (3, 48, 48)),
    "DINOv2 with registers, head, SwiGLU": (
        dinov2(
            T.Dinov2WithRegistersForImageClassification,
            T.Dinov2WithRegistersConfig,
            num_labels=6,
            use_swiglu_ffn=True,
            mlp_ratio=3,
            num_register_tokens=3,
        ),
        (3, 48, 48),
    ),
    "I-JEPA": (hf(T.IJepaModel, T.IJepaConfig), (3, 48, 48)),
    "I-JEPA, head": (hf(T.IJepaForImageClassification, T.IJepaConfig, num_labels=6), (3, 48, 48)),
    "BEiT": (
        hf(T.BeitForImageClassification, T.BeitConfig, num_labels=6, use_relative_position_bias=True),
        (3, 48, 48),
    ),
    "BEiT, one table, class token": (
        hf(
            T.BeitForImageClassification,
            T.BeitConfig,
            num_labels=6,
            use_shared_relative_position_bias=True,
            use_absolute_position_embeddings=True,
            use_mean_pooling=False,
        ),
        (3, 48, 48),
    ),
    "DeiT with its teacher's head": (hf(T.DeiTForImageClassificationWithTeacher, T.DeiTConfig), (3, 48, 48)),
}


def clip_text(**words):
    return dict(dict(context_length=20, vocab_size=49408, width=64, heads=4, layers=2), **words)


def clip_vit(**words):
    return dict(dict(image_size=64, layers=2, width=96, head_width=32, patch_size=16), **words)


def of_open_clip(vision, text, custom=False, **words):
    def make():
        cfg = dict(embed_dim=48, vision_cfg=vision, text_cfg=text, **words)
        model = (open_clip.model.CustomTextCLIP if custom else open_clip.model.CLIP)(**cfg)
        model.words = dict(cfg, custom_text=custom)
        return model

    return make


OPEN_CLIP = {
    "ViT": of_open_clip(clip_vit(), clip_text()),
    "ViT, quick GELU, not square": of_open_clip(clip_vit(image_size=(64, 96)), clip_text(), quick_gelu=True),
    "ViT, LayerScale, mean, no norm before": of_open_clip(
        clip_vit(ls_init_value=0.1, pool_type="avg", no_ln_pre=True), clip_text(ls_init_value=0.1)
    ),
    "ViT, eps, logit bias, no causal mask": of_open_clip(
        clip_vit(norm_kwargs=dict(eps=1e-3)),
        clip_text(norm_kwargs=dict(eps=1e-3), no_causal_mask=True, pool_type="last"),
        init_logit_bias=-10.0,
    ),
    "names of CustomTextCLIP": of_open_clip(clip_vit(), clip_text(), custom=True),
    "ModifiedResNet": of_open_clip(
        dict(image_size=64, layers=[2, 1, 1, 2], width=8, head_width=32), clip_text(), quick_gelu=True
    ),
}


def hf_clip(kind, config_kind, text=(), **words):
    common = dict(hidden_size=96, num_hidden_layers=2, num_attention_heads=3, intermediate_size=200, **words)
    vision = dict(common, image_size=64, patch_size=16)
    text = dict(dict(common, max_position_embeddings=20, vocab_size=49408), **dict(text))
    return lambda: kind(config_kind(text_config=text, vision_config=vision))


HUGGING_FACE_CLIP = {
    "CLIP": hf_clip(T.CLIPModel, T.CLIPConfig),
    "CLIP, GELU, end token 2": hf_clip(T.CLIPModel, T.CLIPConfig, dict(eos_token_id=2), hidden_act="gelu"),
    "SigLIP": hf_clip(T.SiglipModel, T.SiglipConfig),
}


class Bench:
    def __init__(self, vit, folder):
        self.vit, self.folder, self.worst = vit.split(), Path(folder), 0

    def run(self, *words):
        done = subprocess.run([*self.vit, *map(str, words)], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip().splitlines()[-1])

    def logits(self, model, x, *words):
        save_file({"x": x}, self.folder / "x.safetensors")
        out = self.folder / "trace.safetensors"
        out.unlink(missing_ok=True)
        self.run("trace", model, "--input", f"{self.folder}/x.safetensors:x", "--save", out, *words)
        seen = load_file(out)
        return seen.get("logits")

    def row(self, library, name, make, shape, save, load, names, words=()):
        torch.manual_seed(3)
        model = randomise(make())
        x = torch.randn(2, *shape, generator=torch.Generator().manual_seed(7))
        with torch.inference_mode():
            wanted = logits_of(model(x))
            stem = f"{library}-{name}".replace(" ", "_").replace("/", "_")
            path = save(model, self.folder / stem)
            here = self.logits(path, x, *words)
            format = "pth" if library == "torchvision" else "hf"
            out = self.folder / (stem + "-back" + (".pth" if format == "pth" else ""))
            self.run("export", path, "--format", format, "--names", names, "-o", out, *words)
            back = logits_of(load(out, make)(x))
        largest = wanted.abs().max().item()
        scale = max(1, largest)
        inwards, outwards = ((t - wanted).abs().max().item() for t in (here, back))
        self.worst = max(self.worst, inwards / scale, outwards / scale)
        print(f"{library:<13} {name:<40} {largest:>9.3f} {inwards:>10.1e} {outwards:>10.1e}", flush=True)


    def clip(self, library, name, make, save, load, names):
        torch.manual_seed(3)
        model = make()
        scale = {k: v.clone() for k, v in model.state_dict().items() if k.startswith("logit_")}
        randomise(model).load_state_dict(scale, strict=False)
        size = (64, 96) if "not square" in name else (64, 64)
        generator = torch.Generator().manual_seed(7)
        image = torch.randn(2, 3, *size, generator=generator)
        text = torch.zeros(3, 20, dtype=torch.int64)
        for row, length in enumerate((4, 11, 20)):
            text[row, :length] = torch.randint(10, 49000, (length,), generator=generator)
            text[row, length - 1] = 49407
        wanted = features(model, image, text)
        stem = f"{library}-{name}".replace(" ", "_").replace("/", "_")
        path = save(model, self.folder / stem)
        onnx, back = self.folder / (stem + "-onnx"), self.folder / (stem + "-back")
        self.run("export", path, "--format", "onnx", "-o", onnx)
        self.run("export", path, "--format", "hf", "--names", names, "-o", back)
        here = [answer(onnx / "image.onnx", pixel_values=image), answer(onnx / "text.onnx", input_ids=text)]
        again = features(load(back, make), image, text)
        largest = max(t.abs().max().item() for t in wanted)
        inwards, outwards = (
            max((t - w).abs().max().item() for t, w in zip(them, wanted)) for them in (here, again)
        )
        self.worst = max(self.worst, inwards / max(1, largest), outwards / max(1, largest))
        print(f"{library:<13} {name:<40} {largest:>9.3f} {inwards:>10.1e} {outwards:>10.1e}", flush=True)


def logits_of(output):
    """Of models of transformers without a head, what the head of the same kind of model reads."""
    if getattr(output, "pooler_output", None) is not None:
        return output.pooler_output
    if hasattr(output, "last_hidden_state"):
        return output.last_hidden_state.mean(1)
    return getattr(output, "logits", output)


def features(model, image, text):
    with torch.inference_mode():
        if hasattr(model, "encode_image"):
            return [model.encode_image(image), model.encode_text(text)]
        both = [model.get_image_features(pixel_values=image), model.get_text_features(input_ids=text)]
        return [getattr(f, "pooler_output", f) for f in both]


def answer(file, **inputs):
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    return torch.from_numpy(session.run(None, {k: v.numpy() for k, v in inputs.items()})[0])


def save_open_clip(model, path):
    path.mkdir()
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, path / "open_clip_model.safetensors")
    preprocess = dict(mean=[0.48, 0.46, 0.41], std=[0.27, 0.26, 0.28], interpolation="bicubic", resize_mode="shortest")
    (path / "open_clip_config.json").write_text(json.dumps(dict(model_cfg=model.words, preprocess_cfg=preprocess)))
    return path


def load_open_clip(path, make):
    open_clip.get_tokenizer(f"local-dir:{path}")
    return open_clip.create_model_from_pretrained(f"local-dir:{path}")[0].eval()


def load_hf_clip(path, make):
    transformers.AutoImageProcessor.from_pretrained(path)
    if (path / "vocab.json").exists():
        ids = transformers.AutoTokenizer.from_pretrained(path)("A photo of a cat's 3 whiskers!").input_ids
        assert ids == open_clip.tokenize("A photo of a cat's 3 whiskers!")[0, : len(ids)].tolist(), ids
    return load_hf(path, make)


def save_timm(model, path):
    timm.models.save_for_hf(model, path, model_args=model.words, safe_serialization=True)
    return path


def load_timm(path, make):
    return timm.create_model(f"local-dir:{path}", pretrained=True).eval()


def save_torch(prefix):
    def save(model, path):
        state = {prefix + k: v for k, v in model.state_dict().items()}
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        plain = prefix == ""
        torch.save(state if plain else {"epoch": 3, "state_dict": state, "optimizer": optimizer.state_dict()}, f"{path}.pth")
        return f"{path}.pth"

    return save


def load_torch(path, make):
    model = make()
    model.load_state_dict(torch.load(path, weights_only=True))
    return model.eval()


def save_hf(model, path):
    model.save_pretrained(path)
    return path


def load_hf(path, make):
    transformers.AutoImageProcessor.from_pretrained(path)
    return type(make()).from_pretrained(path).eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vit", default="./vit")
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(args.vit, folder)
        print(f"{'library':<13} {'model':<40} {'largest':>9} {'in':>10} {'and back':>10}")
        for name, (make, shape) in TIMM.items():
            if args.only in "timm " + name:
                bench.row("timm", name, make, shape, save_timm, load_timm, "timm")
        for name, (make, shape, prefix, words) in TORCHVISION.items():
            if args.only in "torchvision " + name:
                bench.row("torchvision", name, make, shape, save_torch(prefix), load_torch, "torchvision", words)
        for name, (make, shape) in HUGGING_FACE.items():
            if args.only in "transformers " + name:
                bench.row("transformers", name, make, shape, save_hf, load_hf, "transformers")
        for name, make in OPEN_CLIP.items():
            if args.only in "open_clip " + name:
                bench.clip("open_clip", name, make, save_open_clip, load_open_clip, "open_clip")
        for name, make in HUGGING_FACE_CLIP.items():
            if args.only in "transformers " + name:
                bench.clip("transformers", name, make, save_hf, load_hf_clip, "transformers")
    print(f"worst, as a share of the largest logit: {bench.worst:.1e}")
    return 1 if bench.worst > TOLERANCE else 0


if __name__ == "__main__":
    sys.exit(main())
