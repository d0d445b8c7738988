"""Proves that a weights folder written here opens in timm: the same logits from the same input.

usage: opens_in_timm.py WEIGHTS_FOLDER TRACE.safetensors
TRACE comes from `vit trace WEIGHTS_FOLDER --save TRACE.safetensors` and holds `pixels` and `logits`.
"""
import sys

import timm
import torch
from safetensors.torch import load_file

folder, trace = sys.argv[1:3]
model = timm.create_model(f"local-dir:{folder}", pretrained=True).eval()
seen = load_file(trace)
with torch.inference_mode():
    error = (model(seen["pixels"]) - seen["logits"]).abs().max().item()
print(f"timm opens {folder}: largest difference of a logit {error:.2e}")
sys.exit(error > 1e-4)
