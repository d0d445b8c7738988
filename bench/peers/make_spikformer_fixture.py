"""Makes the golden values of the Spikformer with PyTorch and SpikingJelly.

usage: make_spikformer_fixture.py FOLDER
Writes FOLDER/NAME.safetensors: weights under the names of the authors' state dicts (with the two norms of each block
that their code creates and never applies), an input, logits in evaluation mode, and in training mode logits, loss, every
gradient and the statistics of the norms afterwards; cifar.pth and imagenet.pth are checkpoints like the authors'. Spikes are steps, so rounding must not decide about one: seeds are
tried until no membrane potential comes closer to its threshold than MARGIN. Everything runs on one thread.
"""
import os
import sys

import torch
from safetensors.torch import save_file
from spikingjelly.activation_based import functional, neuron
from torch import nn
from torch.nn import functional as F

from spikformer import Spikformer

MARGIN = 1e-5
MODELS = {
    "cifar": dict(img_size=16, embed_dim=32, depth=2, num_heads=2, num_classes=5),
    "gray": dict(img_size=12, in_chans=1, patch_size=2, embed_dim=16, depth=1, num_heads=4, mlp_ratio=2, num_classes=4,
                 T=3, name="atan", alpha=2.0, v_reset=None, detach_reset=False),
    "imagenet": dict(img_size=32, patch_size=16, embed_dim=32, depth=2, num_heads=2, num_classes=3, qkv_bias=False),
    "without_leak": dict(img_size=8, embed_dim=16, depth=1, num_heads=2, num_classes=3, T=5, kind="if"),
}
LABELS = torch.tensor([1, 0, 2])


def build(words, seed):
    torch.manual_seed(seed)
    model = Spikformer(**words)
    for name, p in model.named_parameters():
        if "_bn" in name:  # norms after which about a fifth of the neurons fire
            nn.init.uniform_(p, 0.5, 1.5) if name.endswith("weight") else nn.init.normal_(p, 0.5, 0.3)
        elif p.dim() == 1:
            nn.init.normal_(p, 0, 0.3)
        else:
            nn.init.normal_(p, 0, p[0].numel() ** -0.5)
    for name, b in model.named_buffers():
        if name.endswith("running_mean"):
            nn.init.normal_(b, 0, 0.2)
        elif name.endswith("running_var"):
            nn.init.uniform_(b, 0.3, 1.2)
    return model


def margins(model, x):
    """The smallest distance of a potential from its threshold, and the mean rate of all neurons."""
    least, rates = [], []

    def watch(node, inputs, output):
        v = torch.zeros_like(inputs[0][0]).double()
        for now, spikes in zip(inputs[0].double(), output):
            leaky = isinstance(node, neuron.LIFNode)
            h = v + (now - v) / node.tau if leaky else v + now
            distance = (h - node.v_threshold).abs()
            least.append(distance[distance > 0].min().item())  # sums of spikes are exact: equality is no rounding
            rates.append(spikes.mean().item())
            v = h - spikes * node.v_threshold if node.v_reset is None else torch.where(spikes > 0, node.v_reset, h)
    hooks = [m.register_forward_hook(watch) for m in model.modules() if isinstance(m, neuron.BaseNode)]
    with torch.no_grad():
        model(x)
    for h in hooks:
        h.remove()
    return min(least), min(rates), max(rates)


def write(folder, name, words, seed):
    while True:
        model = build(words, seed)
        x = torch.randn(3, words.get("in_chans", 3), words["img_size"], words["img_size"])
        weights = {k: v.clone() for k, v in model.state_dict().items()}
        evaluated = margins(model.eval(), x)
        trained = margins(model.train(), x)
        model.load_state_dict(weights)
        if min(evaluated[0], trained[0]) > MARGIN:
            break
        seed += 100
    seen = {"input": x.clone(), "logits": model.eval()(x), "labels": LABELS}
    x.requires_grad_(True)
    model.train()
    seen["train.logits"] = model(x)
    loss = F.cross_entropy(seen["train.logits"], LABELS)
    loss.backward()
    functional.reset_net(model)
    seen.update(loss=loss, **{"grad.input": x.grad})
    seen.update({"grad." + n: p.grad for n, p in model.named_parameters()})
    seen.update({"after." + n: b for n, b in model.named_buffers() if "running" in n})
    for i in range(words["depth"]):
        for norm in ("norm1", "norm2"):
            weights[f"block.{i}.{norm}.weight"] = torch.ones(words["embed_dim"])
            weights[f"block.{i}.{norm}.bias"] = torch.zeros(words["embed_dim"])
    seen.update({"weights." + n: t for n, t in weights.items()})
    save_file({k: v.detach().clone().contiguous() for k, v in seen.items()}, f"{folder}/{name}.safetensors")
    if name == "cifar":
        torch.save({"epoch": 1, "state_dict": weights}, f"{folder}/{name}.pth")
    if name == "imagenet":
        torch.save({"epoch": 1, "state_dict": convolutions(weights)}, f"{folder}/{name}.pth")
    print(f"{name}: seed {seed}, least distances {evaluated[0]:.1e} and {trained[0]:.1e}, rates of layers from "
          f"{min(evaluated[1], trained[1]):.3f} to {max(evaluated[2], trained[2]):.3f}")


def convolutions(weights):
    """The same weights as in the authors' code for ImageNet, whose layers are convolutions of one pixel."""
    out = {}
    for key, t in weights.items():
        if "_linear.weight" in key:
            t = t[..., None] if ".attn." in key else t[..., None, None]
        out[key.replace("_linear", "_conv")] = t.contiguous()
    return out


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    torch.set_num_threads(1)
    for i, (name, words) in enumerate(MODELS.items()):
        write(folder, name, words, 4001 + i)


main()
