#!/usr/bin/env bash
# What ends a training over two processes: signals, a stopped rank, NaN, ranks that do not fit together. Each case must
# end all processes within 60 s, with the expected exit code and one line on each host that prints, and leave neither a
# process nor a half-written file. CASES="..." chooses; the default leaves out those that wait half a minute.
set -euo pipefail
set -m # processes in the background get SIGINT
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dir=$(mktemp -d)
started=() # process and name of each; with its ranks it is a process group
listener=
trap 'for each in "${started[@]}" $listener; do kill -9 -- "-${each% *}" 2>/dev/null || :; done; rm -rf "$dir"' EXIT
CASES=${CASES:-interrupt-group interrupt-rank1 nan other-data world port}
[ "$CASES" = all ] && CASES="interrupt-group interrupt-rank1 interrupt-rank0 nan other-data world port stop-rank0 stop-rank1 no-rank1 no-rank0 twice"

./vit --version >/dev/null # builds the app if need be
case=
fail() {
  echo "distributed-failures.sh: $case: $*" >&2
  cat "$dir/$case"*.err >&2
  exit 1
}
millis() { echo $(($(date +%s%N) / 1000000)); }
port() { echo $((20000 + RANDOM % 10000)); }

vit() { # name arguments...
  local name=$1
  shift
  # a shell whose SIGINT is ignored, as in the background of a script, would hand that on
  env --default-signal=INT ./vit train mnist-sample --compute-workers 1 -q --output "$dir/$case" "$@" >"$dir/$case-$name.out" 2>"$dir/$case-$name.err" &
  started+=("$! $name")
}
rank() { # number: its process; process ids do not tell, since they start anew at some time
  local each
  for each in $(pgrep -P "$launcher"); do
    tr '\0' '\n' <"/proc/$each/environ" 2>/dev/null | grep -qx "RANK=$1" && echo "$each"
  done
  return 0
}
underway() { # starts two ranks, and returns when they train
  vit both --nproc-per-node 2 --epochs 500 "$@"
  for _ in $(seq 600); do [ -s "$dir/$case/classification/mnist-sample1/log.csv" ] && break; sleep 0.1; done
  [ -s "$dir/$case/classification/mnist-sample1/log.csv" ] || fail "the run did not begin"
  launcher=${started[0]% *}
}
ended() { # code pattern: all that were started end within 60 s with this code and one such line
  local begin=$1 code pattern=$3 seconds pid name line
  for each in "${started[@]}"; do
    pid=${each% *} name=${each#* } code=0
    wait "$pid" || code=$?
    seconds=$(($(millis) - begin))
    line=$(cat "$dir/$case-$name.err")
    echo "$case: $name ended with code $code after $seconds ms: ${line:-no line}"
    [ $seconds -le 60000 ] || fail "$seconds ms"
    [ "$code" = "$2" ] || fail "exit code $code, not $2"
    if [ -z "$pattern" ]; then
      [ -z "$line" ] || fail "a line without a failure"
    else
      [ "$(wc -l <"$dir/$case-$name.err")" = 1 ] && grep -q "^vit: .*\($pattern\)" "$dir/$case-$name.err" || fail "not one line with $pattern"
    fi
  done
  ! pgrep -f "$dir" >/dev/null || fail "processes are left: $(pgrep -af "$dir" | cut -c1-200)"
  [ -z "$(find "$dir/$case" -name '*.tmp' 2>/dev/null)" ] || fail "a half-written file is left"
}
resumes() { # the checkpoint is whole: the run ends after the epoch that it is in
  local run=$dir/$case/classification/mnist-sample1
  sed -i 's/^epochs: .*/epochs: 1/' "$run/recipe.yaml"
  ./vit train --resume "$run" --nproc-per-node 2 -q >/dev/null 2>"$dir/$case-resume.err" || fail "no resume"
}

for case in $CASES; do
  started=()
  begin=$(millis)
  case $case in
    interrupt-group | interrupt-rank*) # as Ctrl-C, or a scheduler's signal to one process
      underway
      begin=$(millis)
      case $case in
        *group) kill -INT -- "-$launcher" ;;
        *) kill -INT "$(rank "${case#interrupt-rank}")" ;;
      esac
      ended "$begin" 130 ""
      resumes
      ;;
    stop-rank*)
      underway
      begin=$(millis)
      kill -STOP "$(rank "${case#stop-rank}")"
      ended "$begin" 1 "rank ${case#stop-rank} "
      resumes
      ;;
    nan)
      vit both --nproc-per-node 2 --epochs 2 --opt sgd --lr 1000 --warmup-epochs 0
      ended "$begin" 1 "loss"
      ;;
    other-data) # a folder that differs in one image
      python3 - "$dir" <<'PY'
import os, sys, zlib, struct
def png(shade):
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes([shade] * 28) for _ in range(28))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 28, 28, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
for host in "ab":
    for part in "train", "test":
        for name in "cat", "dog":
            folder = "/".join((sys.argv[1], host, part, name))
            os.makedirs(folder)
            for i in range(20):
                other = (host, part, name, i) == ("b", "train", "dog", 7)
                open("%s/%d.png" % (folder, i), "wb").write(png(i + 100 * (name == "cat") + other))
PY
      at=127.0.0.1:$(port)
      begin=$(millis)
      half='[0.5, 0.5, 0.5]'
      vit rank0 --nnodes 2 --node-rank 0 --master "$at" --data "$dir/a" --set "mean=$half" --set "std=$half"
      vit rank1 --nnodes 2 --node-rank 1 --master "$at" --data "$dir/b" --set "mean=$half" --set "std=$half"
      ended "$begin" 1 "rank 1 has data of digest"
      ;;
    world)
      at=127.0.0.1:$(port)
      vit rank0 --nnodes 2 --node-rank 0 --master "$at"
      vit rank1 --nnodes 3 --node-rank 1 --master "$at"
      ended "$begin" 1 "rank 1 was started for 3 processes, rank 0 for 2"
      ;;
    twice)
      at=127.0.0.1:$(port)
      vit rank0 --nnodes 3 --node-rank 0 --master "$at"
      vit rank1 --nnodes 3 --node-rank 1 --master "$at"
      vit again --nnodes 3 --node-rank 1 --master "$at"
      ended "$begin" 1 "rank 1 has joined twice"
      ;;
    port)
      taken=$(port)
      python3 -c 'import socket, sys, time; s = socket.socket(); s.bind(("", int(sys.argv[1]))); s.listen(); time.sleep(90)' "$taken" &
      listener=$!
      sleep 0.5
      begin=$(millis)
      vit rank0 --nnodes 2 --node-rank 0 --master "127.0.0.1:$taken"
      vit rank1 --nnodes 2 --node-rank 1 --master "127.0.0.1:$taken"
      ended "$begin" 1 "rank 0 cannot listen on port $taken\|rank 1 cannot reach rank 0"
      kill "$listener"
      listener=
      ;;
    no-rank1)
      vit rank0 --nnodes 3 --node-rank 0 --master "127.0.0.1:$(port)"
      ended "$begin" 1 "rank 1, 2 did not join within"
      ;;
    no-rank0)
      vit rank1 --nnodes 2 --node-rank 1 --master "127.0.0.1:$(port)"
      ended "$begin" 1 "rank 1 cannot reach rank 0"
      ;;
    *) fail "no such case" ;;
  esac
done
echo "all ended with one line: $CASES"
