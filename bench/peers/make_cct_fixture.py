"""Makes the golden values of the compact convolutional transformer, and prints its variants' sizes.

usage: make_cct_fixture.py FOLDER
Writes FOLDER/{learnable,sine}/{model,io}.safetensors and config.json: small models in float64's rounding
of random weights, the tensors on the way, the loss and every gradient. The model is defined here after the
paper (Hassani et al. 2021) with the parameter names of its authors' published weights.
"""
import json
import math
import os
import sys

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F


class SelfAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads, self.qkv, self.proj = heads, nn.Linear(dim, 3 * dim, bias=False), nn.Linear(dim, dim)

    def forward(self, x):
        b, n, d = x.shape
        q, k, v = (t.view(b, n, self.heads, -1).transpose(1, 2) for t in self.qkv(x).chunk(3, -1))
        p = (q @ k.mT / math.sqrt(d // self.heads)).softmax(-1)
        return self.proj((p @ v).transpose(1, 2).flatten(2))


class Layer(nn.Module):
    def __init__(self, dim, heads, hidden):
        super().__init__()
        self.pre_norm, self.self_attn = nn.LayerNorm(dim), SelfAttention(dim, heads)
        self.linear1, self.norm1, self.linear2 = nn.Linear(dim, hidden), nn.LayerNorm(dim), nn.Linear(hidden, dim)

    def forward(self, x):
        y = self.norm1(x + self.self_attn(self.pre_norm(x)))
        return y + self.linear2(F.gelu(self.linear1(y)))


def sine(n, d):
    place, i = torch.arange(n, dtype=torch.float64)[:, None], torch.arange(d)
    angle = (place / 10000 ** (2 * (i // 2) / d)).float()
    return torch.where(i % 2 == 0, angle.sin(), angle.cos())[None]


class Cct(nn.Module):
    def __init__(self, img, classes, convs, dim, depth, heads, ratio, positions="learnable"):
        super().__init__()
        widths = [3] + [64] * (convs - 1) + [dim]
        self.tokenizer = nn.Module()
        self.tokenizer.conv_layers = nn.Sequential(*[
            nn.Sequential(nn.Conv2d(i, o, 3, 1, 1, bias=False), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
            for i, o in zip(widths, widths[1:])])
        n = img
        for _ in range(convs):
            n = (n + 1) // 2
        c = self.classifier = nn.Module()
        c.positional_emb = nn.Parameter(
            torch.randn(1, n * n, dim) * 0.2 if positions == "learnable" else sine(n * n, dim),
            requires_grad=positions == "learnable")
        c.attention_pool = nn.Linear(dim, 1)
        c.blocks = nn.ModuleList([Layer(dim, heads, int(dim * ratio)) for _ in range(depth)])
        c.norm, c.fc = nn.LayerNorm(dim), nn.Linear(dim, classes)

    def forward(self, x, seen=None):
        seen = {} if seen is None else seen
        c = self.classifier
        t = self.tokenizer.conv_layers(x).flatten(2).mT + c.positional_emb
        seen["tokens"] = t
        for i, block in enumerate(c.blocks):
            t = block(t)
            seen[f"block.{i}"] = t
        t = c.norm(t)
        seen["pool"] = c.attention_pool(t).softmax(1).mT
        seen["features"] = (seen["pool"] @ t).squeeze(1)
        seen["logits"] = c.fc(seen["features"])
        return seen["logits"]


def write(folder, words):
    torch.manual_seed(15)
    model = Cct(**words)
    for p in model.parameters():  # norms and biases that say something
        if p.dim() == 1:
            nn.init.normal_(p, p.mean().item(), 0.1)
    x, labels, seen = torch.randn(3, 3, words["img"], words["img"]), torch.tensor([1, 4, 0]), {}
    loss = F.cross_entropy(model(x, seen), labels)
    loss.backward()
    seen.update({"grad." + n: p.grad for n, p in model.named_parameters() if p.grad is not None})
    seen.update(x=x, labels=labels, loss=loss)
    os.makedirs(folder, exist_ok=True)
    save_file(model.state_dict(), folder + "/model.safetensors")
    save_file({k: v.detach().contiguous() for k, v in seen.items()}, folder + "/io.safetensors")
    with open(folder + "/config.json", "w") as f:
        json.dump(words, f, indent=1)


small = dict(img=14, classes=5, dim=24, depth=2, heads=3, ratio=2)
write(sys.argv[1] + "/learnable", dict(small, convs=2))
write(sys.argv[1] + "/sine", dict(small, convs=1, positions="sine"))
for depth, convs in ((2, 2), (4, 2), (6, 2), (6, 1), (7, 1), (7, 2)):
    wide = depth > 4
    m = Cct(32, 10, convs, 256 if wide else 128, depth, 4 if wide else 2, 2 if wide else 1)
    from torch.utils.flop_counter import FlopCounterMode
    with FlopCounterMode(display=False) as flops, torch.no_grad():
        m(torch.zeros(1, 3, 32, 32))
    count = sum(p.numel() for p in m.parameters())
    print(f"cct_{depth}_3x{convs}_32, {count}, {flops.get_total_flops() // 2}")
