#!/usr/bin/env bash
# Twenty processes that start together with an empty cache folder compute the same bits, although the first ones
# measure which library is faster: with AVX2 kernels, where shapes are measured, and in int8.
# Usage: same-kernels.sh [SHARED], whose argument is not used.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
./vit --version >/dev/null # builds the app if need be
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export VIT4J_CACHE=$dir/cache
./vit train mnist-sample -q --epochs 1 --set 'model_args={embed_dim: 96, num_heads: 3}' --output "$dir/runs" >/dev/null
model=$(echo "$dir"/runs/classification/*1)
rm -rf "$VIT4J_CACHE"

# same NAME ARGS: the vectors of one image from twenty processes, four at a time
same() {
  local name=$1
  shift
  for i in $(seq 20); do
    ./vit embed "$model" docs/pictures/seven.png -q -o "$dir/$name-$i.npz" "$@" >/dev/null 2>"$dir/err-$i" &
    [ $((i % 4)) != 0 ] || wait
  done
  wait
  local kinds
  kinds=$(for file in "$dir/$name"-*.npz; do unzip -p "$file" | sha256sum; done | sort | uniq -c)
  [ "$(wc -l <<<"$kinds")" = 1 ] && grep -q '^ *20 ' <<<"$kinds" || {
    echo "same-kernels: $name differs between processes:"
    echo "$kinds"
    cat "$dir"/err-*
    exit 1
  }
  echo "same-kernels: 20 processes, $name: the same bits"
}

ATEN_CPU_CAPABILITY=avx2 same f32
[ -n "$(cat "$dir"/cache/kernels/*.txt)" ] || { echo "same-kernels: nothing was measured"; exit 1; }
cat "$dir"/cache/kernels/*.txt
same int8 --precision int8
