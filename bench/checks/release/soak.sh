#!/usr/bin/env bash
# Memory stays flat: 10,000 training steps and 50,000 predictions grow the process by less than 2 %.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
./vit --version >/dev/null # builds the app if need be
mkdir "$dir/classes"
javac -proc:none -cp '.vit/app/lib/*:.vit/app/vit4j-cli.jar' -d "$dir/classes" bench/src/main/java/dev/vit4j/bench/Soak.java
# A heap of fixed size, touched at once: what grows then is native memory.
soak() {
  java -Xms256m -Xmx256m -XX:+AlwaysPreTouch -cp "$dir/classes:.vit/app/vit4j-cli.jar:.vit/app/lib/*" dev.vit4j.bench.Soak "$dir/$1"
}
# The allocator's own waste differs from run to run by up to a hundredth; a leak fails twice.
soak first || soak second
