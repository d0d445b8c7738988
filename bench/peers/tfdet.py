"""The multitask network of the original notes in PyTorch, with its sizes as arguments.

A ResNet for CIFAR without its last two children turns each patch into a vector, PyTorch's transformer encoder mixes
the patches of an image, and two heads give the scores of the categories and a few soft masks per patch. Unlike in the
notes, images are the batch axis, so patches of different images never attend to each other.
"""
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


class CifarResNet(nn.Module):
    """6n + 2 layers, with the names of chenyaofo's weights."""

    def __init__(self, n, classes=100):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.relu = nn.ReLU()
        self.layer1 = nn.Sequential(*[Block(16, 16, 1) for _ in range(n)])
        self.layer2 = nn.Sequential(*[Block(32 if i else 16, 32, 1 if i else 2) for i in range(n)])
        self.layer3 = nn.Sequential(*[Block(64 if i else 32, 64, 1 if i else 2) for i in range(n)])
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.relu(self.bn1(self.conv1(x))))))
        return self.fc(self.avgpool(x).flatten(1))


class TFDet(nn.Module):
    def __init__(self, n=5, categories=460, masks=4, patch=32, layers=6, ff=2048, hidden=1024):
        super().__init__()
        self.patch, self.masks = patch, masks
        self.fe = nn.Sequential(*list(CifarResNet(n).children())[:-2])
        self.ff = nn.AdaptiveAvgPool2d((2, 2))
        whole = nn.Transformer(d_model=256, nhead=8, batch_first=True, num_encoder_layers=layers, dim_feedforward=ff)
        self.te = list(whole.children())[0]
        for p in self.fe.parameters():
            p.requires_grad = False
        self.cat = nn.Linear(256, categories)
        self.reg = nn.Sequential(
            nn.Dropout(0.5), nn.Linear(256, hidden), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(hidden, patch * patch * masks), nn.Sigmoid())

    def forward(self, images):
        p = self.patch
        x = images.unfold(2, p, p).unfold(3, p, p).flatten(2, 3).permute(0, 2, 1, 3, 4)  # [B, P, 3, p, p]
        b, n = x.shape[:2]
        tokens = self.ff(self.fe(x.flatten(0, 1))).flatten(1).view(b, n, -1)
        tokens = self.te(tokens)
        return self.cat(tokens), self.reg(tokens).view(b, n, p * p, self.masks)


def randomize(model, seed):
    """Random weights and statistics, rounded to half precision so that files stay small."""
    torch.manual_seed(seed)
    for name, t in model.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        if name.endswith("running_var"):
            t.uniform_(0.5, 1.5)
        elif t.dim() > 1:
            t.normal_(0, t[0].numel() ** -0.5)
        elif name.endswith(".weight"):
            t.normal_(1, 0.2)
        else:
            t.normal_(0, 0.2)
        t.copy_(t.half().float())
    return model.eval()


def to_segment_by_loops(y, z):
    """The conversion of the notes, step by step: y [P, K], z [P, S, M] to [P, S, K]."""
    u = torch.zeros(z.shape[0], z.shape[1], y.shape[1])
    _, ind = torch.topk(y, z.shape[2])
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            u[i, j, ind[i, :]] = z[i, j, :]
    return u
