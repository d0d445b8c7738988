#!/usr/bin/env bash
# Whether decoding and augmentation keep up with training: one model trains on JPEG files with RandAugment, and, in turn,
# on a batch that lies in memory. Prints pictures a second, and the share of time that the training waited for data.
#   bench/loop.sh JPEG_FOLDER [MODEL] [PRECISION]
set -euo pipefail
jpegs=$(realpath "$1")
model=${2:-resnet18_cifar}
precision=${3:-f32}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

for round in 1 2 3; do
  ./vit train folder --data "$jpegs" --model "$model" --img-size 32 --aa rand-m9-mstd0.5-inc1 --precision "$precision" \
    --epochs 3 -b 64 --val-split 0 --set model_args={} --set ema=none --output "$dir" 2>&1 |
    sed -n 's/^Epoch: 3 .*| \([0-9.]* images\/s | data [0-9.]* %\).*/JPEG files, RandAugment: \1/p'
  ./vit bench train --model "$model" --precision "$precision" -b 64 --runs 30 --quiet |
    sed 's/.* \([0-9.]*\) img\/s.*/in memory:               \1 images\/s/'
done
