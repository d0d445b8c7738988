"""Pictures per second of one thread's processor time in Pillow and torchvision: the peer of dev.vit4j.bench.DecodeBench.

usage: decode.py FOLDER [--size 64] [--seconds 5]      all .jpg and .jpeg files in FOLDER and below, from memory
"""
import argparse
import io
import pathlib
import time

import torch
from PIL import Image
from torchvision import transforms as T

p = argparse.ArgumentParser()
p.add_argument("folder")
p.add_argument("--size", type=int, default=64)
p.add_argument("--seconds", type=float, default=5)
a = p.parse_args()
torch.set_num_threads(1)
torch.manual_seed(0)
files = sorted(f for f in pathlib.Path(a.folder).rglob("*") if f.suffix in (".jpg", ".jpeg"))
data = [f.read_bytes() for f in files]
crop = T.RandomResizedCrop(a.size, interpolation=T.InterpolationMode.BICUBIC)
augment = T.Compose([crop, T.RandAugment(2, 9)])
normalise = T.Compose([T.ToTensor(), T.Normalize((0.5,) * 3, (0.5,) * 3)])


def decode(b):
    return Image.open(io.BytesIO(b)).convert("RGB")


def measure(name, step):
    for b in data[:200]:
        step(b)
    count, start = 0, time.thread_time()
    while time.thread_time() - start < a.seconds:
        step(data[count % len(data)])
        count += 1
    rate = count / (time.thread_time() - start)
    print(f"{name:<40} {rate:10.1f} images/s {1000 / rate:9.3f} ms")


measure("decode", decode)
measure("decode, crop", lambda b: crop(decode(b)))
measure("decode, crop, normalise", lambda b: normalise(crop(decode(b))))
measure("decode, crop, RandAugment, normalise", lambda b: normalise(augment(decode(b))))
