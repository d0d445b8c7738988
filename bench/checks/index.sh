#!/usr/bin/env bash
# vit index: builds and additions that are killed never leave a broken index, another process searches meanwhile, a
# search finds what exact search finds. KILLS=20 kills that many builds and additions.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
kills=${KILLS:-5}

./vit --version >/dev/null # builds the app if need be
python3 - "$dir" <<'PY'
import json, random, struct, sys
from array import array
def make(name, count, dim, clusters):
    rnd = random.Random(name)
    shared = random.Random(0)
    centers = [[shared.gauss(0, 1) for _ in range(dim)] for _ in range(clusters)]
    rows = array("f")
    for _ in range(count):
        rows.extend(c + 0.5 * rnd.random() for c in rnd.choice(centers))
    sources = json.dumps([f"{name}-{i}.jpg" for i in range(count)])
    header = json.dumps({"__metadata__": {"sources": sources},
                         "features": {"dtype": "F32", "shape": [count, dim], "data_offsets": [0, 4 * count * dim]}}).encode()
    header += b" " * (-len(header) % 8)
    with open(f"{sys.argv[1]}/{name}.safetensors", "wb") as f:
        f.write(struct.pack("<Q", len(header)) + header + rows.tobytes())
make("first", 12000, 16, 60)
make("second", 14000, 16, 60)
make("queries", 1, 16, 60)
PY

vit=$(pwd)/vit
cd "$dir"

same() { # the nearest of an index are those of exact search in its feature files
  "$vit" search "$1" --vector queries.safetensors:features -k 10 -q >found
  shift
  for file; do "$vit" search "$file" --vector queries.safetensors:features -k 10 -q; done | sort -rn -s -k1,1 | head -n 10 >exact
  [ "$(sort found exact | uniq -d | wc -l)" -ge 9 ] || { echo "found:"; cat found; echo "exact:"; cat exact; exit 1; }
}

# builds that are killed at any moment: there is no index, or a whole one
began=$(date +%s%N)
"$vit" index first.safetensors -o whole.index -q >/dev/null
took=$((($(date +%s%N) - began) / 1000000))
same whole.index first.safetensors
built=0
for i in $(seq "$kills"); do
  "$vit" index first.safetensors -o killed.index -q >/dev/null 2>&1 &
  pid=$!
  sleep "$(printf '%d.%03d' $((took * i / kills / 1000)) $((took * i / kills % 1000)))"
  kill -9 "$pid" 2>/dev/null || :
  wait "$pid" 2>/dev/null || :
  if [ -e killed.index/index.json ]; then
    "$vit" inspect killed.index -q >/dev/null
    built=$((built + 1))
    rm -rf killed.index
  fi
done
[ -e killed.index ] || "$vit" index first.safetensors -o killed.index -q >/dev/null
[ -e killed.index/index.json ] || "$vit" index first.safetensors -o killed.index -q >/dev/null
cmp whole.index/segment-000001.safetensors killed.index/segment-000001.safetensors

# additions that are killed while another process searches
cp -r whole.index before.index
added=0
for i in $(seq "$kills"); do
  "$vit" index second.safetensors -o killed.index --add -q >/dev/null 2>&1 &
  pid=$!
  sleep "$(printf '%d.%03d' $((took * i / kills / 1000)) $((took * i / kills % 1000)))"
  kill -9 "$pid" 2>/dev/null || :
  wait "$pid" 2>/dev/null || :
  "$vit" inspect killed.index -q >seen
  case $(head -n 1 seen) in
    12,000*) ;;
    26,000*)
      added=$((added + 1))
      rm -rf killed.index
      cp -r before.index killed.index
      ;;
    *)
      cat seen
      exit 1
      ;;
  esac
done
"$vit" index second.safetensors -o killed.index --add -q >/dev/null &
pid=$!
same killed.index first.safetensors || same killed.index first.safetensors second.safetensors
wait "$pid"
same killed.index first.safetensors second.safetensors
echo "$kills builds and $kills additions killed: $built and $added were complete, none was broken"
