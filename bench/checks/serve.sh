#!/usr/bin/env bash
# vit serve under load: no answer but 200 and 503, nothing lost when it is stopped, an image of 50 megapixels and a
# truncated one are refused, slow clients do not stop others, and the jars stay small.
set -euo pipefail
model=$(cd "$1" && pwd)/data/weights/resnet20_cifar10_akamaster.safetensors
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || :; rm -rf "$dir"' EXIT

./vit --version >/dev/null # builds the app if need be
python3 - "$dir" <<'PY'
import struct, sys, zlib
def png(path, width, height, pixel):
    row = b"\0" + pixel * width
    chunk = lambda name, data: struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    pixels = zlib.compress(row * height, 1)
    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)))
        f.write(chunk(b"IDAT", pixels) + chunk(b"IEND", b""))
png(sys.argv[1] + "/a.png", 64, 64, b"\x40\x80\xc0")
png(sys.argv[1] + "/bomb.png", 10000, 5000, b"\0\0\0")
data = open(sys.argv[1] + "/a.png", "rb").read()
open(sys.argv[1] + "/half.png", "wb").write(data[: len(data) // 2])
PY

start() {
  : >"$dir/out" # the line of the server before must not be taken for the new one's
  ./vit serve "$model" --port 0 --json -q "$@" >"$dir/out" 2>"$dir/err" &
  pid=$!
  for _ in $(seq 600); do
    [ -s "$dir/out" ] && break
    kill -0 "$pid" || { cat "$dir/err"; exit 1; }
    sleep 0.1
  done
  url=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["urls"][0])' "$dir/out")
}

stop() { # ends with 0 after all answers
  kill -TERM "$pid"
  code=0
  wait "$pid" || code=$?
  pid=
  [ "$code" = 0 ] || { echo "vit serve ended with $code"; cat "$dir/err"; exit 1; }
}

load() { python3 bench/peers/serve_load.py "${url}v1/predict" "$dir/a.png" "$@"; }

post() { curl -s -o "$dir/answer" -w '%{http_code}' -H 'Content-Type: image/png' --data-binary "@$1" "${url}v1/predict"; }

start
[ "$(post "$dir/a.png")" = 200 ]
[ "$(post "$dir/bomb.png")" = 413 ] || { cat "$dir/answer"; exit 1; }
[ "$(post "$dir/half.png")" = 400 ] || { cat "$dir/answer"; exit 1; }
load -c 8 -s 5
load -c 4 -s 5 --slow 500 | tee "$dir/slow"
stop

start --limit requests=8 --limit queue=8
load -c 80 -s 8 --back-off 0.05 | tee "$dir/many"
python3 - "$dir/many" <<'PY'
import json, sys
status = json.load(open(sys.argv[1]))["status"]
assert set(status) <= {"200", "503"} and "200" in status, status
PY
[ "$(post "$dir/a.png")" = 200 ]
stop

for mode in --until-refused "--until-refused --close"; do
  start
  # shellcheck disable=SC2086 # a list of words
  load -c 8 -s 60 $mode >"$dir/lost" &
  client=$!
  sleep 2
  stop
  wait "$client" || { cat "$dir/lost"; exit 1; }
  cat "$dir/lost"
done

bytes=0
for jar in .vit/app/lib/vit4j-serve-*.jar .vit/app/lib/jetty-*.jar .vit/app/lib/prometheus-*.jar; do
  bytes=$((bytes + $(stat -c %s "$jar" 2>/dev/null || stat -f %z "$jar")))
done
echo "jars: $bytes bytes"
[ "$bytes" -le 4000000 ]
