"""Proves that TensorBoard opens a run's folder: its own reader finds every epoch of log.csv once.

usage: opens_in_tensorboard.py RUN_FOLDER
Needs the package tensorboard.
"""
import csv
import math
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

COLUMNS = {  # tag -> column of log.csv and its unit
    "epoch": ("epoch", 1), "loss/train": ("train_loss", 1), "loss/val": ("val_loss", 1),
    "accuracy/train": ("train_top1", 100), "accuracy/val": ("val_top1", 100), "lr": ("lr", 1),
    "images_per_second": ("images_per_second", 1), "data_wait": ("data_wait", 1), "time": ("seconds", 1),
}
run = sys.argv[1]
events = EventAccumulator(run, size_guidance={"scalars": 0, "images": 0}, purge_orphaned_data=True).Reload()
rows = list(csv.DictReader(open(f"{run}/log.csv")))
tags = events.Tags()
for tag, (column, unit) in COLUMNS.items():
    expected = [float(r[column]) / unit for r in rows if not math.isnan(float(r[column]))]
    found = events.Scalars(tag) if tag in tags["scalars"] else []
    steps = [e.step for e in found]
    if len(found) != len(expected) or steps != sorted(set(steps)):
        sys.exit(f"{tag}: {len(found)} values at steps {steps}, log.csv has {len(expected)}")
    if not all(math.isclose(e.value, x, rel_tol=1e-6, abs_tol=1e-9) for e, x in zip(found, expected)):
        sys.exit(f"{tag}: {[e.value for e in found]}, log.csv has {expected}")
for tag in tags["images"]:
    found = events.Images(tag)
    if [i.encoded_image_string[:4] for i in found] != [b"\x89PNG"]:
        sys.exit(f"{tag}: {len(found)} pictures, or no PNG")
print(f"TensorBoard opens {run}: {len(rows)} epochs, scalars {', '.join(sorted(tags['scalars']))}, "
      f"pictures {', '.join(sorted(tags['images'])) or 'none'}")
