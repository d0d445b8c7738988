#!/usr/bin/env bash
# Runs every command of the sh blocks of README.md and docs/*.md as it stands there, each page in a scratch folder of its own, pages
# side by side. docs/PAGE.sh beside this script makes what the commands of a page read, and says what is appended to shorten them.
# docs/excepted lists the commands that are not run. There is no network: names of published weights lead to a server of this
# script, and the caches are empty but for MNIST. Then the page's java blocks run one after the other as the body of a method; the
# page's own file declares the values that its text names. Quotations of the sources and complete classes are left to DocsTest and to the commands.
#   bench/checks/docs.sh FOLDER [PAGE...]   FOLDER/data holds the data sets; PAGE is a name such as clip or README
set -euo pipefail
shared=$(cd "${1:?usage: docs.sh FOLDER [PAGE...], FOLDER is the parent of the data folder}" && pwd)
shift
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
pages=$root/bench/checks/docs
work=$(mktemp -d)
data=$work/data
models=$work/models
hub=

# Each job is a process group, which ends with everything that it started.
clean() {
  local pid
  for pid in $(jobs -p); do kill -TERM -- "-$pid" || :; done
  wait
  rm -rf "$work"
} 2>/dev/null
job() {
  set -m
  "$@" </dev/null &
  set +m
}
trap clean EXIT
trap 'exit 130' INT TERM

fail() {
  echo "docs.sh: $*" >&2
  exit 1
}

# Every command of a page's sh blocks: its line number, a tab, the command with its continuation lines.
commands() {
  awk '/^```/ { on = !on; sh = $0 == "```sh"; next }
    on && sh && !/^ *(#.*)?$/ {
      if (line == "") first = FNR
      line = line $0
      if (sub(/\\$/, "", line)) next
      print first "\t" line
      line = ""
    }' "$1"
}

# The java blocks of a page without classes, and without those after a line with a link to the source that they quote.
statements() {
  awk '/^```java/ { on = text !~ /\.java\)/; block = ""; next }
    /^```/ { if (on && block !~ /public class /) printf "%s", block; on = 0; next }
    on { block = block $0 "\n"; next }
    NF { text = $0 }' "$1"
}

# What a page's own file replaces: before() makes what a command reads, appended() prints what is appended to it; values declares
# what its java blocks use, and before_java() makes what they read.
values=
before() { :; }
before_java() { :; }
appended() {
  case $1 in "./vit train"*) echo "--epochs 1" ;; esac
}

file_of() {
  if [ "$1" = README ]; then echo "$root/README.md"; else echo "$root/docs/$1.md"; fi
}

# Whether a command of a page is one of those that are not run; notes the pattern as used.
excepted() {
  local page pattern
  while IFS=$'\t' read -r page pattern _; do
    # shellcheck disable=SC2053 # a pattern
    if [[ $page == "$1" && $2 == $pattern ]]; then
      echo "$page $pattern" >>"$work/$page.excepted"
      return 0
    fi
  done < <(grep -v '^#' "$pages/excepted")
  return 1
}

# The exceptions of a page that none of its commands needs any more.
useless() {
  local page pattern
  while IFS=$'\t' read -r page pattern _; do
    [ "$page" != "$1" ] || grep -qxF -- "$page $pattern" "$work/$page.excepted" || echo "$page: $pattern"
  done < <(grep -v '^#' "$pages/excepted")
}

# A server as the user starts it: it must answer, and end with 0 when it is told to.
serve() {
  local pid code=0
  exec 5>"$work/port.lock" && flock 5 # two pages use the same port
  bash -c "exec $1" 5>&- &
  pid=$!
  answers "$pid" out.txt err.txt || { kill -9 "$pid"; return 1; }
  kill -TERM "$pid"
  wait "$pid" || code=$?
  exec 5>&-
  return "$code"
}

# Waits until a server has written its address into one of the files, and asks whether all models are ready.
answers() {
  local pid=$1 url
  shift
  for _ in $(seq 300); do
    url=$(sed -n 's/.* at \(http:[^ ]*\).*/\1/p' "$@" | tail -n 1)
    [ -z "$url" ] || break
    kill -0 "$pid" || return 1
    sleep 0.1
  done
  curl -sS --fail "${url}health/ready"
}

run_page() {
  set +m
  trap 'kill $(jobs -p) 2>/dev/null' EXIT # a server that the page's file has started
  trap - INT TERM
  local page=$1 number command line began count=0 left=0 start=$SECONDS
  mkdir -p "$work/$page/cache"
  cd "$work/$page"
  ln -s "$root/vit" "$root/docs" "$root/bench" "$root/.vit" .
  ln -s "$work/kernels" cache/kernels
  export VIT4J_CACHE=$PWD/cache
  # shellcheck source=/dev/null
  [ ! -f "$pages/$page.sh" ] || . "$pages/$page.sh"
  while IFS=$'\t' read -r number command <&3; do
    if excepted "$page" "$command"; then
      left=$((left + 1))
      continue
    fi
    began=$SECONDS
    line=$(sed 's/ \+#.*//' <<<"$command")
    if ! { before "$line" && line="$line $(appended "$line")" && execute "$line"; } >out.txt 2>err.txt </dev/null; then
      echo "== $page.md, line $number: $command"
      [ "$line" = "$command" ] || echo "== as run: $line"
      tail -n 40 out.txt err.txt
      return 1
    fi
    echo "$((SECONDS - began)) s: $page.md, line $number: $command" >>"$work/$page.times"
    count=$((count + 1))
  done 3< <(commands "$(file_of "$page")")
  run_java "$page" >out.txt 2>err.txt || {
    echo "== $page.md, java blocks"
    tail -n 40 out.txt err.txt
    return 1
  }
  useless "$page" | grep . && { echo "== these exceptions match no command: remove them from $pages/excepted"; return 1; }
  echo "$count $left" >"$work/$page.done"
  printf '%-18s %3d commands %3d s\n' "$page" "$count" "$((SECONDS - start))" >&6
}

run_java() {
  local code began=$SECONDS
  code=$(statements "$(file_of "$1")")
  if [ -z "$code" ] || excepted "$1" java; then return 0; fi
  before_java
  {
    printf 'import %s;\n' 'java.awt.image.BufferedImage' 'java.io.File' 'java.nio.file.Path' 'java.util.*' 'javax.imageio.ImageIO' \
      'dev.vit4j.model.catalog.Models' 'dev.vit4j.recipe.Recipe' dev.vit4j.{explain,image,infer,input,model,nn,nn.spiking,probe,search,tensor,train,view,weights}.'*'
    printf 'class Page { public static void main(String[] args) throws Exception { try (Scope page = Scope.open()) {\n%s\n%s\n}}}\n' "$values" "$code"
  } >Page.java
  # shellcheck disable=SC2086 # a list of words
  java $VIT_JAVA_OPTS -cp '.vit/app/vit4j-cli.jar:.vit/app/lib/*' Page.java &&
    echo "$((SECONDS - began)) s: $1.md, java blocks" >>"$work/$1.times"
}

execute() {
  case $1 in
    "./vit serve "*) serve "$1" ;;
    *) bash -c "$1" ;;
  esac
}

prepare() {
  java "$pages/Samples.java" "$shared/data" "$data"
  mkdir "$models" "$work/kernels" "$work/bin"
  ln -s "$(command -v python3)" "$work/bin/python"
  # Commands this short are faster without the optimizing compiler, and with one thread each if pages run side by side.
  export VIT_JAVA_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ActiveProcessorCount=1"
  export PATH=$work/bin:$PATH VIT4J_CACHE=$work/cache HF_HOME=$work/huggingface TORCH_HOME=$work/torch HF_HUB_OFFLINE= VIT4J_OFFLINE=
  export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
  mkdir "$VIT4J_CACHE" && ln -s "$work/kernels" "$VIT4J_CACHE/kernels"
  unset HF_TOKEN HF_HUB_CACHE HUGGINGFACE_HUB_CACHE
  cd "$models"
  # shellcheck source=docs/models.sh
  . "$pages/models.sh" >log 2>&1 || { cat log; fail "cannot make the models"; }
  job python3 "$pages/hub.py" "$work/hub" "$work/port"
  hub=$!
  until [ -s "$work/port" ]; do
    kill -0 "$hub" || fail "the Hub does not start"
    sleep 0.1
  done
  HF_ENDPOINT=http://127.0.0.1:$(cat "$work/port")
  export HF_ENDPOINT
}

"$root/vit" --version >/dev/null # builds the app if need be
"$root/vit" spark --help >/dev/null # and this needs more jars
prepare
echo "models and data made in $SECONDS s"

# The pages with the most trainings first.
if [ $# = 0 ]; then
  for file in "$root/README.md" "$root"/docs/*.md; do
    [ -z "$(commands "$file")$(statements "$file")" ] || echo "$(commands "$file" | grep -cE 'vit (train|spark)' || :) $(basename "$file" .md)"
  done | sort -rn | cut -d ' ' -f 2 >"$work/pages"
else
  for page; do [ -f "$(file_of "$page")" ] || fail "no page $page"; done
  printf '%s\n' "$@" >"$work/pages"
fi
failed=0
exec 6>&1
while read -r page; do
  while [ "$(jobs -rp | wc -l)" -gt 3 ]; do wait -n || :; done # three pages and the Hub
  job run_page "$page" >"$work/$page.log" 2>&1
done <"$work/pages"
while [ "$(jobs -rp | wc -l)" -gt 1 ]; do wait -n || :; done

total=0 others=0
while read -r page; do
  if [ -f "$work/$page.done" ]; then
    read -r count left <"$work/$page.done"
    total=$((total + count)) others=$((others + left))
  else
    cat "$work/$page.log"
    failed=$((failed + 1))
  fi
done <"$work/pages"
echo "The slowest:"
cat "$work"/*.times | sort -rn | head -n 8
[ "$failed" = 0 ] || fail "$failed pages failed"
echo "$total commands and the java blocks of the documentation succeeded, $others are excepted; $SECONDS s"
[ $# != 0 ] || ((total > 150)) # all pages have been read
