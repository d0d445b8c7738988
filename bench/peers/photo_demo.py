"""Writes a ResNet-32 for CIFAR-100 in the layout of chenyaofo's zoo, a photo, and what PyTorch says about it.

usage: photo_demo.py FOLDER
Writes FOLDER/cifar100_resnet32.pt (random weights, statistics as after a training), FOLDER/photo.png (random shapes)
and prints the five most probable classes by index. `vit predict FOLDER/cifar100_resnet32.pt FOLDER/photo.png --classes
cifar100 --json` must print the same indices and probabilities.
"""
import os
import sys

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

MEAN, STD = (0.5070, 0.4865, 0.4409), (0.2673, 0.2564, 0.2761)


class Block(nn.Module):
    def __init__(self, inside, out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.downsample = None
        if stride != 1 or inside != out:
            self.downsample = nn.Sequential(nn.Conv2d(inside, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, blocks=5, classes=100):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        inside = 16
        for stage, out in enumerate((16, 32, 64)):
            layers = [Block(inside if i == 0 else out, out, 2 if stage and i == 0 else 1) for i in range(blocks)]
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layers))
            inside = out
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.fc(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    torch.manual_seed(7)
    model = ResNet().eval()
    for name, t in model.state_dict().items():
        if name.endswith("running_var"):
            t.uniform_(0.5, 2)
        elif name.endswith("running_mean"):
            t.normal_(0, 0.1)
    model.fc.weight.data.mul_(30)
    torch.save(model.state_dict(), f"{folder}/cifar100_resnet32.pt")
    y, x = np.mgrid[:480, :640]
    photo = np.stack([127 + 120 * np.sin(x / 37 + y / 91), 127 + 120 * np.cos(y / 23), (x + y) % 256], 2)
    image = Image.fromarray(photo.clip(0, 255).astype(np.uint8))
    image.save(f"{folder}/photo.png")
    small = torch.from_numpy(np.array(image.resize((32, 32), Image.BILINEAR))).permute(2, 0, 1).float() / 255
    normal = (small - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)
    with torch.no_grad():
        top = model(normal.unsqueeze(0)).softmax(1).topk(5)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters")
    for p, i in zip(top.values[0], top.indices[0]):
        print(f"{i.item():3d} {p.item():.6f}")


main()
