"""Pixel accuracy, IoU of each class and their mean, of index PNGs (gray or palette) under the same names.

usage: miou.py PREDICTED_DIR TRUE_DIR CLASSES
Pixels whose true label is 255 or not below CLASSES are left out, and so are classes that are nowhere.
"""
import pathlib
import sys

import numpy as np
from PIL import Image

predicted, true, n = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
m = np.zeros((n, n + 1), np.int64)  # rows: true classes; columns: predicted ones, the last for values that are none
for file in sorted(true.glob("*.png")):
    t, p = np.asarray(Image.open(file)), np.asarray(Image.open(predicted / file.name))
    assert t.ndim == 2 and t.shape == p.shape, f"{file.name}: {t.shape} and {p.shape}"
    kept = (t < n) & (t != 255)
    np.add.at(m, (t[kept], np.minimum(p[kept].astype(np.int64), n)), 1)
hits = m[:, :n].diagonal()
with np.errstate(invalid="ignore"):
    iou = hits / (m.sum(1) + m.sum(0)[:n] - hits)
print(f"pixel accuracy {hits.sum() / m.sum():.6f}")
print("\n".join(f"class {i}: IoU {v:.6f}" for i, v in enumerate(iou)))
print(f"mIoU {np.nanmean(iou):.6f}")
