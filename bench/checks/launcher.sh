#!/usr/bin/env bash
# ./vit from a copy of the checkout: builds once, sees a change, keeps the caller's folder and exit codes,
# says in one line what is missing, and two at once build once.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
copy="$dir/a copy"
mkdir -p "$copy" "$dir/bin" "$dir/old/bin" "$dir/empty"
git ls-files -co --exclude-standard -z core/src/main opencv/src/main serve/src/main cli/src/main .mvn pom.xml '*/pom.xml' LICENSE NOTICE vit |
  xargs -0 cp --parents -t "$copy"
ln -s "$copy/vit" "$dir/bin/vit"
vit=$dir/bin/vit
cd "$dir/empty" # relative paths are the caller's

fail() {
  echo "launcher: $*" >&2
  exit 1
}
# expect CODE TEXT COMMAND…: the exit code, and a text in what it prints
expect() {
  local code=$1 text=$2 rc=0 out
  shift 2
  out=$("$@" 2>&1) || rc=$?
  [ "$rc" = "$code" ] || fail "exit code $rc, not $code: $* says: $out"
  [[ $out == *"$text"* ]] || fail "'$text' is not in: $out"
}

"$vit" --version >"$dir/1" 2>&1 &
"$vit" --version >"$dir/2" 2>&1 &
wait -n && wait -n || fail "two at once: $(cat "$dir/1" "$dir/2")"
[ "$(cat "$dir/1" "$dir/2" | grep -c 'first use')" = 1 ] || fail "two at once built twice or never"
[ "$("$vit" --version 2>&1)" = "$(tail -n 1 "$dir/1")" ] || fail "the second run is not silent"
expect 2 "unknown option" "$vit" --no-such-option

java=$(command -v java)
tools=$dir/tools
mkdir "$tools"
for tool in sh dirname readlink find sed basename mkdir ln rm cp mv cat sleep; do ln -s "$(command -v $tool)" "$tools/$tool"; done
expect 1 "no Java found" env -u JAVA_HOME PATH="$tools" "$vit" --version
printf '#!/bin/sh\n' >"$dir/old/bin/java" && chmod +x "$dir/old/bin/java"
echo 'JAVA_VERSION="11.0.2"' >"$dir/old/release"
expect 1 "Java 11.0.2 in" env JAVA_HOME="$dir/old" "$vit" --version
expect 1 "has no bin/java" env JAVA_HOME="$dir/nowhere" "$vit" --version

echo "class Broken {" >"$copy/core/src/main/java/Broken.java"
home=$(dirname "$(dirname "$(readlink -f "$java")")")
expect 1 "Maven is not on the PATH" env JAVA_HOME="$home" PATH="$tools" "$vit" --version
expect 1 "the build failed" "$vit" --version
rm "$copy/core/src/main/java/Broken.java"
ln -s 999999999 "$copy/.vit/lock" # left by a builder that was killed
expect 0 "sources changed" "$vit" --version
echo "launcher: all as expected"
