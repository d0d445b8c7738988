"""Makes a few-shot data set of four sources, in the layout that `vit zeroshot` and `vit probe` read:

    python four_sources.py DATA OUT [--seed N] [--most N]

DATA is the folder with cifar100/, cifar10/ and food101-pss64/. OUT gets logs/classes.txt, logs/train.txt,
logs/test_a.txt, logs/test_b.txt and processed_dataset/{Trainset,TestSetA,TestSetB}. Each of 25 classes has 4 to
N (16) training images and 20 in each test set. The CIFAR images are from the test splits, which a CLIP trained on
CIFAR-100 has not seen. It has not seen 13 of the classes either.
"""

import argparse
import io
import random
import zipfile
from pathlib import Path

from PIL import Image

OF_CIFAR100 = {
    "Animal": ["bear", "camel", "dolphin", "elephant", "leopard"],
    "Thu-dog": ["wolf"],
    "Caltech-101": ["bicycle", "chair", "clock", "keyboard", "motorcycle", "telephone"],
}
OF_CIFAR10 = {
    "Animal": ["bird", "cat", "deer", "frog", "horse"],
    "Thu-dog": ["dog"],
    "Caltech-101": ["airplane", "automobile", "ship", "truck"],
}
FOOD = ["pizza", "steak", "sushi"]
TEST_IMAGES = 20
FEWEST = 4


def tiles(folder, prefix, labels, wanted):
    """Returns the PNG bytes of all images with a label, from sheets of 40 x 25 tiles."""
    found = []
    sheets = {}
    for i, label in enumerate(labels):
        if label != wanted:
            continue
        if i // 1000 not in sheets:
            sheets[i // 1000] = Image.open(folder / f"{prefix}_{i // 1000:02d}.png").convert("RGB")
        x, y = i % 1000 % 40 * 32, i % 1000 // 40 * 32
        png = io.BytesIO()
        sheets[i // 1000].crop((x, y, x + 32, y + 32)).save(png, "PNG")
        found.append((".png", png.getvalue()))
    return found


def sources(data):
    """Returns (class name, images) of all classes."""
    cifar100, cifar10, food = data / "cifar100", data / "cifar10", data / "food101-pss64"
    names = (cifar100 / "fine_label_names.txt").read_text().split()
    labels = (cifar100 / "test_fine_labels.u8").read_bytes()
    ten = (cifar10 / "label_names.txt").read_text().split()
    ten_labels = (cifar10 / "test5000_labels.u8").read_bytes()

    classes = []
    for source in OF_CIFAR100:
        for name in OF_CIFAR100[source]:
            images = tiles(cifar100, "test", labels, names.index(name))
            classes.append((f"{source}_{name}", images))
        for name in OF_CIFAR10[source]:
            images = tiles(cifar10, "test5000", ten_labels, ten.index(name))
            classes.append((f"{source}_{name}", images))
    with zipfile.ZipFile(food / "pizza_steak_sushi_64_rest.zip") as pictures:
        for name in FOOD:
            files = sorted(f for f in pictures.namelist() if f"{name}/" in f and f.endswith(".jpg"))
            classes.append(("Food-101_" + name, [(".jpg", pictures.read(f)) for f in files]))
    return classes


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--most", type=int, default=16)
    options = arguments.parse_args()
    chance = random.Random(options.seed)
    lists = {"train": [], "test_a": [], "test_b": []}
    folders = {"train": "Trainset", "test_a": "TestSetA", "test_b": "TestSetB"}
    classes = sources(options.data)
    for label, (name, images) in enumerate(classes):
        chance.shuffle(images)
        shots = chance.randint(FEWEST, options.most)
        parts = {"train": shots, "test_a": TEST_IMAGES, "test_b": TEST_IMAGES}
        at = 0
        for part, count in parts.items():
            for i, (ending, content) in enumerate(images[at : at + count]):
                path = f"{name}/{i:04d}{ending}"
                file = options.out / "processed_dataset" / folders[part] / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
                listed = f"processed_dataset/Trainset/{path}" if part == "train" else path
                lists[part].append(f"{listed} {label}")
            at += count
    logs = options.out / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    (logs / "classes.txt").write_text("".join(f"{name} {i}\n" for i, (name, _) in enumerate(classes)))
    for part, lines in lists.items():
        chance.shuffle(lines)
        (logs / f"{part}.txt").write_text("".join(line + "\n" for line in lines))
        print(f"{part}: {len(lines)} images")


if __name__ == "__main__":
    main()
