"""Milliseconds of a Spikformer's training step in PyTorch with SpikingJelly's torch backend, the peer of `vit bench train`.

usage: spikformer_step.py [--dim 384] [--depth 4] [--heads 12] [--patch 4] [--img 32] [--batch 8] [--threads 2] [--runs 7]
"""
import argparse
import statistics
import time

import torch
from torch.nn.functional import cross_entropy

from spikformer import Spikformer

p = argparse.ArgumentParser()
p.add_argument("--dim", type=int, default=384)
p.add_argument("--depth", type=int, default=4)
p.add_argument("--heads", type=int, default=12)
p.add_argument("--patch", type=int, default=4)
p.add_argument("--img", type=int, default=32)
p.add_argument("--batch", type=int, default=8)
p.add_argument("--threads", type=int, default=2)
p.add_argument("--runs", type=int, default=7)
a = p.parse_args()
torch.set_num_threads(a.threads)
torch.manual_seed(0)
model = Spikformer(img_size=a.img, patch_size=a.patch, embed_dim=a.dim, depth=a.depth, num_heads=a.heads)
opt = torch.optim.AdamW(model.parameters(), 1e-3)
x = torch.randn(a.batch, 3, a.img, a.img)
y = torch.randint(0, 10, (a.batch,))
times = []
for run in range(-3, a.runs):
    start = time.perf_counter()
    opt.zero_grad()
    loss = cross_entropy(model(x), y)
    loss.backward()
    opt.step()
    loss.item()
    if run >= 0:
        times.append(1e3 * (time.perf_counter() - start))
ms = statistics.median(times)
parameters = sum(t.numel() for t in model.parameters())
print(f"{parameters} parameters, batch {a.batch}: median_ms {ms:.1f} images_per_second {1e3 * a.batch / ms:.2f}")
