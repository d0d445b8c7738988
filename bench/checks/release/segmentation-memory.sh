#!/usr/bin/env bash
# The mean IoU of 2,000 images of 512 x 512 pixels with 21 classes takes at most 200 MB more memory than that of 100.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
./vit --version >/dev/null # builds the app if need be
mkdir "$dir/classes"
javac -proc:none -cp '.vit/app/lib/*:.vit/app/vit4j-cli.jar' -d "$dir/classes" bench/src/main/java/dev/vit4j/bench/SegmentationMemory.java
# A heap of fixed size, touched at once: what differs then is native memory.
peak() {
  java -Xms256m -Xmx256m -XX:+AlwaysPreTouch -cp "$dir/classes:.vit/app/vit4j-cli.jar:.vit/app/lib/*" dev.vit4j.bench.SegmentationMemory "$1"
}
few=$(peak 100)
many=$(peak 2000)
echo "peak of the resident memory: $few KiB for 100 images, $many KiB for 2,000"
((many - few < 200000)) # KiB, less than 200 MB
