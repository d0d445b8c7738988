#!/usr/bin/env bash
# The one jar of module spark on a standalone cluster of two executors, which start with an empty cache of native
# libraries: an executor is killed with SIGKILL in the middle, one image in a hundred is broken. No row is lost or
# doubled, a second run computes nothing, each executor opens the model once, and the numbers are those of vit embed
# and vit predict. STARTS=10 repeats the start; COUNT=10000 takes more images; MODEL and IMAGES replace the model and
# the folder of images.
set -euo pipefail
data=$(cd "$1" && pwd)/data
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
dir=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || :; wait 2>/dev/null || :; rm -rf "$dir"' EXIT
fail() { echo "spark.sh: $*"; for log in "$dir"/*.log "$dir"/work*/app-*/*/stderr; do echo "== $log"; tail -5 "$log"; done; exit 1; }

./vit --version >/dev/null # builds the app if need be
mvn -q -B -ntp -Pquick,spark-jar -pl core,opencv,spark -am package -Dmaven.test.skip=true
jar=$(ls spark/target/vit4j-spark-*-linux-x86_64.jar)

# Spark as a user has it: none of the jars that vit4j brings.
version=$(sed -n 's/.*<spark.version>\(.*\)<.*/\1/p' pom.xml)
mkdir -p "$dir/home/jars" "$dir/project"
cat >"$dir/project/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>example</groupId><artifactId>example</artifactId><version>1</version>
<dependencies><dependency><groupId>org.apache.spark</groupId><artifactId>spark-sql_2.13</artifactId>
<version>$version</version></dependency></dependencies></project>
POM
(cd "$dir/project" && mvn -q -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile="$dir/classpath")
tr : '\n' <"$dir/classpath" | while read -r each; do ln -s "$each" "$dir/home/jars/"; done

model=${MODEL:-$data/weights/resnet20_cifar10_akamaster.safetensors}
images=${IMAGES:-$dir/images}
[ -d "$images" ] || python3 - "$data/food101-pss64/pizza_steak_sushi_64_rest.zip" "$images" "${COUNT:-1000}" <<'PY'
import os, sys, zipfile
os.makedirs(sys.argv[2])
with zipfile.ZipFile(sys.argv[1]) as photos:
    names = [n for n in photos.namelist() if n.endswith(".jpg")]
    for i in range(int(sys.argv[3])):
        data = photos.read(names[i % len(names)])
        data = data[:2] + b"\xff\xfe\x00\x06%04d" % (i // len(names)) + data[2:] # a comment, so that no two are equal
        broken = [b"", data[: len(data) // 2], b"not an image"][i // 100 % 3]
        with open("%s/%05d.jpg" % (sys.argv[2], i), "wb") as file:
            file.write(broken if i % 100 == 50 else data)
PY
export SPARK_HOME=$dir/home SPARK_LOCAL_IP=127.0.0.1 SPARK_SCALA_VERSION=2.13
opens=()
for each in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent \
  java.util.concurrent.atomic jdk.internal.ref sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar; do
  opens+=("--add-opens=java.base/$each=ALL-UNNAMED")
done
spark=(java "${opens[@]}" -cp "$SPARK_HOME/jars/*")

: >"$dir/master.log" # the shell of the master may create it too late for the first look
"${spark[@]}" org.apache.spark.deploy.master.Master --host 127.0.0.1 --port 0 --webui-port 0 >"$dir/master.log" 2>&1 &
pids+=($!)
url=
for _ in $(seq 300); do
  url=$(sed -n 's/.*Starting Spark master at \(spark:.*\)/\1/p' "$dir/master.log")
  [ -n "$url" ] && break
  sleep 0.2
done
[ -n "$url" ] || fail "the master does not start"
workers=()
for i in 1 2; do
  "${spark[@]}" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --webui-port 0 --cores 1 --memory 2g \
    --work-dir "$dir/work$i" "$url" >"$dir/worker$i.log" 2>&1 &
  pids+=($!)
  workers+=($!)
done

submit() { # cache-folder verb arguments
  local cache=$1
  shift
  "${spark[@]}" org.apache.spark.deploy.SparkSubmit --master "$url" --conf spark.ui.enabled=false \
    --conf spark.executor.memory=1g --conf spark.scheduler.minRegisteredResourcesRatio=1 \
    --conf spark.scheduler.maxRegisteredResourcesWaitingTime=60s --conf "spark.executor.extraJavaOptions=-Dorg.bytedeco.javacpp.cachedir=$cache" \
    --class dev.vit4j.spark.Main "$jar" "$@" --json 2>"$dir/submit.log"
}
opened() { cat "$dir"/work*/app-*/*/stderr | grep -c 'Opened model' || :; }
count() { python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$dir/out" "$1"; }
check() { [ "$2" = "$3" ] || fail "$1: $2, not $3"; }
total=$(find "$images" -type f | wc -l)

# An executor dies in the middle; its tasks run again, on the other or on a new one.
mkdir "$dir/cache"
submit "$dir/cache" embed --model "$model" --input "$images" --output "$dir/embed" >"$dir/out" &
job=$!
for _ in $(seq 1200); do
  [ -z "$(ls "$dir/embed"/*.parquet 2>/dev/null)" ] || break
  sleep 0.05
done
victim=$(pgrep -P "${workers[0]}" | head -1)
kill -9 "$victim" || fail "no executor to kill"
wait $job || fail "the job failed"
cat "$dir/out"
check "images after an executor was killed" "$(count count)" "$total"
[ -n "${IMAGES:-}" ] || check "images that could not be read" "$(count failed)" $((total / 100))
lost=$(opened)

submit "$dir/cache" embed --model "$model" --input "$images" --output "$dir/embed" --resume >"$dir/out" || fail "the second run failed"
check "images that the second run computed" "$(count computed)" 0
check "models that the second run opened" "$(opened)" "$lost"

for start in $(seq "${STARTS:-1}"); do
  before=$(opened)
  submit "$dir/cold$start" predict --topk 3 --shared-model --model "file://$model" --input "file://$images" \
    --output "file://$dir/predict$start" >"$dir/out" || fail "start $start failed"
  check "images of start $start" "$(count count)" "$total"
  check "models opened in start $start" $(($(opened) - before)) 2
  rm -rf "$dir/cold$start"
done
! grep -l 'UnsatisfiedLinkError\|NoClassDefFoundError' "$dir"/work*/app-*/*/stderr || fail "natives did not load"

./vit embed "$model" "$images" -o "$dir/embed.jsonl" -q || :
./vit predict "$model" "$images" --topk 3 --jsonl "$dir/predict.jsonl" -q >/dev/null || :
"${spark[@]}" "$root/bench/checks/SparkCompare.java" "$dir/embed" "$dir/embed.jsonl" \
  "$dir/predict1" "$dir/predict.jsonl" 2>"$dir/compare.log" || fail "the numbers differ"
