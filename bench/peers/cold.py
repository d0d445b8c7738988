"""Whole processes that classify one photo with a ViT-Ti: `vit predict`, and Python with timm; wall time and memory.

python bench/peers/cold.py PHOTO [--vit ./vit] [--rounds 5]
Random weights, the same on both sides. The first round of each warms the disk and is not counted.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

MAKE = """
import sys, timm, torch
torch.save(timm.create_model("vit_tiny_patch16_224").state_dict(), sys.argv[1])
"""
PEER = """
import sys, timm, torch
from PIL import Image
model = timm.create_model("vit_tiny_patch16_224", checkpoint_path=sys.argv[1]).eval()
transform = timm.data.create_transform(**timm.data.resolve_data_config(model.pretrained_cfg, model=model))
with torch.inference_mode():
    scores = model(transform(Image.open(sys.argv[2]).convert("RGB")).unsqueeze(0)).softmax(-1)
print(scores.topk(5))
"""


def run(command):
    """Seconds and peak resident MB of a process; it must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[0]} failed")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("photo")
    parser.add_argument("--vit", default="./vit")
    parser.add_argument("--rounds", type=int, default=5)
    a = parser.parse_args()
    weights = os.path.join(tempfile.mkdtemp(), "vit_tiny.pth")
    # Not here: a child's peak begins with its parent's size.
    subprocess.run([sys.executable, "-c", MAKE, weights], check=True)
    sides = {
        "vit4j": [a.vit, "predict", weights, a.photo],
        "timm": [sys.executable, "-c", PEER, weights, a.photo],
    }
    found = {name: [] for name in sides}
    for i in range(a.rounds + 1):
        for name, command in sides.items():
            figures = run(command)
            if i > 0:
                found[name].append(figures)
    for name, figures in found.items():
        seconds, megabytes = (statistics.median(column) for column in zip(*figures))
        print(f"{name}: median {seconds:.2f} s, {megabytes:.0f} MB")


if __name__ == "__main__":
    main()
