"""Pictures per second of one thread's processor time with Pillow, torchvision and timm: the peer of AugmentBench.

usage: augment.py FOLDER [SIDE] [POLICY] [INTERPOLATION]
"""
import io
import os
import sys
import time

import torch
from PIL import Image
from timm.data.auto_augment import rand_augment_transform
from timm.data.transforms import str_to_pil_interp
from torchvision import transforms
from torchvision.transforms import InterpolationMode

torch.set_num_threads(1)
folder = sys.argv[1]
side = int(sys.argv[2]) if len(sys.argv) > 2 else 64
policy = sys.argv[3] if len(sys.argv) > 3 else "rand-m9-mstd0.5-inc1"
name = sys.argv[4] if len(sys.argv) > 4 else "bicubic"
paths = sorted(os.path.join(d, f) for d, _, fs in os.walk(folder) for f in fs)[:1000]
files = [open(p, "rb").read() for p in paths]


def decode(data):
    return Image.open(io.BytesIO(data)).convert("RGB")


pictures = [decode(f) for f in files]
crop = transforms.RandomResizedCrop(
    side, interpolation=InterpolationMode("bilinear" if name == "random" else name))
params = dict(translate_const=int(side * 0.45), img_mean=(124, 116, 104))
if name != "random":
    params["interpolation"] = str_to_pil_interp(name)
augment = rand_augment_transform(policy, params)


def safe(image):
    """A posterize to no bits is an error in new Pillow."""
    try:
        return augment(image)
    except ValueError:
        return image


def report(what, work):
    start = time.thread_time()
    i = 0
    while time.thread_time() - start < 4:
        for _ in range(100):
            work(i % len(files))
            i += 1
    print(f"{what:24s} {i / (time.thread_time() - start):8.0f} images/s", flush=True)


report("decode", lambda i: decode(files[i]))
report("RandomResizedCrop", lambda i: crop(pictures[i]))
report(policy, lambda i: safe(pictures[i]))
report("crop + policy", lambda i: safe(crop(pictures[i])))
report("decode + crop + policy", lambda i: safe(crop(decode(files[i]))))
