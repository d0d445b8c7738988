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
time=$(sed -n 's:.*<project.build.outputTimestamp>\(.*\)</.*:\1:p' pom.xml) # of every entry
archive=$(ls "$built"/vit4j-*-linux-x86_64.tar.gz)
[ "$(stat -c %s "$archive")" -lt 150000000 ] || fail "$archive has 150 MB or more"

# ---- what is in it
# entries TAR: its list in $dir/list; nobody's files, one time, one folder, modes by name
entries() {
  TZ=UTC tar tvf "$1" >"$dir/list"
  # -rw-r--r-- 0/0 SIZE DATE TIME NAME
  awk -v date="${time%T*}" -v folder="$(basename "$1" .tar.gz)/" '
    { mode = $6 ~ /\/$/ ? "drwxr-xr-x" : $6 ~ /\/bin\/vit$/ ? "-rwxr-xr-x" : "-rw-r--r--" }
    $1 != mode || $2 != "0/0" || $4 != date || index($6, folder) != 1 { print; bad = 1 }
    END { exit bad }' "$dir/list" || fail "$1 has entries with an owner, another mode or time, or outside of the folder"
}
entries "$archive"
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
# zsh_words LINE: what zsh offers, from a terminal without an owner
zsh_words() {
  HOME=$home zsh -f -c '
    zmodload zsh/zpty
    zpty z zsh -f -i
    expect() { local line; while zpty -r z line; do [[ $line == *$1* ]] && { print -r -- "$line"; return; }; done }
    zpty -w z "PROMPT=; autoload -U compinit; compinit -D -u; source $1"
    zpty -w z "compadd() { local -a w; builtin compadd -O w \"\$@\"; print -r -- \"offered: \$w\" >>$2; builtin compadd \"\$@\"; }; print ready-\$((1+1))"
    expect ready-2
    zpty -w -n z "$3"$'"'\\t'"'
    for i in {1..100}; do [[ -s $2 ]] && break; sleep 0.1; done
    zpty -d z' zsh "$dir/clone.zsh" "$dir/offered" "$1" >/dev/null 2>&1
  sed -n 's/^offered: //p' "$dir/offered" | tr ' ' '\n' | sort -u | xargs
}
# shellcheck source=/dev/null
source "$app/share/bash-completion/completions/vit"
[ "$(completed vit tr)" = "train trace" ] || fail "vit tr<TAB> is $(completed vit tr)"
[ "$(completed vit train mnist-18)" = mnist-1850 ] || fail "recipes are not completed"
[ "$(completed vit train --opt = ad)" = "adam adamw" ] || fail "optimizers are not completed"
[ "$(completed vit data in)" = info ] || fail "verbs of data are not completed"
[ -z "$(completed vit spa)" ] || fail "spark is completed, which is not in the archive"
for shell in zsh fish; do
  script=$(find "$app/share/$shell" -type f)
  ! command -v $shell >/dev/null || $shell -n "$script" || fail "$shell does not read its script"
done
# a clone has vit spark too
for shell in bash zsh fish; do
  clean java -jar "$app/lib/vit4j-cli.jar" completion $shell >"$dir/clone.$shell" 2>"$dir/log"
  ! command -v $shell >/dev/null || $shell -n "$dir/clone.$shell" || fail "$shell does not read the script of a clone"
done
# shellcheck source=/dev/null
source "$dir/clone.bash"
[ "$(completed vit spa)" = spark ] || fail "spark is not completed in a clone"
[ "$(completed vit spark '')" = "embed predict segment" ] || fail "verbs of spark are not completed in a clone"
if command -v fish >/dev/null; then
  verbs=$(HOME=$home fish -c 'source $argv[1]; complete -C "vit spark "' "$dir/clone.fish" | cut -f 1)
  [ "$(echo $verbs)" = "embed predict segment" ] || fail "vit spark <TAB> in fish is $verbs"
fi
if command -v zsh >/dev/null; then
  words=$(zsh_words "vit spark ")
  [ "$words" = "embed predict segment" ] || fail "vit spark <TAB> in zsh is $words"
fi
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
    '"WorkingDir":"/home/vit"' MALLOC_TRIM_THRESHOLD_=536870912 HOME=/home/vit "\"created\":\"$time\""; do
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

# ---- the other platforms: entries, line ends, every jar of the manifest, and the natives that the Java side asks for
for other in "$built"/vit4j-*-macosx-*.tar.gz "$built"/vit4j-*-windows-*.zip; do
  [ -e "$other" ] || continue
  [ "$(stat -c %s "$other")" -lt 150000000 ] || fail "$other has 150 MB or more"
  rm -rf "$dir/other" && mkdir "$dir/other"
  case $other in
    *.zip)
      (cd "$dir/other" && jar xf "$other") && launcher=vit.cmd && suffix=.dll && kind='PE32\+ .*x86-64'
      ! command -v unzip >/dev/null || unzip -tqq "$other" || fail "unzip does not read $other"
      ;;
    *)
      tar xf "$other" -C "$dir/other" && launcher=vit && suffix=.dylib && kind="Mach-O .*$(basename "$other" .tar.gz | sed 's/.*-//')"
      entries "$other"
      ;;
  esac
  if command -v python3 >/dev/null; then
    python3 -c 'import shutil, sys; shutil.unpack_archive(*sys.argv[1:])' "$other" "$dir/other-python"
    diff -r "$dir/other" "$dir/other-python" || fail "Python reads $other otherwise"
    rm -rf "$dir/other-python"
  fi
  app=$(echo "$dir"/other/*)
  [ "$(basename "$app")" = "$(basename "$other" | sed 's/\.tar\.gz$//; s/\.zip$//')" ] || fail "$other has another folder: $app"
  [ -f "$app/bin/$launcher" ] || fail "$other has no $launcher"
  returns=$(grep -c $'\r$' "$app/bin/$launcher" || true)
  case $launcher in
    vit.cmd) [ "$returns" = "$(wc -l <"$app/bin/vit.cmd")" ] || fail "vit.cmd has line ends of Unix" ;;
    *) [ "$returns" = 0 ] || fail "$launcher has line ends of Windows" ;;
  esac
  (cd "$dir" && jar xf "$app/lib/vit4j-cli.jar" META-INF/MANIFEST.MF)
  for jar in $(tr -d '\r' <"$dir/META-INF/MANIFEST.MF" | sed -e ':a' -e 'N' -e '$!ba' -e 's/\n //g' | sed -n 's/^Class-Path: //p'); do
    [ -f "$app/lib/$jar" ] || fail "$other lacks lib/$jar"
  done
  for jar in "$app"/lib/*.jar; do jar tf "$jar"; done >"$dir/entries"
  for library in jnijavacpp torch_cpu jnitorch c10 jniopenblas_nolapack openblas opencv_core opencv_imgcodecs jniopencv_imgcodecs; do
    grep -qE "/(lib)?$library[0-9.]*$suffix\$" "$dir/entries" || fail "$other lacks $library$suffix"
  done
  # ---- natives are of that platform, all of them
  mkdir "$dir/natives"
  for jar in "$app"/lib/*-{macosx,windows,linux}-*.jar; do
    [ ! -e "$jar" ] || (cd "$dir/natives" && jar xf "$jar")
  done
  find "$dir/natives" -type f ! -path '*/META-INF/*' -exec file {} + >"$dir/kinds"
  rm -rf "$dir/natives"
  ! grep -vE ": *$kind" "$dir/kinds" || fail "$other has other files among its natives"
  echo "distribution: $(basename "$other") has $(wc -l <"$dir/kinds") natives of its platform and what it needs, $(($(stat -c %s "$other") / 1000000)) MB; not run"
done
