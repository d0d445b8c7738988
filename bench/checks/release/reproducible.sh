#!/usr/bin/env bash
# Two builds of the last commit at the same time, in clones with other paths, time zone and locale: every jar, every published pom
# and every list of dependencies (SBOM) must have the same SHA-256. The Javadoc, which takes most of the time, is left out; FULL=1
# builds all that a release has. Both have the umask 022, since Maven writes the modes of files into jars.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -n "${FULL:-}" ]; then
  flags=(-Prelease)
  jars=18
else
  flags=(-Pquick,release -Dmaven.javadoc.skip)
  jars=14
fi

umask 022
# build FOLDER ZONE LOCALE: builds a clone; FOLDER.sums has the checksums
build() (
  git clone -q "$root" "$work/$1" && cd "$work/$1" || exit 1
  TZ=$2 MAVEN_OPTS="-Duser.timezone=$2 -Duser.language=${3%_*} -Duser.country=${3#*_}" mvn -q -B -ntp "${flags[@]}" -pl '!cli,!bench' -Dvit4j.url=https://example.org/vit4j -Dmaven.test.skip=true -Dspotless.check.skip \
    package >"$work/$1.log" 2>&1 || {
    grep -m 5 ERROR "$work/$1.log" >&2
    exit 1
  }
  find . -path '*/target/*' \( -name 'vit4j-*.jar' -o -name '*-cyclonedx.json' -o -name published-pom.xml \) -exec sha256sum {} + |
    sort -k 2 >"$work/$1.sums"
)

build one UTC en_US &
build "the other" Asia/Kolkata de_DE && wait $! || {
  echo "reproducible: a build failed" >&2
  exit 1
}
diff "$work/one.sums" "$work/the other.sums" || {
  echo "reproducible: these files differ" >&2
  exit 1
}
count=$(grep -c '\.jar$' "$work/one.sums")
[ "$count" = $jars ] || {
  cat "$work/one.sums"
  echo "reproducible: $count jars, not $jars" >&2
  exit 1
}
echo "reproducible: $(wc -l <"$work/one.sums") files, $count of them jars, are the same in two builds, in $SECONDS s"
