"""Makes the golden values of ResNeXt, Wide ResNet, ResNet-C, -D and transformers' ResNet.

usage: make_resnet_fixture.py FOLDER
Writes FOLDER/NAME.safetensors: a small model with random weights and statistics (weights.*), an input, the logits in
evaluation mode and, of some, in training mode the logits and the gradients of sum(logits * cotangent). For transformers' models,
FOLDER/NAME.json is their config.json. Everything is seeded and runs on one thread.
"""
import json
import os
import sys

import torch
import torchvision
from safetensors.torch import save_file
from timm.models.resnet import BasicBlock, Bottleneck, ResNet
from transformers import ResNetConfig, ResNetForImageClassification, ResNetModel

TIMM = {
    "resnext": dict(block=Bottleneck, layers=(1, 2, 1, 1), channels=(8, 16, 24, 24), cardinality=4, base_width=32),
    "wide": dict(block=Bottleneck, layers=(1, 1, 2, 1), channels=(8, 8, 16, 16), base_width=128, in_chans=1),
    "deep": dict(block=BasicBlock, layers=(2, 1, 1, 1), channels=(8, 16, 24, 24), stem_type="deep", stem_width=12),
    "deep_avg": dict(block=BasicBlock, layers=(1, 2, 1, 1), channels=(16, 16, 24, 32), stem_type="deep", stem_width=8,
                     avg_down=True),
    "tiered": dict(block=Bottleneck, layers=(1, 1, 1, 1), channels=(8, 8, 16, 16), stem_type="deep_tiered",
                   stem_width=16, avg_down=True, cardinality=2, base_width=48),
}
HUGGING_FACE = {
    "hf_bottleneck": dict(layer_type="bottleneck", hidden_sizes=[32, 48, 64], depths=[1, 2, 1], embedding_size=20),
    "hf_paper": dict(layer_type="bottleneck", hidden_sizes=[32, 64], depths=[2, 1], embedding_size=16,
                     downsample_in_bottleneck=True, downsample_in_first_stage=True, num_channels=1),
    "hf_basic": dict(layer_type="basic", hidden_sizes=[16, 16, 24], depths=[1, 2, 1], embedding_size=16),
    "hf_model": dict(layer_type="basic", hidden_sizes=[16, 24], depths=[1, 1], embedding_size=8),
}

TRAINED = ("resnext", "tiered", "hf_paper")


def randomize(model):
    for name, t in model.state_dict().items():
        if name.endswith("running_var"):
            t.uniform_(0.5, 2)
        elif name.endswith("running_mean") or name.endswith("bias"):
            t.normal_(0, 0.3)
        elif t.dim() == 1:
            t.uniform_(0.5, 1.5)
        elif t.dim() > 1:
            t.normal_(0, t[0].numel() ** -0.5)


def write(folder, name, model, scores, channels):
    randomize(model)
    out = {"weights." + n: t.clone() for n, t in model.state_dict().items()}
    x = torch.randn(2, channels, 45, 51)
    model.eval()
    with torch.no_grad():
        out["logits"] = scores(x)
    out["input"] = x
    if name in TRAINED:
        model.train()
        logits = scores(x)
        cotangent = torch.randn(logits.shape)
        (logits * cotangent).sum().backward()
        out.update(cotangent=cotangent, train_logits=logits)
        out.update({"grad." + n: p.grad for n, p in model.named_parameters()})
    save_file({k: v.detach().clone().contiguous() for k, v in out.items()}, f"{folder}/{name}.safetensors")
    print(name, tuple(out["logits"].shape), sum(p.numel() for p in model.parameters()), "parameters")


def same_as_torchvision():
    """timm's ResNeXt and Wide ResNet compute what torchvision's do."""
    for words, theirs in ((dict(cardinality=8, base_width=4), dict(groups=8, width_per_group=4)),
                          (dict(base_width=128), dict(width_per_group=128))):
        ours = ResNet(Bottleneck, (1, 1, 1, 1), **words).eval()
        randomize(ours)
        other = torchvision.models.ResNet(torchvision.models.resnet.Bottleneck, [1, 1, 1, 1], **theirs).eval()
        other.load_state_dict(ours.state_dict())
        x = torch.randn(1, 3, 64, 64)
        with torch.no_grad():
            print("torchvision", theirs, (ours(x) - other(x)).abs().max().item())


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    torch.set_num_threads(1)
    for i, (name, words) in enumerate(TIMM.items()):
        torch.manual_seed(1501 + i)
        model = ResNet(num_classes=5, **words)
        write(folder, name, model, model, words.get("in_chans", 3))
    for i, (name, words) in enumerate(HUGGING_FACE.items()):
        torch.manual_seed(1601 + i)
        config = ResNetConfig(num_labels=5, **words)
        if name == "hf_model":
            model = ResNetModel(config)
            write(folder, name, model, lambda x: model(x).pooler_output.flatten(1), config.num_channels)
        else:
            model = ResNetForImageClassification(config)
            write(folder, name, model, lambda x: model(x).logits, config.num_channels)
        with open(f"{folder}/{name}.json", "w") as f:
            json.dump(dict(config.to_dict(), architectures=[type(model).__name__]), f, indent=1)
            f.write("\n")
    same_as_torchvision()


main()
