#!/usr/bin/env bash
# Runs every ./vit command of the sh blocks of quick-start.md and vit-step-by-step.md in a scratch folder, in order; each must
# succeed. Trainings are shortened to two epochs, and trainings on other data than the built-in sample use the argument's:
#   bench/checks/docs.sh FOLDER      FOLDER/data/mnist holds MNIST
set -euo pipefail
shared=$(cd "${1:?usage: docs.sh FOLDER, the parent of the data folder}" && pwd)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$root/vit" --version >/dev/null # builds the app if need be
ln -s "$root/vit" "$root/docs" "$root/.vit" "$work"
cd "$work"

# The commands of the sh blocks of a page, without comments.
commands() {
  awk '/^```/ { on = ($0 == "```sh"); next } on' "$1" | sed 's/ \+#.*//'
}
# The class that the quick start asks the reader to save.
awk '/^```/ { on = ($0 == "```java"); next } on' docs/quick-start.md >Predict.java

count=0
for page in quick-start vit-step-by-step; do
  while IFS= read -r line; do
    case $line in
      "./vit train"*"--data DIR"*) line="${line/--data DIR/--data $shared/data/mnist} --epochs 2" ;;
      "./vit train"*--epochs*) line=${line/--epochs 5/--epochs 2} ;;
      "./vit train"*) line="$line --epochs 2" ;;
    esac
    echo "$page: $line"
    bash -c "$line" >out.txt 2>err.txt </dev/null || {
      cat out.txt err.txt
      exit 1
    }
    count=$((count + 1))
  done < <(commands "docs/$page.md")
done
echo "$count commands of the documentation succeeded in $SECONDS s"
((count > 15))
