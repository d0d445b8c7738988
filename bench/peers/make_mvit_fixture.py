"""Makes the golden values of MViTv2 with timm.

usage: make_mvit_fixture.py FOLDER
Writes FOLDER/NAME.safetensors (one small model each: weights, input, the tensors on the way, the loss and every
gradient), FOLDER/models.json (the arguments of the small models) and FOLDER/facts.json (parameter counts, default
configurations, layer groups and initial values of timm's models, and what timm does with other image sizes).
timm builds square models of sizes that divide; for `rectangle` and `remainder` the script gives each block relative
positions of the length that its grid of tokens needs, and timm's forward pass does the rest.
Everything is seeded and runs on one thread.
"""
import copy
import json
import os
import re
import sys

import timm
import torch
from safetensors.torch import save_file
from timm.models._manipulate import group_parameters
from timm.models._registry import get_arch_pretrained_cfgs
from timm.models.mvitv2 import MultiScaleVit, MultiScaleVitCfg, checkpoint_filter_fn
from torch import nn
from torch.nn import functional as F

MODELS = {
    "square": dict(img_size=64, num_classes=5, depths=[1, 2, 1], embed_dim=8, num_heads=1),
    "cls": dict(img_size=32, num_classes=4, depths=[1, 1, 2], embed_dim=8, num_heads=2, use_cls_token=True),
    "cls_mean": dict(img_size=32, num_classes=4, depths=[1, 2], embed_dim=8, num_heads=1, use_cls_token=True,
                     global_pool="avg"),
    "expand_mlp": dict(img_size=32, num_classes=3, depths=[2, 2, 1], embed_dim=8, num_heads=2, expand_attn=False),
    "four_stages": dict(img_size=64, num_classes=3, depths=[1, 1, 2, 1], embed_dim=4, num_heads=1),
    "rectangle": dict(img_size=(32, 64), in_chans=1, num_classes=3, depths=[1, 2, 1], embed_dim=8, num_heads=1),
    "remainder": dict(img_size=(27, 42), num_classes=3, depths=[1, 2, 1], embed_dim=8, num_heads=1),
    "small_patches": dict(img_size=24, num_classes=3, depths=[1, 2, 1], embed_dim=8, num_heads=1, patch_kernel=3,
                          mlp_ratio=2.6),
    "no_head": dict(img_size=32, num_classes=0, depths=[1, 1], embed_dim=8, num_heads=1, qkv_bias=False),
}
LABELS = torch.tensor([1, 0, 2])


def ceil(n, stride):
    return (n - 1) // stride + 1


def create(words):
    """timm's model; sizes that it does not build itself get relative positions of the right lengths."""
    words = dict(words)
    size = words.pop("img_size")
    height, width = size if isinstance(size, tuple) else (size, size)
    outer = {k: words.pop(k) for k in ("in_chans", "num_classes", "global_pool") if k in words}
    kernel = words.pop("patch_kernel", 7)
    stride = (kernel + 1) // 2
    cfg = MultiScaleVitCfg(**words, patch_kernel=(kernel,) * 2, patch_stride=(stride,) * 2,
                           patch_padding=(kernel // 2,) * 2)
    model = MultiScaleVit(cfg, img_size=64, **outer)
    rows, columns = ceil(height, stride), ceil(width, stride)
    for i, stage in enumerate(model.stages):
        for j, block in enumerate(stage.blocks):
            q, kv = (cfg.stride_q[i][0] if j == 0 else 1), cfg.stride_kv[i][0]
            for name, n in (("rel_pos_h", rows), ("rel_pos_w", columns)):
                length = 2 * max(ceil(n, q), ceil(n, kv)) - 1
                setattr(block.attn, name, nn.Parameter(torch.zeros(length, block.attn.head_dim)))
            rows, columns = ceil(rows, q), ceil(columns, q)
    if height == width and height % (stride * 2 ** (len(model.stages) - 1)) == 0:
        lengths = {n: p.shape for n, p in model.named_parameters()}
        model = MultiScaleVit(cfg, img_size=size, **outer)
        assert {n: p.shape for n, p in model.named_parameters()} == lengths  # timm's own are as long
    return model, (outer.get("in_chans", 3), height, width)


def build(words, seed):
    torch.manual_seed(seed)
    model, shape = create(words)
    for name, p in model.named_parameters():
        if re.search(r"norm(\d|_[qkv])?\.weight$", name):
            nn.init.normal_(p, 1, 0.3)
        elif p.dim() == 1 or "rel_pos" in name or name == "cls_token":
            nn.init.normal_(p, 0, 0.3)
        else:  # the outputs keep about the size of the inputs
            nn.init.normal_(p, 0, p[0].numel() ** -0.5)
    return model.eval(), shape


def watch(model, x, seen):
    """Runs the model and keeps what goes on inside."""
    def keep(name):
        return lambda module, inputs, output: seen.__setitem__(
            name, output[0] if isinstance(output, tuple) else output)

    blocks = [b for s in model.stages for b in s.blocks]
    hooks = [model.patch_embed.register_forward_hook(keep("patch_embed")),
             model.norm.register_forward_hook(keep("norm")),
             blocks[0].attn.register_forward_hook(keep("block.0.attn"))]
    hooks += [b.register_forward_hook(keep(f"block.{i}")) for i, b in enumerate(blocks)]
    seen["logits"] = model(x)
    for h in hooks:
        h.remove()
    seen["features"] = model.forward_head(seen["norm"], pre_logits=True)


def write(folder, name, words, seed):
    model, shape = build(words, seed)
    seen = {}
    x = torch.randn(3, *shape, requires_grad=True)
    watch(model, x, seen)
    logits = seen["logits"]
    if name == "no_head":
        seen["cotangent"] = torch.randn(logits.shape)
        loss = (logits * seen["cotangent"]).sum()
    else:
        seen["labels"] = LABELS
        loss = F.cross_entropy(logits, LABELS)
    loss.backward()
    seen.update({"grad." + n: p.grad for n, p in model.named_parameters()})
    seen.update(loss=loss, input=x, **{"grad.input": x.grad})
    seen.update({"weights." + n: t for n, t in model.state_dict().items()})
    if name == "square":  # the same weights for larger images, their positions resized by timm
        other, _ = create({**words, "img_size": 96})
        state = {n: t.detach().clone() for n, t in model.state_dict().items()}
        other.load_state_dict(checkpoint_filter_fn(state, other))
        seen["input_96"] = torch.randn(2, 3, 96, 96)
        seen["logits_96"] = other.eval()(seen["input_96"])
        seen["rel_pos_96"] = other.state_dict()["stages.0.blocks.0.attn.rel_pos_h"]
    save_file({k: v.detach().clone().contiguous() for k, v in seen.items()}, f"{folder}/{name}.safetensors")
    exact = copy.deepcopy(model).double()(x.double())
    print(f"{name}: logits {tuple(logits.shape)}, float32 against float64 {(logits - exact).abs().max().item():.1e}")


def count(name, **words):
    with torch.device("meta"):
        return sum(p.numel() for p in timm.create_model(name, **words).parameters())


def configurations(name):
    return {c.tag: {
        "weights": bool(c.hf_hub_id or c.url), "hf_hub_id": c.hf_hub_id, "num_classes": c.num_classes,
        "input_size": c.input_size, "fixed_input_size": c.fixed_input_size, "mean": c.mean, "std": c.std,
        "crop_pct": c.crop_pct, "crop_mode": c.crop_mode, "interpolation": c.interpolation,
        "first_conv": c.first_conv, "classifier": c.classifier, "license": c.license,
    } for c in get_arch_pretrained_cfgs(name).values()}


def attempt(act):
    try:
        return f"{act()}"
    except Exception as e:
        return f"{type(e).__name__}: {str(e).strip()}"


def sizes():
    """What timm does with images that are not square, do not divide, or are not the model's size."""
    def run(img, given):
        model = MultiScaleVit(MultiScaleVitCfg(depths=(1, 1), embed_dim=8), img_size=img, num_classes=2)
        return f"logits {tuple(model(torch.zeros(1, 3, given, given)).shape)}"

    return {
        "img_size 64, input 64": attempt(lambda: run(64, 64)),
        "img_size 64, input 32": attempt(lambda: run(64, 32)),
        "img_size 64, input 96": attempt(lambda: run(64, 96)),
        "img_size (32, 64)": attempt(lambda: run((32, 64), 64)),
        "img_size 30, input 30": attempt(lambda: run(30, 30)),
        "img_size 28, input 28": attempt(lambda: run(28, 28)),
    }


def initial():
    """Initial values: mean, standard deviation and largest magnitude of the first block and the ends."""
    torch.manual_seed(0)
    model = MultiScaleVit(MultiScaleVitCfg(depths=(1, 1, 1, 1)))
    return {n: {"shape": list(p.shape), "mean": p.mean().item(), "std": p.std(correction=0).item(),
                "max": p.abs().max().item()}
            for n, p in model.named_parameters() if not re.match(r"stages\.[123]", n)}


def layers(words):
    model, _ = create(words)
    return {
        "state_dict": {n: list(t.shape) for n, t in model.state_dict().items()},
        "layer_ids": group_parameters(model, model.group_matcher(), reverse=True),
        "no_weight_decay": sorted(model.no_weight_decay()),
        "drop_path": [b.drop_path1.drop_prob if hasattr(b.drop_path1, "drop_prob") else 0.0
                      for s in MultiScaleVit(MultiScaleVitCfg(depths=words["depths"], embed_dim=8), img_size=64,
                                             drop_path_rate=0.3).stages for b in s.blocks],
    }


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    torch.set_num_threads(1)
    for i, (name, words) in enumerate(MODELS.items()):
        write(folder, name, words, 5001 + i)
    names = timm.list_models("mvitv2_*")
    facts = {
        "versions": {"torch": torch.__version__.split("+")[0], "timm": timm.__version__},
        "parameters": {n: count(n) for n in names},
        "parameters without head": {n: count(n, num_classes=0) for n in names},
        "default_tag": {n: timm.get_pretrained_cfg(n).tag for n in names},
        "pretrained_cfgs": {n: configurations(n) for n in names},
        "sizes": sizes(), "initial": initial(), "cls": layers(MODELS["cls"]), "square": layers(MODELS["square"]),
    }
    for name, content in (("models", MODELS), ("facts", facts)):
        with open(f"{folder}/{name}.json", "w") as f:
            json.dump(content, f, indent=1)
            f.write("\n")
    print(json.dumps({k: facts[k] for k in ("parameters", "default_tag", "sizes")}, indent=1))


main()
