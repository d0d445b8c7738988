"""Makes a small CIFAR-10 of 4,000 training and 1,000 test images, in the official binary layout:

    python cifar10_part.py SHEETS OUT

SHEETS is a folder with test5000_00.png to test5000_04.png (1,000 images each, 40 in a row), test5000_labels.u8 and
label_names.txt. Of each class the first 400 images become training images and the last 100 test images. All of them are
from the official test set, so a figure measured on them is not a figure of CIFAR-10.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("sheets", type=Path)
parser.add_argument("out", type=Path)
args = parser.parse_args()

images = []
for sheet in sorted(args.sheets.glob("test5000_*.png")):
    pixels = np.asarray(Image.open(sheet).convert("RGB"))  # [800, 1280, 3]
    tiles = pixels.reshape(25, 32, 40, 32, 3).transpose(0, 2, 4, 1, 3)  # [25, 40, 3, 32, 32]
    images.append(tiles.reshape(1000, 3072))
images = np.concatenate(images)
labels = np.fromfile(args.sheets / "test5000_labels.u8", dtype=np.uint8)

of_class = [np.flatnonzero(labels == k) for k in range(10)]
train = np.sort(np.concatenate([i[:400] for i in of_class]))
test = np.sort(np.concatenate([i[400:] for i in of_class]))

folder = args.out / "cifar-10-batches-bin"
folder.mkdir(parents=True)
files = {f"data_batch_{n + 1}.bin": train[n * 800 : (n + 1) * 800] for n in range(5)}
for name, chosen in {**files, "test_batch.bin": test}.items():
    np.concatenate([labels[chosen, None], images[chosen]], axis=1).tofile(folder / name)
(folder / "batches.meta.txt").write_text((args.sheets / "label_names.txt").read_text())
