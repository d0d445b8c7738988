#!/usr/bin/env bash
# Training over several processes: two ranks compute what one process with two workers does, stdout has nothing but the
# result, a killed rank ends the others with one line and the run resumes, and ranks with other flags are refused.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

./vit --version >/dev/null # builds the app if need be
recipe="train mnist-sample --compute-workers 1 --output $dir"

fail() {
  echo "$*" >&2
  cat "$dir"/*.err >&2
  exit 1
}

# ---- equality: the epochs' metrics to the last bit, columns 1 to 7
./vit $recipe --epochs 2 --nproc-per-node 2 --json -q --name ranks >"$dir/ranks.out" 2>"$dir/ranks.err" || fail "two ranks failed"
./vit $recipe --epochs 2 --compute-workers 2 --json -q --name workers >"$dir/workers.out" 2>"$dir/workers.err" || fail "two workers failed"
[ "$(wc -l <"$dir/ranks.out")" = 1 ] || fail "stdout has more than the result: $(cat "$dir/ranks.out")"
metrics() { cut -d, -f1-6 "$dir/classification/$1/log.csv"; }
[ "$(metrics ranks1)" = "$(metrics workers1)" ] || fail "two ranks differ from two workers: $(metrics ranks1; metrics workers1)"

# ---- a killed rank
./vit $recipe --epochs 500 --nproc-per-node 2 -q --name killed >"$dir/killed.out" 2>"$dir/killed.err" &
launcher=$!
log=$dir/classification/killed1/log.csv
for _ in $(seq 300); do [ -s "$log" ] && break; sleep 0.1; done
[ -s "$log" ] || fail "the run did not begin"
for each in $(pgrep -P "$launcher"); do # process ids do not tell the rank, since they start anew at some time
  tr '\0' '\n' <"/proc/$each/environ" 2>/dev/null | grep -qx RANK=1 && kill -9 "$each"
done
start=$SECONDS
code=0
wait "$launcher" || code=$?
[ "$code" = 1 ] || fail "exit code $code after a rank was killed"
[ $((SECONDS - start)) -le 60 ] || fail "took $((SECONDS - start)) s after a rank was killed"
[ "$(wc -l <"$dir/killed.err")" = 1 ] && grep -q "rank 1" "$dir/killed.err" || fail "not one line about rank 1"
sed -i 's/^epochs: .*/epochs: 1/' "$dir/classification/killed1/recipe.yaml" # resume, and end after this epoch
./vit train --resume "$dir/classification/killed1" --nproc-per-node 2 -q >"$dir/resumed.out" 2>"$dir/resumed.err" || fail "no resume"

# ---- other flags on another rank
port=$((20000 + RANDOM % 10000))
two="--nnodes 2 --master 127.0.0.1:$port"
./vit $recipe --epochs 2 $two --node-rank 0 -q >/dev/null 2>"$dir/first.err" &
first=$!
code=0
./vit $recipe --epochs 2 $two --node-rank 1 --lr 0.5 -q >/dev/null 2>"$dir/second.err" || code=$?
wait "$first" && fail "rank 0 did not notice another recipe"
[ "$code" = 1 ] || fail "exit code $code with another recipe"
grep -q "rank 1 has recipe value 'lr: 0.5', rank 0 has 'lr:" "$dir/first.err" || fail "rank 0 does not say what differs"
[ "$(wc -l <"$dir/first.err")" = 1 ] || fail "more than one line"
echo "two ranks equal two workers; a killed rank and another recipe end all ranks"
