"""The Spikformer (Zhou et al. 2023, arXiv 2209.15425) in PyTorch and SpikingJelly, after the paper.

Names of parameters are those of the authors' state dicts for CIFAR. Used by make_spikformer_fixture.py and
spikformer_step.py.
"""
import torch
from spikingjelly.activation_based import functional, neuron, surrogate
from torch import nn
from torch.nn import functional as F

STAGES = 4


def neurons(kind="lif", tau=2.0, v_threshold=1.0, v_reset=0.0, detach_reset=True, name="sigmoid", alpha=4.0):
    shape = {"sigmoid": surrogate.Sigmoid, "atan": surrogate.ATan}[name](alpha=alpha)
    common = dict(v_threshold=v_threshold, v_reset=v_reset, detach_reset=detach_reset, surrogate_function=shape,
                  step_mode="m")  # on a CPU its backend is torch
    return neuron.LIFNode(tau=tau, **common) if kind == "lif" else neuron.IFNode(**common)


def layer(parent, prefix, width_in, width_out, bias, settings):
    """Adds a linear layer, a norm and neurons to a module: PREFIX_linear, PREFIX_bn and PREFIX_lif."""
    setattr(parent, f"{prefix}_linear", nn.Linear(width_in, width_out, bias=bias))
    setattr(parent, f"{prefix}_bn", nn.BatchNorm1d(width_out))
    setattr(parent, f"{prefix}_lif", neurons(**settings))


def spike(parent, prefix, x):  # [T, B, N, in] to [T, B, N, out]
    t, b, n, _ = x.shape
    y = getattr(parent, f"{prefix}_linear")(x.flatten(0, 1))
    y = getattr(parent, f"{prefix}_bn")(y.transpose(1, 2)).transpose(1, 2)
    return getattr(parent, f"{prefix}_lif")(y.reshape(t, b, n, -1).contiguous())


class Attention(nn.Module):
    def __init__(self, dim, heads, bias, settings):
        super().__init__()
        self.heads = heads
        for prefix in "qkv":
            layer(self, prefix, dim, dim, bias, settings)
        half = settings.get("v_threshold", 1.0) / 2
        self.attn_lif = neurons(**{**settings, "v_threshold": half})
        layer(self, "proj", dim, dim, True, settings)

    def forward(self, x):
        t, b, n, d = x.shape
        q, k, v = (spike(self, p, x).view(t, b, n, self.heads, d // self.heads).transpose(2, 3) for p in "qkv")
        counts = (q @ k.transpose(-2, -1)) * 0.125 @ v
        return spike(self, "proj", self.attn_lif(counts.transpose(2, 3).reshape(t, b, n, d)))


class Mlp(nn.Module):
    def __init__(self, dim, hidden, settings):
        super().__init__()
        layer(self, "fc1", dim, hidden, True, settings)
        layer(self, "fc2", hidden, dim, True, settings)

    def forward(self, x):
        return spike(self, "fc2", spike(self, "fc1", x))


class Block(nn.Module):
    def __init__(self, dim, heads, ratio, bias, settings):
        super().__init__()
        self.attn = Attention(dim, heads, bias, settings)
        self.mlp = Mlp(dim, int(dim * ratio), settings)

    def forward(self, x):
        x = x + self.attn(x)
        return x + self.mlp(x)


class PatchSplitting(nn.Module):
    def __init__(self, channels, dim, patch, settings):
        super().__init__()
        self.pooled = [STAGES - i <= patch.bit_length() - 1 for i in range(STAGES)]
        width = channels
        for i in range(STAGES):
            out = dim >> (STAGES - 1 - i)
            self.stage("proj", str(i or ""), width, out, settings)
            width = out
        self.stage("rpe", "", dim, dim, settings)

    def stage(self, prefix, suffix, width_in, width_out, settings):
        setattr(self, f"{prefix}_conv{suffix}", nn.Conv2d(width_in, width_out, 3, padding=1, bias=False))
        setattr(self, f"{prefix}_bn{suffix}", nn.BatchNorm2d(width_out))
        setattr(self, f"{prefix}_lif{suffix}", neurons(**settings))

    def run(self, prefix, suffix, x):  # [T, B, in, H, W] to [T, B, out, H, W]
        y = getattr(self, f"{prefix}_bn{suffix}")(getattr(self, f"{prefix}_conv{suffix}")(x.flatten(0, 1)))
        return getattr(self, f"{prefix}_lif{suffix}")(y.unflatten(0, x.shape[:2]).contiguous())

    def forward(self, x):
        for i in range(STAGES):
            x = self.run("proj", str(i or ""), x)
            if self.pooled[i]:
                x = F.max_pool2d(x.flatten(0, 1), 3, 2, 1).unflatten(0, x.shape[:2])
        x = x + self.run("rpe", "", x)
        return x.flatten(3).transpose(2, 3)  # [T, B, N, D]


class Spikformer(nn.Module):
    def __init__(self, img_size=32, patch_size=4, in_chans=3, num_classes=10, embed_dim=384, depth=4, num_heads=12,
                 mlp_ratio=4, qkv_bias=True, T=4, **settings):
        super().__init__()
        self.steps = T
        self.patch_embed = PatchSplitting(in_chans, embed_dim, patch_size, settings)
        self.block = nn.ModuleList(Block(embed_dim, num_heads, mlp_ratio, qkv_bias, settings) for _ in range(depth))
        self.head = nn.Linear(embed_dim, num_classes)

    def forward(self, x):
        functional.reset_net(self)
        x = self.patch_embed(x.unsqueeze(0).repeat(self.steps, 1, 1, 1, 1))
        for block in self.block:
            x = block(x)
        return self.head(x.mean(2).mean(0))
