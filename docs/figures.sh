#!/usr/bin/env bash
# Draws the figures of vit-step-by-step.md and looking-inside.md again:
#   docs/figures.sh [RUN]
# RUN is a run of ./vit train; without it, one is trained (about a minute). On another processor the figures differ a little.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
run=${1:-}
if [ -z "$run" ]; then
  ./vit train mnist-sample --output "$work" --quiet
  run=$work/classification/mnist-sample1
fi
./vit explain "$run" docs/pictures/seven.png -o "$work/figures" \
  --only patches,filters,positions,attention,attention-mean --quiet >/dev/null
for figure in patches filters positions attention attention-mean; do
  cp "$work/figures/$figure.png" "docs/pictures/step-$figure.png"
done
