"""Milliseconds of one training step in PyTorch and timm: the peer of `vit bench train`.

usage: step.py --model vit_mnist_1850 | vit_cifar_d192 | resnet34_cifar | any timm name [--batch 64] [--threads 2] [--runs 50] [--fused]
"""
import argparse
import statistics
import time

import timm
import torch
import torchvision
from timm.models.vision_transformer import VisionTransformer
from torch.nn.functional import cross_entropy

p = argparse.ArgumentParser()
p.add_argument("--model", default="vit_mnist_1850")
p.add_argument("--batch", type=int, default=64)
p.add_argument("--threads", type=int, default=2)
p.add_argument("--runs", type=int, default=50)
p.add_argument("--fused", action="store_true")
a = p.parse_args()
torch.set_num_threads(a.threads)
torch.manual_seed(0)
if a.model == "vit_mnist_1850":
    shape, classes = (1, 28, 28), 10
    model = VisionTransformer(img_size=28, patch_size=7, in_chans=1, num_classes=10, embed_dim=8,
                              depth=2, num_heads=2, mlp_ratio=2)
elif a.model == "vit_cifar_d192":
    shape, classes = (3, 32, 32), 100
    model = VisionTransformer(img_size=32, patch_size=4, num_classes=100, embed_dim=192, depth=9, num_heads=12,
                              mlp_ratio=2)
elif a.model == "resnet34_cifar":
    shape, classes = (3, 32, 32), 100
    model = torchvision.models.resnet34(num_classes=100)
    model.conv1 = torch.nn.Conv2d(3, 64, 3, padding=1, bias=False)
    model.maxpool = torch.nn.Identity()
else:
    shape, classes = (3, 224, 224), 1000
    model = timm.create_model(a.model, num_classes=classes)
opt = torch.optim.AdamW(model.parameters(), 1e-3, fused=a.fused)
x = torch.randn(a.batch, *shape)
y = torch.randint(0, classes, (a.batch,))
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
print(f"{a.model} batch {a.batch} median_ms {ms:.2f} images_per_second {1e3 * a.batch / ms:.0f}")
