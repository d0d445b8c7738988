"""The 1,850-parameter ViT on MNIST, trained by PyTorch and timm: the peer of the recipe mnist-1850.

usage: mnist.py DATA_DIR [--epochs 60] [--batch 64] [--lr 0.01] [--threads 2]
DATA_DIR holds MNIST's four .gz files. The data are in memory and the loop is as lean as PyTorch allows.
"""
import argparse
import gzip
import pathlib
import time

import numpy as np
import torch
from timm.models.vision_transformer import VisionTransformer
from torch.nn.functional import cross_entropy


def read(folder, name, skip, shape):
    data = gzip.decompress((pathlib.Path(folder) / f"{name}.gz").read_bytes())
    return torch.from_numpy(np.frombuffer(data, np.uint8, offset=skip).reshape(shape).copy())


def split(folder, name):
    x = read(folder, f"{name}-images-idx3-ubyte", 16, (-1, 1, 28, 28))
    y = read(folder, f"{name}-labels-idx1-ubyte", 8, (-1,))
    return (x.float() / 255 - 0.1307) / 0.3081, y.long()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("data")
    p.add_argument("--epochs", type=int, default=60)
    p.add_argument("--batch", type=int, default=64)
    p.add_argument("--lr", type=float, default=0.01)
    p.add_argument("--threads", type=int, default=2)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(0)
    (x, y), (tx, ty) = split(a.data, "train"), split(a.data, "t10k")
    model = VisionTransformer(img_size=28, patch_size=7, in_chans=1, num_classes=10, embed_dim=8,
                              depth=2, num_heads=2, mlp_ratio=2)
    opt = torch.optim.Adam(model.parameters(), a.lr)
    warm = torch.optim.lr_scheduler.LinearLR(opt, 0.1, total_iters=2)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(opt, max(1, a.epochs - 2), 1e-5)
    sched = torch.optim.lr_scheduler.SequentialLR(opt, [warm, cosine], [2])
    start, best = time.perf_counter(), 0
    for epoch in range(a.epochs):
        model.train()
        for i in torch.randperm(len(x)).split(a.batch):
            opt.zero_grad()
            cross_entropy(model(x[i]), y[i]).backward()
            opt.step()
        sched.step()
        model.eval()
        with torch.inference_mode():
            best = max(best, 100 * (model(tx).argmax(1) == ty).float().mean().item())
    print(f"best {best:.2f} (chosen on the test set) seconds {time.perf_counter() - start:.1f}")


main()
