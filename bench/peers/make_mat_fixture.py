"""Makes small MATLAB files as Pascal-Context and NYU Depth V2 have them, with scipy and h5py.

usage: make_mat_fixture.py FOLDER
Writes label maps of version 5 (FOLDER/plain.mat, compressed.mat, double.mat, two_variables.mat, wide.mat, beyond.mat),
files that are refused (cell.mat, complex.mat, cube.mat, fraction.mat, other.mat, v4.mat, v73.mat), splits.mat, and
nyu.mat: an HDF5 file with MATLAB's header of 512 bytes and the data sets of nyu_depth_v2_labeled.mat, for 6 pictures of
8 x 12 pixels (height x width) whose values follow a formula.
"""
import sys
from pathlib import Path

import h5py
import numpy as np
import scipy.io

HEADER = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, HDF5 schema 1.00 .".ljust(124) + b"\x00\x02IM"
COUNT, HEIGHT, WIDTH = 6, 8, 12


def with_header(path):
    """MATLAB's header lies in the user block, which HDF5 leaves alone."""
    with open(path, "r+b") as file:
        file.write(HEADER)


def label_maps(folder):
    labels = np.array([[0, 1], [431, 459]])
    save = lambda name, values, **more: scipy.io.savemat(folder / f"{name}.mat", {"LabelMap": values}, **more)
    save("plain", labels.astype(np.uint16))
    save("compressed", labels.astype(np.uint16), do_compression=True)
    save("double", labels.astype(np.float64), do_compression=True)
    save("wide", np.array([[1, 2, 3], [300, 5, 6]], np.uint16))
    save("beyond", np.array([[1, 2], [460, 4]], np.uint16))
    save("fraction", np.array([[1, 2], [3, 4.5]]))
    save("complex", np.array([[1, 2], [3, 4j]]))
    save("cube", np.zeros((2, 2, 2), np.uint16))
    save("v4", labels.astype(np.float64), format="4")
    cell = np.empty((1, 2), object)
    cell[:] = [labels, "text"]
    save("cell", cell)
    scipy.io.savemat(folder / "other.mat", {"labels": labels, "names": ["a", "b"]})
    scipy.io.savemat(folder / "two_variables.mat", {"names": cell, "LabelMap": labels.astype(np.uint16)},
                     do_compression=True)
    scipy.io.savemat(folder / "splits.mat", {"trainNdxs": np.array([[3], [4], [5], [6]], np.uint16),
                                             "testNdxs": np.array([[1], [2]], np.uint16)})
    with h5py.File(folder / "v73.mat", "w", userblock_size=512) as file:
        file["LabelMap"] = labels.astype(np.uint16).T
    with_header(folder / "v73.mat")


def nyu(path):
    n, c, x, y = np.meshgrid(range(COUNT), range(3), range(WIDTH), range(HEIGHT), indexing="ij")
    depths = (1 + n + x / 8 + y / 64)[:, 0].astype(np.float32)
    depths[0, 2, 1] = 0  # a pixel without a depth
    with h5py.File(path, "w", userblock_size=512) as file:
        def add(name, values):
            file.create_dataset(name, data=values, chunks=(1, *values.shape[1:]), compression="gzip", shuffle=False)
        add("images", ((40 * n + 60 * c + 5 * x + y) % 256).astype(np.uint8))
        add("depths", depths)
        add("labels", (n + x + y)[:, 0].astype(np.uint16))
    with_header(path)


if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    label_maps(out)
    nyu(out / "nyu.mat")
