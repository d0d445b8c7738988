"""Makes the golden values of the multitask ViT with PyTorch, scikit-learn and timm.

usage: make_multitask_fixture.py FOLDER
Writes FOLDER/tfdet.safetensors (a small network of the notes under its own names, half precision),
FOLDER/golden.safetensors (images, both outputs, the segmentation by the notes' loops, the losses with their gradients,
position embeddings) and FOLDER/labels.json (scores with average precision and F1).
"""
import json
import sys

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.metrics import average_precision_score, f1_score
from timm.layers import build_sincos2d_pos_embed
from torch.nn import functional as F

from tfdet import TFDet, randomize, to_segment_by_loops

PATCH, MASKS, CATEGORIES = 8, 2, 10


def losses(y, z_logits, labels):
    """The losses of vit4j from their definition: y [B, P, K], z [B, P, S, M], labels [B, P, S] with -1 ignored."""
    b, p, k = y.shape
    known = labels >= 0
    patches = known.any(2)
    present = torch.zeros(b, p, k)
    for c in range(k):
        present[:, :, c] = (labels == c).any(2).float()
    of_classes = F.binary_cross_entropy_with_logits(y, present, reduction="none").sum(2)[patches].sum()
    order = torch.topk(y, z_logits.shape[3])[1]  # [B, P, M]
    target = (labels.unsqueeze(3) == order.unsqueeze(2)).float()
    of_masks = F.binary_cross_entropy_with_logits(z_logits, target, reduction="none").sum(3)[known].sum()
    soft = torch.sigmoid(z_logits)
    dice = 0
    for c in range(k):
        truth = (labels == c).float()
        if truth.sum() > 0:
            u = (soft * (order == c).unsqueeze(2)).sum(3) * known  # [B, P, S]
            dice = dice + 1 - 2 * (u * truth).sum() / (u.sum() + truth.sum())
    return of_classes, of_masks, dice / k


def main():
    folder = sys.argv[1]
    torch.set_num_threads(1)
    net = randomize(TFDet(3, CATEGORIES, MASKS, PATCH, layers=2, ff=64, hidden=32), 20260)
    out = {}
    save_file({k: v.half() if v.is_floating_point() else v for k, v in net.state_dict().items()},
              f"{folder}/tfdet.safetensors")
    x = torch.randn(2, 3, 24, 40)
    with torch.no_grad():
        y, z = net(x)
        out |= {"x": x, "y": y, "z": z}
        out["segment"] = torch.stack([to_segment_by_loops(y[i], z[i]) for i in range(2)])
    labels = torch.randint(-1, 4, (2, 15, PATCH * PATCH))
    labels[0, 3] = -1
    logits = (y * 0.5).detach().requires_grad_()
    masks = torch.logit(z, 1e-4).detach().requires_grad_()
    of_classes, of_masks, dice = losses(logits, masks, labels)
    (of_classes + of_masks + 100 * dice).backward()
    out |= {"labels": labels, "logits": logits.detach(), "masks": masks.detach(), "grad_logits": logits.grad,
            "grad_masks": masks.grad, "losses": torch.stack([of_classes, of_masks, dice]).detach()}
    out["sincos"] = build_sincos2d_pos_embed([3, 5], dim=16).reshape(1, 15, 16)
    save_file({k: v.contiguous() for k, v in out.items()}, f"{folder}/golden.safetensors")

    rng = np.random.default_rng(5)
    scores = np.round(rng.normal(-1, 2, (300, 4)) * 256) / 256  # the steps of vit4j's histogram
    truth = rng.random((300, 4)) < 1 / (1 + np.exp(-scores - 0.5))
    truth[:, 3] = False
    with open(f"{folder}/labels.json", "w") as f:
        json.dump({
            "scores": scores.tolist(), "truth": truth.astype(int).tolist(),
            "average_precision": [average_precision_score(truth[:, c], scores[:, c]) for c in range(3)],
            "f1": [f1_score(truth[:, c], scores[:, c] > 0, zero_division=0) for c in range(4)],
            "micro_f1": f1_score(truth, scores > 0, average="micro")}, f)


main()
