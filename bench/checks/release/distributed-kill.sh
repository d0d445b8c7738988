#!/usr/bin/env bash
# SIGKILL to a rank at random moments of a training over two processes: at the start, anywhere, while the checkpoint is
# written, or after the last epoch. The other rank must end within 60 s with exit code 1 and one line, no process may
# stay, and the run must continue with --resume to the weights of a run that nobody killed, bit by bit. COUNT=20 kills
# more often; SEED repeats the moments.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
dir=$(mktemp -d)
launcher=
trap 'kill -9 $launcher 2>/dev/null || :; rm -rf "$dir"' EXIT
RANDOM=${SEED:-$$}
echo "COUNT=${COUNT:-2} SEED=${SEED:-$$}"

fail() {
  echo "distributed-kill.sh: $*" >&2
  cat "$dir"/*.err >&2
  exit 1
}

./vit --version >/dev/null # builds the app if need be
# Large enough that writing the checkpoint takes a while, and cheap to compute: two tokens per image.
recipe="train mnist-sample --model vit_tiny_patch16_224 --img-size 28 --set model_args.patch_size=28 --lr 0.001
  --batch-size 128 --epochs ${EPOCHS:-4} --compute-workers 1 --nproc-per-node 2 -q --output $dir"
run=
begin() { # name
  run=$dir/classification/${1}1
  ./vit $recipe --name "$1" >"$dir/$1.out" 2>"$dir/$1.err" &
  launcher=$!
}
rank() { # number: its process; process ids do not tell, since they start anew at some time
  local each
  for each in $(pgrep -P "$launcher"); do
    tr '\0' '\n' <"/proc/$each/environ" 2>/dev/null | grep -qx "RANK=$1" && echo "$each"
  done
  return 0
}
alive() { kill -0 "$1" 2>/dev/null; }
pause() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; } # milliseconds
millis() { echo $(($(date +%s%N) / 1000000)); }
below() { echo $(((RANDOM * 32768 + RANDOM) % $1)); }

# ---- the run that nobody kills
start=$(millis)
begin whole
wait "$launcher" || fail "the uninterrupted run failed"
took=$(($(millis) - start))
whole=$run
# Tensors of a checkpoint without the header, which has times; and the epochs' metrics.
tensors() { python3 -c 'import sys; f = open(sys.argv[1], "rb"); f.seek(int.from_bytes(f.read(8), "little"), 1); sys.stdout.buffer.write(f.read())' "$1" | sha256sum; }
outcome() {
  for weights in last/training last/model best/model; do tensors "$1/weights/$weights.safetensors"; done
  cut -d, -f1-6 "$1/log.csv"
  grep -v seconds "$1/result.json"
}
expected=$(outcome "$whole")

longest=0
until_killed() { # moment: waits for it; returns 1 if the run ended before
  case $1 in
    start) pause "$(below 4000)" ;;
    anywhere) pause "$(below "$took")" ;;
    checkpoint) # one that replaces the first
      until [ -f "$run/weights/last/training.safetensors" ] || ! alive "$launcher"; do sleep 0.05; done
      until ls "$run"/weights/last/.training* >/dev/null 2>&1 || ! alive "$launcher"; do sleep 0.005; done
      pause "$(below 50)"
      ;;
    end)
      until [ -s "$run/log.csv" ] && grep -q "^${EPOCHS:-4}," "$run/log.csv" || ! alive "$launcher"; do sleep 0.01; done
      pause "$(below 1500)"
      ;;
  esac
}

kills=0
tries=0
while [ $kills -lt "${COUNT:-2}" ]; do
  tries=$((tries + 1))
  [ $tries -le $((3 * ${COUNT:-2} + 3)) ] || fail "the runs end before they are killed"
  moment=$(echo "checkpoint anywhere end start" | cut -d' ' -f$((kills % 4 + 1)))
  name=killed$tries-
  begin "$name"
  until_killed "$moment"
  victim=$((RANDOM % 2))
  ranks=$(pgrep -P "$launcher" || :)
  pid=$(rank $victim)
  if [ -z "$pid" ] || ! kill -9 "$pid" 2>/dev/null; then
    wait "$launcher" || :
    continue # it had ended, or not begun
  fi
  at=$(millis)
  code=0
  wait "$launcher" || code=$?
  seconds=$(($(millis) - at))
  [ $code = 0 ] && continue # it had ended
  kills=$((kills + 1))
  [ $seconds -gt $longest ] && longest=$seconds
  line=$(cat "$dir/$name.err")
  done=$(tail -1 "$run/log.csv" 2>/dev/null | cut -d, -f1 || :)
  echo "$kills. $moment: rank $victim killed after epoch ${done:-0}, code $code after $seconds ms: $line"
  [ $code = 1 ] || fail "exit code $code"
  [ $seconds -le 60000 ] || fail "the other rank ended after $seconds ms"
  [ "$(wc -l <"$dir/$name.err")" = 1 ] && grep -q "^vit: .*rank $victim" "$dir/$name.err" || fail "not one line about rank $victim"
  for pid in $ranks; do alive "$pid" && fail "process $pid is left"; done
  if [ -f "$run/recipe.yaml" ]; then
    ./vit train --resume "$run" --nproc-per-node 2 -q >"$dir/$name.out" 2>"$dir/$name.err" || fail "no resume"
  else # killed before there was anything to resume
    begin "again$tries-"
    wait "$launcher" || fail "no second start"
  fi
  [ "$(outcome "$run")" = "$expected" ] || fail "another result than without a kill: $(diff <(outcome "$run") <(echo "$expected"))"
  left=$(find "$run" -name '*.tmp')
  [ -z "$left" ] || fail "a half-written file is left: $left"
  rm -rf "$run"
done
echo "$kills kills of a rank: the others ended within $longest ms, and each run was resumed with the same bits"
