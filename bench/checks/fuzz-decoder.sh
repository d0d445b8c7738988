#!/usr/bin/env bash
# The native decoder survives 20,000 damaged JPEG and WebP files (COUNT=100000: that many) in a process with a heap of 512 MB: no crash, at most
# 900 MB of memory, nothing on the standard error; and JPEGs have the pixels, and the refusals, of the JDK's reader.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
count=${COUNT:-20000}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
./vit --version >/dev/null # builds the app if need be
mkdir "$dir/classes"
javac -proc:none -cp '.vit/app/lib/*:.vit/app/vit4j-cli.jar' -d "$dir/classes" bench/src/main/java/dev/vit4j/bench/FuzzDecoder.java

fuzz() {
  java -Xmx512m -Djava.awt.headless=true "-Dvit4j.decoder=$1" -cp "$dir/classes:.vit/app/vit4j-cli.jar:.vit/app/lib/*" \
    dev.vit4j.bench.FuzzDecoder core/src/test/resources/fixtures/images "$count" "$dir/$1" >"$dir/out" 2>"$dir/err" || {
    cat "$dir/out" "$dir/err"
    echo "fuzz-decoder: the process failed"
    exit 1
  }
  cat "$dir/out"
}
fuzz native
if [ -s "$dir/err" ]; then
  head "$dir/err"
  echo "fuzz-decoder: a native library wrote to the standard error"
  exit 1
fi
grep -q libjpeg-turbo "$dir/out" || { echo "fuzz-decoder: the native decoder was not used"; exit 1; }
peak=$(tail -1 "$dir/out")
case $peak in
  *[!0-9]*) ;; # not on Linux
  *) [ "$peak" -le 900 ] || { echo "fuzz-decoder: $peak MB of memory, more than 900"; exit 1; } ;;
esac
fuzz jdk
if diff <(grep ^JPEG "$dir/jdk") <(grep ^JPEG "$dir/native"); then
  echo "fuzz-decoder: all JPEGs have the same pixels"
else
  echo "fuzz-decoder: pixels differ from the JDK's"
  exit 1
fi
