"""Makes the golden values of semantic segmentation: losses, resizing, metrics and torchvision's FCN.

usage: make_segmentation_fixture.py FOLDER
Writes FOLDER/{cross_entropy,dice,bilinear,nearest,metrics,fcn_head,fcn_dilated}.safetensors and FOLDER/{metrics,fcn}.json with
torch, torchvision, Pillow and numpy. Everything is seeded and runs on one thread.
"""
import copy
import json
import os
import sys

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F
from torchvision.models._utils import IntermediateLayerGetter
from torchvision.models.resnet import Bottleneck, ResNet
from torchvision.models.segmentation.fcn import FCN, FCNHead

IGNORED = 255


def save(name, tensors):
    save_file({k: v.detach().clone().contiguous() for k, v in tensors.items()}, f"{sys.argv[1]}/{name}.safetensors")


def write_json(name, content):
    with open(f"{sys.argv[1]}/{name}.json", "w") as f:
        json.dump(content, f, indent=1)
        f.write("\n")


def value_and_gradient(out, name, loss, logits):
    x = logits.clone().requires_grad_()
    value = loss(x)
    value.backward()
    out.update({name + ".loss": value, name + ".loss_f64": loss(logits.double()), name + ".grad": x.grad})


def cross_entropy():
    torch.manual_seed(4001)
    logits, labels = torch.randn(2, 4, 6, 5) * 2, torch.randint(4, (2, 6, 5))
    labels[torch.rand(labels.shape) < 0.25] = IGNORED
    weights = torch.tensor([0.5, 1.0, 2.5, 0.2])
    out = {"logits": logits, "labels": labels, "weights": weights}
    for name, w, smoothing in (("plain", None, 0), ("weighted", weights, 0), ("smoothed", None, 0.1),
                               ("weighted_smoothed", weights, 0.1)):
        def loss(x, reduction="mean"):
            return F.cross_entropy(x, labels, None if w is None else w.to(x.dtype), ignore_index=IGNORED,
                                   reduction=reduction, label_smoothing=smoothing)
        value_and_gradient(out, name, loss, logits)
        out[name + ".sum"] = loss(logits, "sum")
    nothing = torch.full_like(labels, IGNORED)
    value_and_gradient(out, "all_ignored", lambda x: F.cross_entropy(x, nothing, ignore_index=IGNORED), logits)
    save("cross_entropy", out)


def dice(logits, labels, log=False, ignore=None, smooth=0.0, eps=1e-7):
    """The multiclass DiceLoss of segmentation_models_pytorch.

    p = softmax(logits), t = one-hot labels, both zero at ignored pixels. For each class, over the batch and all pixels:
    score = (sum(p t) + smooth) / max((sum(p) + sum(t)) / 2 + smooth, eps)
    loss = 1 - score, or -log(max(score, eps)); zero for a class without a pixel in labels.
    The result is the mean over all classes, those without pixels included.
    """
    p = logits.softmax(1)
    kept = torch.ones_like(labels, dtype=torch.bool) if ignore is None else labels != ignore
    t = F.one_hot(labels * kept, logits.shape[1]).movedim(-1, 1).to(p.dtype) * kept[:, None]
    p, over = p * kept[:, None], (0, 2, 3)
    score = ((p * t).sum(over) + smooth) / ((p.sum(over) + t.sum(over)) / 2 + smooth).clamp_min(eps)
    loss = -score.clamp_min(eps).log() if log else 1 - score
    return (loss * (t.sum(over) > 0)).mean()


def dices():
    torch.manual_seed(4002)
    logits, labels = torch.randn(2, 5, 6, 7) * 2, torch.randint(4, (2, 6, 7))
    labels[labels == 3] = 4  # class 3 has no pixel
    ignored = torch.where(torch.rand(labels.shape) < 0.2, IGNORED, labels)
    out = {"logits": logits, "labels": labels, "labels_ignored": ignored}
    value_and_gradient(out, "plain", lambda x: dice(x, labels), logits)
    value_and_gradient(out, "log", lambda x: dice(x, labels, log=True), logits)
    value_and_gradient(out, "smooth", lambda x: dice(x, labels, smooth=1.0), logits)
    value_and_gradient(out, "ignored", lambda x: dice(x, ignored, ignore=IGNORED), logits)
    save("dice", out)


def bilinear():
    torch.manual_seed(4003)
    out = {}
    for source, shape, sizes in (
            ("odd", (2, 3, 5, 7), ((10, 14), (13, 9), (5, 7), (3, 4), (8, 3), (2, 11), (1, 1))),
            ("square", (1, 2, 4, 4), ((16, 16), (29, 31), (3, 3))),
            ("one", (1, 2, 1, 1), ((4, 3),)),
            ("large", (1, 1, 16, 16), ((7, 5), (17, 15)))):
        x = torch.randn(shape)
        out[source] = x
        for size in sizes:
            a = x.clone().requires_grad_()
            y = F.interpolate(a, size, mode="bilinear", align_corners=False)
            up = torch.randn(y.shape)
            y.backward(up)
            name = f"{source}.{size[0]}x{size[1]}"
            out.update({name: y, name + ".cotangent": up, name + ".grad": a.grad})
    save("bilinear", out)


def nearest():
    """Label maps: torch's nearest and nearest-exact, and Pillow's NEAREST, which differ."""
    rng, out = np.random.default_rng(4004), {}
    for h, w, sizes in ((9, 12, ((18, 24), (4, 6), (13, 7), (9, 12), (1, 1), (20, 31))),
                        (2, 3, ((7, 15), (15, 25), (41, 82)))):
        # every pixel differs from its neighbors, so that a pixel taken from beside shows
        labels = ((np.arange(h)[:, None] * 5 + np.arange(w) * 2) % 17).astype(np.uint8)
        labels[rng.random((h, w)) < 0.1] = IGNORED
        out[f"{h}x{w}"] = torch.from_numpy(labels)
        t = torch.from_numpy(labels).float()[None, None]
        for size in sizes:
            name = f"{h}x{w}.{size[0]}x{size[1]}"
            for mode in ("nearest", "nearest-exact"):
                out[f"{name}.{mode}"] = F.interpolate(t, size, mode=mode)[0, 0].to(torch.uint8)
            pil = np.asarray(Image.fromarray(labels).resize(size[::-1], Image.Resampling.NEAREST))
            out[name + ".pillow"] = torch.from_numpy(pil.copy())
            exact = out[name + ".nearest-exact"]
            print(f"nearest {name}: Pillow differs from nearest-exact at {(out[name + '.pillow'] != exact).sum()}, "
                  f"from nearest at {(out[name + '.pillow'] != out[name + '.nearest']).sum()} pixels")
    save("nearest", out)


def confusion(true, predicted, classes):
    """Rows are the true classes, columns the predicted ones."""
    kept = true < classes
    return np.bincount(true[kept].astype(np.int64) * classes + predicted[kept], minlength=classes ** 2).reshape(
        classes, classes)


def scores(c):
    tp, rows, columns = np.diag(c).astype(np.float64), c.sum(1), c.sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        iou, recall, dice_score = tp / (rows + columns - tp), tp / rows, 2 * tp / (rows + columns)
    def plain(a):
        return [None if np.isnan(v) else v for v in a.tolist()]
    return {"confusion": c.tolist(), "pixel_accuracy": tp.sum() / c.sum(), "iou": plain(iou),
            "miou": np.nanmean(iou), "class_accuracy": plain(recall), "mean_class_accuracy": np.nanmean(recall),
            "dice": plain(dice_score), "mean_dice": np.nanmean(dice_score),
            "frequency_weighted_iou": np.nansum(iou * rows) / rows.sum()}


def metrics():
    """Class 4 is nowhere but under ignored pixels, 3 is never predicted, 5 is predicted but never true."""
    rng, classes, tensors, each = np.random.default_rng(4005), 6, {}, []
    for i, size in enumerate(((7, 9), (12, 5), (1, 16))):
        true = rng.integers(0, 4, size).astype(np.uint8)
        wrong = rng.choice(np.array([0, 1, 2, 5]), size)
        predicted = np.where((rng.random(size) < 0.65) & (true != 3), true, wrong).astype(np.uint8)
        ignored = rng.random(size) < 0.15
        true[ignored] = IGNORED
        predicted[ignored & (rng.random(size) < 0.5)] = 4
        tensors.update({f"true.{i}": torch.from_numpy(true), f"predicted.{i}": torch.from_numpy(predicted)})
        each.append(confusion(true, predicted, classes))
    save("metrics", tensors)
    write_json("metrics", {"classes": classes, "ignore_index": IGNORED, **scores(sum(each)),
                           "each": [scores(c) for c in each]})


def fill(module, norm_weight):
    for name, p in list(module.named_parameters()) + list(module.named_buffers()):
        if name.endswith("running_var") or norm_weight(name):
            nn.init.uniform_(p, 0.5, 1.5)
        elif p.dim() == 1:
            nn.init.normal_(p, 0, 0.3)
        elif p.dim() > 1:
            nn.init.normal_(p, 0, p[0].numel() ** -0.5)


def fcn_head():
    torch.manual_seed(4006)
    head = FCNHead(16, 3)
    fill(head, lambda name: name == "1.weight")
    head[3].p = 0.0  # dropout has no golden values
    x, labels = torch.randn(3, 16, 5, 6), torch.randint(3, (3, 19, 23))
    labels[torch.rand(labels.shape) < 0.1] = IGNORED
    out = {"weights." + n: t for n, t in head.state_dict().items()}
    out.update(input=x, labels=labels)
    for mode in ("eval", "train"):
        h, a = copy.deepcopy(head).train(mode == "train"), x.clone().requires_grad_()
        scores_of_head = h(a)
        logits = F.interpolate(scores_of_head, labels.shape[1:], mode="bilinear", align_corners=False)
        loss = F.cross_entropy(logits, labels, ignore_index=IGNORED)
        loss.backward()
        out.update({f"{mode}.scores": scores_of_head, f"{mode}.logits": logits, f"{mode}.loss": loss,
                    f"{mode}.grad.input": a.grad})
        out.update({f"{mode}.grad.{n}": p.grad for n, p in h.named_parameters()})
        if mode == "train":
            out.update({f"train.after.{n}": t for n, t in h.named_buffers()})
    save("fcn_head", out)


def fcn_dilated():
    """torchvision's FCN on a ResNet of 4 channels in its first stage, made by torchvision's own _make_layer."""
    torch.manual_seed(4007)
    net = ResNet(Bottleneck, [1, 1, 1, 1])
    net.inplanes, net.dilation = 4, 1
    net.conv1, net.bn1 = nn.Conv2d(3, 4, 7, 2, 3, bias=False), nn.BatchNorm2d(4)
    net.layer1 = net._make_layer(Bottleneck, 4, 1)
    net.layer2 = net._make_layer(Bottleneck, 8, 2, stride=2)
    net.layer3 = net._make_layer(Bottleneck, 16, 2, stride=2, dilate=True)
    net.layer4 = net._make_layer(Bottleneck, 32, 2, stride=2, dilate=True)
    model = FCN(IntermediateLayerGetter(net, {"layer4": "out"}), FCNHead(128, 3)).eval()
    fill(model, lambda name: ".bn" in name and name.endswith("weight"))
    x = torch.randn(2, 3, 33, 49)
    logits = model(x)["out"]
    cotangent = torch.randn(logits.shape)
    logits.backward(cotangent)
    save("fcn_dilated", {**{"weights." + n: t for n, t in model.state_dict().items()},
                         **{"grad." + n: p.grad for n, p in model.named_parameters()},
                         "input": x, "logits": logits, "cotangent": cotangent, "feature_map": model.backbone(x)["out"]})


def describe(model):
    return {"parameters": sum(p.numel() for p in model.parameters()),
            "parts": {n: sum(p.numel() for p in m.parameters()) for n, m in model.named_children()},
            "convolutions": {n: {"kernel": m.kernel_size[0], "stride": m.stride[0], "padding": m.padding[0],
                                 "dilation": m.dilation[0]}
                             for n, m in model.named_modules()
                             if isinstance(m, nn.Conv2d) and (m.kernel_size[0] > 1 or m.stride[0] > 1)},
            "state_dict": {n: list(t.shape) for n, t in model.state_dict().items()}}


def fcn():
    with torch.device("meta"):
        make = torchvision.models.segmentation.fcn_resnet50
        plain = make(weights=None, weights_backbone=None, num_classes=21, aux_loss=False)
        auxiliary = make(weights=None, weights_backbone=None, num_classes=21, aux_loss=True)
        backbone = IntermediateLayerGetter(torchvision.models.resnet18(), {"layer4": "out"})
        small = FCN(backbone, FCNHead(512, 21)).eval()
        input_size = torch.zeros(1, 3, 65, 97)
        write_json("fcn", {
            "fcn_resnet50": describe(plain),
            "fcn_resnet50 with auxiliary head": {
                "parameters": sum(p.numel() for p in auxiliary.parameters()),
                "aux_classifier": {n: list(t.shape) for n, t in auxiliary.aux_classifier.state_dict().items()}},
            "fcn_resnet18": describe(small),
            "for an input [1, 3, 65, 97]": {
                name: {"backbone": list(m.eval().backbone(input_size)["out"].shape),
                       "out": list(m(input_size)["out"].shape)}
                for name, m in (("fcn_resnet50", plain), ("fcn_resnet18", small))}})
        print("fcn_resnet50:", describe(plain)["parameters"], describe(plain)["parts"], "with the auxiliary head:",
              sum(p.numel() for p in auxiliary.parameters()))
        print("fcn_resnet18:", describe(small)["parameters"], describe(small)["parts"])


os.makedirs(sys.argv[1], exist_ok=True)
torch.set_num_threads(1)
for make_one in (cross_entropy, dices, bilinear, nearest, metrics, fcn_head, fcn_dilated, fcn):
    make_one()
print(f"torch {torch.__version__}, torchvision {torchvision.__version__}, Pillow {PIL.__version__}, "
      f"numpy {np.__version__}")
