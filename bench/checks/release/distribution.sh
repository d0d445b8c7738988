#!/usr/bin/env bash
# The archive for Linux, unpacked where nothing of the clone, of Maven and of the user's folders can be reached:
# trains, predicts and completes. The container image, on an empty base: its settings, and its program runs from its layers.
# The archives of other platforms are looked at if they were built; they do not run here.
#   VIT4J_DIST=FOLDER  takes the archives of this folder instead of building
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
clone=$PWD
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() {
  echo "distribution: $*" >&2
  exit 1
}

built=${VIT4J_DIST:-}
if [ -z "$built" ]; then
  mvn -q -B -ntp -Pquick,dist,container -Dcontainer.base=scratch -Ddist.platform=linux-x86_64 -pl dist -am package -Dmaven.test.skip=true
  built=$clone/dist/target
fi
archive=$(ls "$built"/vit4j-*-linux-x86_64.tar.gz)
[ "$(stat -c %s "$archive")" -lt 150000000 ] || fail "$archive has 150 MB or more"

# ---- what is in it
tar tvf "$archive" >"$dir/list"
# -rw-r--r-- 0/0 SIZE DATE TIME NAME: nobody's files, one time, one folder
awk '$2 != "0/0" || $4 != "2026-01-01" || $6 !~ /^vit4j-[^\/]*-linux-x86_64\// { print; bad = 1 } END { exit bad }' "$dir/list" ||
  fail "entries with an owner, another time or outside of the folder"
! grep -E 'macosx|windows|cuda|gpl|\.debug' "$dir/list" || fail "natives that do not belong to it"

# ---- a machine with Java only
unpacked="$dir/a folder"
home=$dir/home
tools=$dir/tools
mkdir "$unpacked" "$home" "$tools"
tar xf "$archive" -C "$unpacked"
app=$(echo "$unpacked"/vit4j-*)
for tool in sh dirname readlink grep mv rm; do ln -s "$(command -v $tool)" "$tools/$tool"; done
ln -s "$(readlink -f "$(command -v java)")" "$tools/java"
ln -s "$app/bin/vit" "$tools/vit" # as a user would who has a folder for commands
work=$dir/work
mkdir "$work"
cd "$work"
clean() { env -i HOME="$home" PATH="$tools" JAVA_TOOL_OPTIONS="-Duser.home=$home" "$@"; }
# expect CODE TEXT COMMAND…: the exit code, and a text in what it prints
expect() {
  local code=$1 text=$2 rc=0 out
  shift 2
  out=$(clean "$@" 2>&1) || rc=$?
  [ "$rc" = "$code" ] || fail "exit code $rc, not $code: $* says: $out"
  [[ $out == *"$text"* ]] || fail "'$text' is not in what $* says: $out"
}
start=$SECONDS
expect 0 "preparing faster starts" vit --version
expect 0 "vit4j " vit --version
[ "$(find "$home/.javacpp" -name libtorch_cpu.so | wc -l)" = 1 ] || fail "the natives are not in the empty home"
expect 0 "To get started: vit train" vit --help
expect 0 "  vit train mnist-sample" vit train --help
expect 0 "for linux-x86_64" vit doctor
expect 0 "libjpeg-turbo" VIT_JAVA_OPTS=-Dvit4j.decoder=native vit doctor
expect 0 "next:
  vit eval runs/classification/mnist-sample1" vit train --epochs 2
expect 0 "7: " vit predict runs/classification/mnist-sample1 "$clone/docs/pictures/seven.png"
expect 0 "run folder" vit train --epochs 1 --nproc-per-node 2 # Gloo
expect 1 "needs Spark's jars" vit spark embed
expect 2 "unknown option" vit --no-such-option
[ -z "$(find "$home" -name '.m2')" ] || fail "it wrote a Maven repository"

# ---- completion and the manual page
completed() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  _vit
  echo "${COMPREPLY[*]}"
}
# shellcheck source=/dev/null
source "$app/share/bash-completion/completions/vit"
[ "$(completed vit tr)" = "train trace" ] || fail "vit tr<TAB> is $(completed vit tr)"
[ "$(completed vit train mnist-18)" = mnist-1850 ] || fail "recipes are not completed"
[ "$(completed vit train --opt = ad)" = "adam adamw" ] || fail "optimizers are not completed"
[ "$(completed vit data in)" = info ] || fail "verbs of data are not completed"
for shell in zsh fish; do
  script=$(find "$app/share/$shell" -type f)
  ! command -v $shell >/dev/null || $shell -n "$script" || fail "$shell does not read its script"
done
page=$app/share/man/man1/vit.1
if command -v groff >/dev/null; then
  [ -z "$(groff -man -ww -Tutf8 -k "$page" 2>&1 >"$dir/page")" ] || fail "groff warns of the manual page"
  grep -q 'Start P processes' "$dir/page" || fail "the manual page lacks options"
fi
echo "distribution: linux-x86_64 runs, $(($(stat -c %s "$archive") / 1000000)) MB, $((SECONDS - start)) s"

# ---- the container image
image=$(ls "$built"/vit4j-*-container.tar 2>/dev/null || true)
if [ -n "$image" ]; then
  mkdir "$dir/image" "$dir/root"
  tar xf "$image" -C "$dir/image"
  for text in '"RepoTags":["vit4j:' '"Config":"config.json"'; do
    grep -qF "$text" "$dir/image/manifest.json" || fail "the image's manifest lacks $text"
  done
  for text in '"User":"1000:1000"' '"8080/tcp":{}' '"Entrypoint":["java",' '"-jar","/opt/vit4j/lib/vit4j-cli.jar"]' '"Cmd":["--help"]' \
    '"WorkingDir":"/home/vit"' MALLOC_TRIM_THRESHOLD_=536870912 HOME=/home/vit '"created":"2026-01-01T00:00:00Z"'; do
    grep -qF "$text" "$dir/image/config.json" || fail "the image's configuration lacks $text"
  done
  for layer in $(grep -oE '[0-9a-f]{64}\.tar\.gz' "$dir/image/manifest.json"); do
    tar xzf "$dir/image/$layer" --warning=no-unknown-keyword -C "$dir/root"
  done
  [ ! -e "$dir/root/app" ] || fail "the image has the class path of the build"
  [ "$(stat -c %a "$dir/root/home/vit")" = 777 ] || fail "/home/vit cannot be written"
  (cd "$app/lib" && ls ./*.jar) >"$dir/jars"
  (cd "$dir/root/opt/vit4j/lib" && ls) | sed 's,^,./,' | diff - "$dir/jars" || fail "the image has other jars than the archive"
  expect 0 "7: " java -Dvit4j.command=vit -jar "$dir/root/opt/vit4j/lib/vit4j-cli.jar" \
    predict runs/classification/mnist-sample1 "$clone/docs/pictures/seven.png"
  echo "distribution: the image is as it should be, $(($(stat -c %s "$image") / 1000000)) MB"
fi

# ---- the other platforms: every jar of the manifest, and the natives that the Java side asks for
for other in "$built"/vit4j-*-macosx-*.tar.gz "$built"/vit4j-*-windows-*.zip; do
  [ -e "$other" ] || continue
  [ "$(stat -c %s "$other")" -lt 150000000 ] || fail "$other has 150 MB or more"
  rm -rf "$dir/other" && mkdir "$dir/other"
  case $other in
    *.zip) (cd "$dir/other" && jar xf "$other") && launcher=vit.cmd && suffix=.dll ;;
    *) tar xf "$other" -C "$dir/other" && launcher=vit && suffix=.dylib ;;
  esac
  app=$(echo "$dir"/other/vit4j-*)
  [ -f "$app/bin/$launcher" ] || fail "$other has no $launcher"
  (cd "$dir" && jar xf "$app/lib/vit4j-cli.jar" META-INF/MANIFEST.MF)
  for jar in $(tr -d '\r' <"$dir/META-INF/MANIFEST.MF" | sed -e ':a' -e 'N' -e '$!ba' -e 's/\n //g' | sed -n 's/^Class-Path: //p'); do
    [ -f "$app/lib/$jar" ] || fail "$other lacks lib/$jar"
  done
  for jar in "$app"/lib/*.jar; do jar tf "$jar"; done >"$dir/entries"
  for library in jnijavacpp torch_cpu jnitorch c10 jniopenblas_nolapack openblas opencv_core opencv_imgcodecs jniopencv_imgcodecs; do
    grep -qE "/(lib)?$library[0-9.]*$suffix\$" "$dir/entries" || fail "$other lacks $library$suffix"
  done
  echo "distribution: $(basename "$other") has what it needs, $(($(stat -c %s "$other") / 1000000)) MB; not run"
done
