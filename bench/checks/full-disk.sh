#!/bin/sh
# A training whose disk fills up ends with exit code 1 and one line, and its last checkpoint stays
# whole. Needs root, to mount a small tmpfs; without that it says so and ends with 0.
#   sh bench/checks/full-disk.sh
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
disk=$(mktemp -d)
trap 'umount "$disk" 2>/dev/null; rmdir "$disk"; rm -f "$errors"' EXIT
errors=$(mktemp)

if ! mount -t tmpfs -o size=8m tmpfs "$disk" 2>"$errors"; then
  echo "not checked: cannot mount a tmpfs: $(head -n 1 "$errors")"
  exit 0
fi

fail() {
  echo "FAILED: $1"
  sed 's/^/  | /' "$errors"
  exit 1
}

# A first run, whole: its files are what the full disk must not spoil.
"$here/vit" train --output "$disk" --epochs 2 >/dev/null 2>"$errors" || fail "no training fits"
run=$(find "$disk" -name recipe.yaml | head -n 1)
run=$(dirname "$run")
before=$(cat "$run"/weights/*/*.safetensors "$run"/log.csv | cksum)

# Leave room for the beginning of a second run, but not for its checkpoints.
room=$(df -k --output=avail "$disk" | tail -n 1)
dd if=/dev/zero of="$disk/ballast" bs=1k count=$((room - 12)) 2>/dev/null
"$here/vit" train --output "$disk" --epochs 2 >/dev/null 2>"$errors"
code=$?
[ "$code" -eq 1 ] || fail "a full disk must end with 1, not $code"
grep -q "No space left on device" "$errors" || fail "the reason is not said"
[ "$(grep -c 'No space left' "$errors")" -eq 1 ] || fail "more than one line says it"
grep -q '^[[:space:]]*at ' "$errors" && fail "a stack trace"
[ "$before" = "$(cat "$run"/weights/*/*.safetensors "$run"/log.csv | cksum)" ] || fail "files lost"

line=$(grep "No space left" "$errors")

# With room again the earlier run works, and the one that stopped left nothing that looks whole.
rm "$disk/ballast"
"$here/vit" eval "$run" >/dev/null 2>"$errors" || fail "the earlier run no longer loads"
empty=$(find "$disk" -name '*.safetensors' -size 0)
[ -z "$empty" ] || fail "half-written: $empty"
echo "passed: $line"
