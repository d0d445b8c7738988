"""Makes golden values of the losses and metrics of depths with torch, and scenes to learn from.

usage: make_depth_fixture.py FOLDER
Writes FOLDER/golden.safetensors: log depths `z` [3, 20], depths `t` [3, 20] in meters (0 and NaN: unknown; no depth of
the last image is known), the losses of the batch `l1` and `silog` (Eigen et al. 2014, eq. 4, lambda 0.5) with their
gradients, and the metrics `rmse`, `abs_rel`, `delta1`, `delta2`, `delta3` over all known depths. Writes
FOLDER/nyu_depth_v2_labeled.mat: 40 scenes of 32 x 32 pixels in the layout of NYU Depth V2, whose depth follows from
the brightness.
"""
import sys
from pathlib import Path

import h5py
import numpy as np
import torch
from safetensors.torch import save_file

SCENES, SIDE = 40, 32


def golden():
    torch.manual_seed(3)
    z = torch.randn(3, 20, dtype=torch.float64).mul(0.5).add(0.7).requires_grad_()
    t = torch.exp(torch.randn(3, 20, dtype=torch.float64).mul(0.5).add(0.7)).float().double()
    t[0, 4] = t[1, :3] = 0
    t[1, 7] = t[2] = float("nan")
    known = t > 0
    out = {"z": z.detach().clone(), "t": t}
    l1 = (z.exp()[known] - t[known]).abs().mean()
    images = []
    for zi, ti, ki in zip(z[:2], t[:2], known[:2]):
        d = zi[ki] - ti[ki].log()
        images.append((d ** 2).mean() - 0.5 * d.mean() ** 2)
    for name, loss in ("l1", l1), ("silog", torch.stack(images).mean()):
        out[name] = loss.detach()
        out[name + ".grad"] = torch.autograd.grad(loss, z, retain_graph=True)[0]
    p, y = z.detach().exp()[known], t[known]
    out["rmse"] = ((p - y) ** 2).mean().sqrt()
    out["abs_rel"] = ((p - y).abs() / y).mean()
    ratio = torch.maximum(p / y, y / p)
    for k in 1, 2, 3:
        out[f"delta{k}"] = (ratio < 1.25 ** k).double().mean()
    return {name: value.float().contiguous() for name, value in out.items()}


def scenes(path):
    random = np.random.default_rng(7)
    level = np.zeros((SCENES, SIDE, SIDE))  # [scene, x, y]
    for i in range(SCENES):
        level[i] = np.linspace(30, 110, SIDE)[None] + random.uniform(0, 40)
        for _ in range(2):
            x, y = random.integers(0, SIDE - 12, 2)
            level[i, x:x + 12, y:y + 12] = random.uniform(40, 220)
    level = np.floor(level)
    depths = (0.5 + level / 40).astype(np.float32)
    depths[:, 0, 0] = 0
    images = np.stack([level, level / 2, 255 - level], 1).astype(np.uint8)  # [scene, 3, x, y]
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, values in ("images", images), ("depths", depths):
            file.create_dataset(name, data=values, chunks=(1, *values.shape[1:]), compression="gzip")
    with open(path, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")


if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    save_file(golden(), out / "golden.safetensors")
    scenes(out / "nyu_depth_v2_labeled.mat")
