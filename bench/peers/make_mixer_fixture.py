"""Makes the golden values of the MLP-Mixer with timm.

usage: make_mixer_fixture.py FOLDER
Writes FOLDER/NAME.safetensors (one small Mixer each: weights, input, the tensors on the way, the loss and every
gradient), FOLDER/google.npz (the weights of `square` under the names and in the layout of Google's Flax code),
FOLDER/models.json (the arguments of the small models) and FOLDER/facts.json (parameter counts, default
configurations, names, layer groups and initial values of timm's models). Everything is seeded and runs on one thread.
"""
import copy
import functools
import json
import os
import re
import sys
import warnings

import numpy as np
import timm
import torch
from safetensors.torch import save_file
from timm.models._manipulate import group_parameters
from timm.models._registry import get_arch_pretrained_cfgs
from timm.models.mlp_mixer import MlpMixer
from timm.optim import param_groups_layer_decay
from torch import nn
from torch.nn import functional as F

MODELS = {
    "square": dict(img_size=32, patch_size=8, embed_dim=24, num_blocks=2, num_classes=5),
    "gray": dict(img_size=28, patch_size=4, in_chans=1, embed_dim=16, num_blocks=3, num_classes=4),
    "rectangle": dict(img_size=(24, 40), patch_size=8, embed_dim=20, num_blocks=2, num_classes=3),
    "remainder": dict(img_size=(27, 34), patch_size=8, embed_dim=16, num_blocks=2, num_classes=3),
    "ratios": dict(img_size=16, patch_size=4, embed_dim=18, num_blocks=2, num_classes=3, mlp_ratio=(0.35, 2.6)),
    "no_head": dict(img_size=16, patch_size=4, embed_dim=16, num_blocks=2, num_classes=0),
    "no_pool": dict(img_size=16, patch_size=4, embed_dim=16, num_blocks=2, num_classes=3, global_pool=""),
}
LABELS = torch.tensor([1, 0, 2])


def build(words, seed):
    torch.manual_seed(seed)
    model = MlpMixer(**words).eval()
    for name, p in model.named_parameters():
        if re.search(r"norm\d?\.weight$", name):
            nn.init.normal_(p, 1, 0.3)
        elif p.dim() == 1:
            nn.init.normal_(p, 0, 0.3)
        else:  # the outputs keep about the size of the inputs
            nn.init.normal_(p, 0, p[0].numel() ** -0.5)
    return model


def watch(model, x, seen):
    """Runs the model and keeps what goes on inside."""
    def keep(name):
        return lambda module, inputs, output: seen.__setitem__(name, output)

    def keep_input(module, inputs):  # of the first block's second norm: after the token mixing and its residual
        seen["block.0.tokens_mixed"] = inputs[0]

    blocks = model.blocks
    hooks = [model.stem.register_forward_hook(keep("stem")), blocks[0].register_forward_hook(keep("block.0")),
             blocks[-1].register_forward_hook(keep("block.last")), model.norm.register_forward_hook(keep("norm")),
             blocks[0].norm2.register_forward_pre_hook(keep_input)]
    seen["logits"] = model(x)
    for h in hooks:
        h.remove()
    seen["features"] = model.forward_head(seen["norm"], pre_logits=True)


def write(folder, name, words, seed):
    model, seen = build(words, seed), {}
    size = words["img_size"] if isinstance(words["img_size"], tuple) else (words["img_size"],) * 2
    x = torch.randn(3, words.get("in_chans", 3), *size, requires_grad=True)
    watch(model, x, seen)
    logits = seen["logits"]
    if name in ("no_head", "no_pool"):
        seen["cotangent"] = torch.randn(logits.shape)
        loss = (logits * seen["cotangent"]).sum()
    else:
        seen["labels"] = LABELS
        loss = F.cross_entropy(logits, LABELS)
    loss.backward()
    seen.update({"grad." + n: p.grad for n, p in model.named_parameters()})
    seen.update(loss=loss, input=x, **{"grad.input": x.grad})
    seen.update({"weights." + n: t for n, t in model.state_dict().items()})
    if name == "square":  # Google's code uses the tanh approximation of GELU, timm the exact one
        other = MlpMixer(**words, act_layer=functools.partial(nn.GELU, approximate="tanh")).eval()
        other.load_state_dict(model.state_dict())
        seen["logits_tanh_gelu"] = other(x)
        np.savez(f"{folder}/google.npz", **google(model.state_dict()))
    save_file({k: v.detach().clone().contiguous() for k, v in seen.items()}, f"{folder}/{name}.safetensors")
    exact = copy.deepcopy(model).double()(x.double())
    print(f"{name}: logits {tuple(logits.shape)}, float32 against float64 {(logits - exact).abs().max().item():.1e}")


def google(state):
    """The same weights as Google publishes them: kernels [in, out], the stem's [height, width, in, out]."""
    names = {"stem.proj": "stem", "norm": "pre_head_layer_norm", "head": "head"}
    inside = {"norm1": "LayerNorm_0", "norm2": "LayerNorm_1", "mlp_tokens.fc1": "token_mixing/Dense_0",
              "mlp_tokens.fc2": "token_mixing/Dense_1", "mlp_channels.fc1": "channel_mixing/Dense_0",
              "mlp_channels.fc2": "channel_mixing/Dense_1"}
    out = {}
    for key, t in state.items():
        layer, kind = key.rsplit(".", 1)
        block = re.match(r"blocks\.(\d+)\.(.*)", layer)
        theirs = f"MixerBlock_{block[1]}/{inside[block[2]]}" if block else names[layer]
        if kind == "weight":
            kind = "scale" if t.dim() == 1 else "kernel"
        axes = {1: (0,), 2: (1, 0), 4: (2, 3, 1, 0)}[t.dim()]
        out[f"{theirs}/{kind}"] = np.ascontiguousarray(t.permute(axes).numpy())
    return out


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


def sizes(folder):
    """What timm does when the picture does not divide into patches, or is not the model's size."""
    def run(img, patch, given):
        model = MlpMixer(img_size=img, patch_size=patch, embed_dim=16, num_blocks=1, num_classes=2)
        return f"grid {model.stem.grid_size}, logits {tuple(model(torch.zeros(1, 3, given, given)).shape)}"

    def load():
        source = MlpMixer(img_size=32, patch_size=8, embed_dim=16, num_blocks=1, num_classes=2)
        model = MlpMixer(img_size=40, patch_size=8, embed_dim=16, num_blocks=1, num_classes=2)
        model.load_state_dict(source.state_dict())

    model = MlpMixer(**MODELS["square"])
    return {
        "img_size 225, patch 16, input 225": attempt(lambda: run(225, 16, 225)),
        "img_size 225, patch 16, input 224": attempt(lambda: run(225, 16, 224)),
        "img_size 224, patch 16, input 225": attempt(lambda: run(224, 16, 225)),
        "img_size 224, patch 16, input 240": attempt(lambda: run(224, 16, 240)),
        "img_size 15, patch 16, input 15": attempt(lambda: run(15, 16, 15)),
        "weights of img_size 32 into img_size 40": attempt(load),
        "global_pool token": attempt(lambda: MlpMixer(global_pool="token")),
        "has set_input_size": hasattr(model, "set_input_size"),
        "load_checkpoint of google.npz": attempt(
            lambda: timm.models.load_checkpoint(model, f"{folder}/google.npz")),
    }


def initial():
    """Initial values: mean, standard deviation and largest magnitude of a model's first block and ends."""
    def table(model):
        return {n: {"shape": list(p.shape), "mean": p.mean().item(), "std": p.std(correction=0).item(),
                    "max": p.abs().max().item()}
                for n, p in model.named_parameters() if not re.match(r"blocks\.[1-9]", n)}
    torch.manual_seed(0)
    plain = MlpMixer(num_blocks=2)
    torch.manual_seed(0)
    nlhb = MlpMixer(num_blocks=2, nlhb=True)
    plain_table = table(plain)
    plain.reset_classifier(10)
    return {"of": "MlpMixer(num_blocks=2): 224x224, patch 16, width 512, 1000 classes", "default": plain_table,
            "nlhb": {n: t for n, t in table(nlhb).items() if n.startswith("head")},
            "after reset_classifier(10)": {n: t for n, t in table(plain).items() if n.startswith("head")}}


def layers(words):
    model = MlpMixer(**words)
    decay = {}
    exempt = model.no_weight_decay() if hasattr(model, "no_weight_decay") else ()
    names = {id(p): n for n, p in model.named_parameters()}
    for group in param_groups_layer_decay(model, 0.05, exempt, layer_decay=0.75):
        for p in group["params"]:
            decay[names[id(p)]] = {"lr_scale": group["lr_scale"], "weight_decay": group["weight_decay"]}
    return {
        "state_dict": {n: list(t.shape) for n, t in model.state_dict().items()},
        "group_matcher": {k: v for k, v in model.group_matcher().items()},
        "layer_ids": group_parameters(model, model.group_matcher(), reverse=True),
        "has no_weight_decay": hasattr(model, "no_weight_decay"), "no_weight_decay": list(exempt),
        "param_groups_layer_decay(weight_decay=0.05, layer_decay=0.75)": {n: decay[n] for n in names.values()},
    }


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # of torch, at a model without tokens
    for i, (name, words) in enumerate(MODELS.items()):
        write(folder, name, words, 3001 + i)
    names = [n for n in timm.list_models() if re.match(r"(mixer|gmixer|gmlp|resmlp)_", n)]
    facts = {
        "versions": {"torch": torch.__version__.split("+")[0], "timm": timm.__version__},
        "parameters": {n: count(n) for n in names},
        "parameters without head": {n: count(n, num_classes=0) for n in names if n.startswith("mixer_")},
        "default_tag": {n: timm.get_pretrained_cfg(n).tag for n in names},
        "pretrained_cfgs": {n: configurations(n) for n in names},
        "sizes": sizes(folder), "initial": initial(), "square": layers(MODELS["square"]),
    }
    for name, content in (("models", MODELS), ("facts", facts)):
        with open(f"{folder}/{name}.json", "w") as f:
            json.dump(content, f, indent=1)
            f.write("\n")
    print(json.dumps({k: facts[k] for k in ("parameters", "default_tag", "sizes")}, indent=1))


main()
