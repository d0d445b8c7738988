#!/usr/bin/env bash
# Checks a staging folder for what Maven Central demands (https://central.sonatype.org/publish/requirements/) and packs it for upload:
#   bench/staged.sh FOLDER [--unsigned]      writes central-bundle.zip beside FOLDER
set -euo pipefail
folder=$(cd "${1:?usage: bench/staged.sh FOLDER [--unsigned]}" && pwd)
signed=yes
[ "${2:-}" != --unsigned ] || signed=

faults=0
fault() {
  echo "staged: $*" >&2
  faults=$((faults + 1))
}

published="vit4j-bom vit4j-core vit4j-natives-linux-x86_64 vit4j-natives-macosx-arm64 vit4j-natives-macosx-x86_64
vit4j-natives-windows-x86_64 vit4j-opencv vit4j-serve vit4j-spark"
found=$(cd "$folder/dev/vit4j" && ls)
[ "$(echo $published)" = "$(echo $found)" ] || fault "the folder has $(echo $found), not $(echo $published)"

files=0
for artifact in $found; do
  for version in "$folder/dev/vit4j/$artifact"/*/; do
    base=$version$artifact-$(basename "$version")
    [[ $version != *-SNAPSHOT/ ]] || fault "$artifact: a SNAPSHOT cannot be released"
    [ -f "$base.pom" ] || {
      fault "$artifact: no $(basename "$base").pom"
      continue
    }
    for element in '  <name>' '  <description>' '  <url>https://' '    <license>' '    <developer>' '    <connection>scm:' '    <url>https://'; do
      grep -q "^$element" "$base.pom" || fault "$artifact: the pom has no line '$element'"
    done
    if grep -qE '\$\{|<parent>|-SNAPSHOT' "$base.pom"; then fault "$artifact: the pom has a parent, a property or a SNAPSHOT"; fi
    if ! grep -q '<packaging>pom</packaging>' "$base.pom"; then
      for suffix in .jar -sources.jar -javadoc.jar -cyclonedx.json; do
        [ -s "$base$suffix" ] || fault "$artifact: no $(basename "$base$suffix")"
      done
    elif [[ $artifact == vit4j-natives-* ]]; then
      [ -s "$base.jar" ] || fault "$artifact: no $(basename "$base.jar")"
    fi
    for file in "$version"*; do
      case $file in
        *.md5 | *.sha1 | *.sha256 | *.sha512 | *.asc | */maven-metadata*) continue ;;
      esac
      files=$((files + 1))
      for sum in md5 sha1; do
        [ "$(cat "$file.$sum" 2>/dev/null)" = "$(${sum}sum <"$file" | cut -d' ' -f1)" ] || fault "$(basename "$file").$sum is missing or wrong"
      done
      if [ -n "$signed" ]; then
        gpg --batch --quiet --verify "$file.asc" "$file" 2>/dev/null || fault "$(basename "$file").asc is missing, or its key is unknown here"
      fi
    done
  done
done
[ $faults = 0 ] || exit 1

bundle=$(dirname "$folder")/central-bundle.zip
list=$(mktemp)
trap 'rm -f "$list"' EXIT
(cd "$folder" && find dev -type f ! -name 'maven-metadata*' | sort >"$list" && jar --create --no-manifest --file "$bundle" "@$list")
echo "staged: $files files${signed:+, signed,} as Central demands; $bundle has $(($(wc -c <"$bundle") >> 10)) KiB"
