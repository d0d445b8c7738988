"""Compares the multitask ViT with the network of the notes in PyTorch.

usage: multitask.py VIT
VIT is the launcher (./vit). At full size: a ResNet-32 for CIFAR-100, six encoder layers, 460 categories. Writes the
state dict and two images, lets `vit trace` compute both outputs, and prints the largest differences, also of a batch
of two images to two single ones; then the time of the notes' loops for one image. `LabelMapBench` times ours.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

import torch
from safetensors.torch import load_file, save_file

from tfdet import TFDet, randomize, to_segment_by_loops


def main():
    vit = sys.argv[1]
    folder = tempfile.mkdtemp()
    net = randomize(TFDet(), 1)
    print(f"trainable parameters: {sum(p.numel() for p in net.parameters() if p.requires_grad):,}")
    torch.save(net.state_dict(), f"{folder}/tfdet.pt")
    x = torch.randn(2, 3, 224, 224)
    save_file({"x": x}, f"{folder}/x.safetensors")
    with torch.no_grad():
        y, z = net(x)
        single = [net(x[i:i + 1]) for i in range(2)]
    print("PyTorch, two images in a batch against two single runs:",
          f"y {max((y[i] - single[i][0][0]).abs().max().item() for i in range(2)):.1e}")
    subprocess.run([vit, "trace", f"{folder}/tfdet.pt", "--input", f"{folder}/x.safetensors:x",
                    "--save", f"{folder}/seen.safetensors"], check=True, stdout=subprocess.DEVNULL)
    seen = load_file(f"{folder}/seen.safetensors")
    ours_y = seen["grid_logits"].flatten(2).transpose(1, 2)
    ours_z = torch.sigmoid(seen["masks"])
    print(f"vit4j against PyTorch: y {(ours_y - y).abs().max():.1e}, z {(ours_z - z).abs().max():.1e}")
    times = []
    for _ in range(3):
        start = time.perf_counter()
        segment = to_segment_by_loops(y[0], z[0])
        times.append(time.perf_counter() - start)
    image = seen["logits"][0].view(460, 7, 32, 7, 32).permute(1, 3, 2, 4, 0).reshape(49, 1024, 460)
    print(f"vit4j's segmentation against the loops: {(image - segment).abs().max():.1e}")
    print(f"the notes' loops, 49 patches, 460 categories: median {statistics.median(times) * 1e3:.0f} ms")


main()
