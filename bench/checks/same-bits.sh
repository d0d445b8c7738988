#!/usr/bin/env bash
# Runs short trainings with a checkout's ./vit and prints SHA-256 hashes of what they give. A change of the code
# that must not change any result is checked by a comparison of the hashes before and after it.
#
# Usage:
#   same-bits.sh              run this checkout, print one line for each scenario
#   same-bits.sh CHECKOUT     the same for another checkout
#   same-bits.sh OLD NEW      run both; print "same" or the lines that differ, and exit with 1 if there are any
# A single folder without a file named vit stands for this checkout: .ci/run passes the folder of shared data,
# which is not used.
#
# A line is a name and hashes. Of a training: best and last weights, the tensors of training.safetensors, and both
# logs without the columns that depend on time. Of a safetensors file the names, types, shapes and bytes of all
# tensors count; its metadata does not. The script fails if a training that is stopped in the middle of an epoch
# and resumed gives other hashes than the same training without a stop.
#
# Needs a JDK 17 or newer (JAVA_HOME, else java on the PATH). Writes to a temporary folder only, and builds the
# checkout if its sources are newer than its last build. Hashes depend on the machine: compare those of one machine.
set -euo pipefail
export LC_ALL=C

fail() {
  echo "same-bits: $*" >&2
  exit 1
}

own=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
[ $# -le 2 ] || fail "usage: same-bits.sh [CHECKOUT | OLD NEW]"
checkouts=()
for folder; do
  [ -d "$folder" ] || fail "$folder is not a folder"
  folder=$(cd "$folder" && pwd)
  if [ -f "$folder/vit" ]; then
    checkouts+=("$folder")
  else
    [ $# = 1 ] || fail "$folder is not a checkout: it has no vit"
  fi
done
[ ${#checkouts[@]} -gt 0 ] || checkouts=("$own")

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
command -v "$java" >/dev/null || fail "no Java found: install a JDK 17 or newer, or set JAVA_HOME"
dir=$(mktemp -d)
training=
trap '[ -z "$training" ] || kill -KILL "$training" 2>/dev/null || true; rm -rf "$dir"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Short runs end sooner without the second compiler; it does not change results.
export VIT_JAVA_OPTS=${VIT_JAVA_OPTS:--XX:TieredStopAtLevel=1 -XX:+UseSerialGC}
# OpenMP's threads wait for each other without use of the processor. If other processes use the cores too, the
# default takes up to 30 times as long. Results are the same.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-PASSIVE}

cat >"$dir/SameBits.java" <<'JAVA'
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/** Draws pictures to train on, or prints hashes of run folders and files. */
class SameBits {
  static final Set<String> TIMES = Set.of("seconds", "images_per_second", "data_wait");
  static final Pattern TENSOR =
      Pattern.compile(
          "\"([^\"\\\\]*)\":\\{\"dtype\":\"(\\w+)\",\"shape\":\\[([\\d,]*)\\],"
              + "\"data_offsets\":\\[(\\d+),(\\d+)\\]\\}");
  static final Pattern NUMBER = Pattern.compile("\"(\\w+)\":([^,}]+)");

  public static void main(String[] args) throws Exception {
    try {
      if (args[0].equals("pictures")) {
        draw(Path.of(args[1]));
        return;
      }
      for (String path : args) {
        System.out.println(line(Path.of(path)));
      }
    } catch (Exception e) {
      System.err.println("same-bits: " + e);
      System.exit(1);
    }
  }

  static String line(Path path) throws Exception {
    String name = path.getFileName().toString();
    if (name.endsWith(".safetensors")) {
      return name + " tensors=" + tensors(path);
    }
    if (!Files.isDirectory(path)) {
      return name + " text=" + hex(sha().digest(Files.readAllBytes(path)));
    }
    return "%s best=%s last=%s training=%s logs=%s"
        .formatted(
            name.replaceFirst("1$", ""), // a run's folder ends in its number
            tensors(path.resolve("weights/best/model.safetensors")),
            tensors(path.resolve("weights/last/model.safetensors")),
            tensors(path.resolve("weights/last/training.safetensors")),
            logs(path));
  }

  /** Of all tensors in the order of their names: name, type, shape and bytes. */
  static String tensors(Path file) throws Exception {
    byte[] all = Files.readAllBytes(file);
    long length = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int data = Math.toIntExact(8 + length);
    Matcher m = TENSOR.matcher(new String(all, 8, (int) length, StandardCharsets.UTF_8).strip());
    TreeMap<String, int[]> places = new TreeMap<>();
    int bytes = 0;
    while (m.find()) {
      int[] place = {Integer.parseInt(m.group(4)), Integer.parseInt(m.group(5))};
      places.put(m.group(1) + " " + m.group(2) + " [" + m.group(3) + "]\n", place);
      bytes += place[1] - place[0];
    }
    if (places.isEmpty() || bytes != all.length - data) {
      throw new IOException(file + ": the tensors of its header are not all of its bytes");
    }
    MessageDigest sha = sha();
    places.forEach(
        (words, place) -> {
          sha.update(words.getBytes(StandardCharsets.UTF_8));
          sha.update(all, data + place[0], place[1] - place[0]);
        });
    return hex(sha.digest());
  }

  /** Of log.csv and log.jsonl, with the columns in the order of their names. */
  static String logs(Path run) throws Exception {
    List<String> rows = new ArrayList<>();
    List<String> csv = Files.readAllLines(run.resolve("log.csv"));
    String[] columns = csv.get(0).split(",");
    for (String line : csv.subList(1, csv.size())) {
      String[] values = line.split(",", -1);
      if (values.length != columns.length) {
        throw new IOException(run + "/log.csv: a row and the header differ in length");
      }
      TreeMap<String, String> row = new TreeMap<>();
      for (int i = 0; i < columns.length; i++) {
        row.put(columns[i], values[i]);
      }
      rows.add(timeless(row));
    }
    for (String line : Files.readAllLines(run.resolve("log.jsonl"))) {
      TreeMap<String, String> row = new TreeMap<>();
      Matcher m = NUMBER.matcher(line);
      while (m.find()) {
        row.put(m.group(1), m.group(2));
      }
      rows.add(timeless(row));
    }
    return hex(sha().digest(String.join("\n", rows).getBytes(StandardCharsets.UTF_8)));
  }

  static String timeless(TreeMap<String, String> row) throws IOException {
    if (!row.keySet().containsAll(TIMES)) {
      throw new IOException("a row of a log lacks one of " + TIMES + ": it has " + row.keySet());
    }
    row.keySet().removeAll(TIMES);
    return row.toString();
  }

  /** Noisy rings, stripes and squares of several sizes, in a folder for each class. */
  static void draw(Path folder) throws IOException {
    for (int label = 0; label < 3; label++) {
      String name = List.of("ring", "stripe", "square").get(label);
      Path to = Files.createDirectories(folder.resolve(name));
      for (int n = 0; n < 50; n++) {
        Random random = new Random(label * 1000 + n);
        int side = 28 + random.nextInt(13);
        int wave = 2 + random.nextInt(3);
        int colour = 0x404040 | random.nextInt(1 << 24);
        BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < side; y++) {
          for (int x = 0; x < side; x++) {
            int dx = x - side / 2;
            int dy = y - side / 2;
            int distance =
                switch (label) {
                  case 0 -> dx * dx + dy * dy;
                  case 1 -> x * side / 2;
                  default -> Math.max(dx * dx, dy * dy) * 2;
                };
            boolean lit = distance / (wave * side) % 2 == 0;
            picture.setRGB(x, y, (lit ? colour : 0) ^ random.nextInt(1 << 24) & 0x1f1f1f);
          }
        }
        ImageIO.write(picture, "png", new File(to.toFile(), n + ".png"));
      }
    }
  }

  static MessageDigest sha() throws Exception {
    return MessageDigest.getInstance("SHA-256");
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
JAVA

samebits() {
  "$java" -Xlog:disable -Djava.awt.headless=true -XX:TieredStopAtLevel=1 "$dir/SameBits.java" "$@"
}

# vit WORDS…: stdout goes to the file out, stderr to the file err.
vit() {
  local rc=0
  "$checkout/vit" "$@" >out 2>err || rc=$?
  [ $rc = 0 ] || fail "exit code $rc of $checkout/vit $*: $(tail -n 1 err)"
}

# train NAME WORDS…: a training whose folder is classification/NAME1.
train() {
  local name=$1
  shift
  vit train "$@" --name "$name" --output . --device cpu --quiet
}

# stop NAME WORDS…: the same, stopped by SIGINT in the second epoch.
stop() {
  local name=$1 run=classification/${1}1 delay rc
  shift
  # Right after the first epoch its checkpoint may still be written; on a busy machine an epoch takes longer.
  for delay in 0.1 0.3 0.6 0.2 1.2 0.4 2.5 0.05 5; do
    rm -rf "$run"
    set -m # a background job of a script would ignore SIGINT
    "$checkout/vit" train "$@" --name "$name" --output . --device cpu --quiet >out 2>err &
    training=$!
    set +m
    until [ -f "$run/log.csv" ]; do # it appears at the end of the first epoch
      kill -0 "$training" 2>/dev/null || break
      sleep 0.02
    done
    sleep "$delay"
    kill -INT "$training" 2>/dev/null || true
    rc=0
    wait "$training" || rc=$?
    training=
    case $rc in
      0) ;;
      130) ! grep -aqE '\\"batch\\":[1-9]' "$run/weights/last/training.safetensors" || return 0 ;;
      *) fail "exit code $rc of $checkout/vit train $*: $(tail -n 1 err)" ;;
    esac
  done
  fail "$checkout: no training could be stopped in the middle of an epoch"
}

# scenarios CHECKOUT: prints the lines.
scenarios() {
  local checkout=$1 mixed word differing=
  cp "$checkout/docs/pictures/seven.png" .
  export VIT4J_CACHE=$PWD/cache # else features come from an earlier run
  vit --version                 # builds if need be

  train plain --epochs 2

  mixed=(--epochs 3 --mixup 0.4 --cutmix 1 --set bce_loss=true --smoothing 0.1 --ema 0.99 --opt adamw
    --weight-decay 0.05 --drop-path 0.1 --clip-grad 1 --compute-workers 2)
  train mixed "${mixed[@]}"
  stop stopped "${mixed[@]}"
  vit train --resume classification/stopped1 --quiet

  train frozen --epochs 2 --init classification/plain1 --freeze backbone
  [ -n "$(find cache -name '*.safetensors')" ] || fail "$checkout: the frozen backbone left no features"

  train resnet folder --data "$dir/pictures" --model resnet20_cifar --set model_args={} --img-size 32 --epochs 3 -b 16 \
    --opt sgd --nesterov --lr 0.05 --aa rand-m9-mstd0.5-inc1 --set initial_scale=0.5 --set delay_fraction=0.3
  train cct folder --data "$dir/pictures" --model cct_2_3x2_32 --set 'model_args={drop_rate: 0.1}' --img-size 32 \
    --epochs 1 --compute-workers 1

  vit eval classification/plain1 --json --device cpu
  sed -E 's/"output":"[^"]*"//' out >eval
  vit predict classification/plain1 seven.png --json --device cpu
  sed -E 's/"source":"[^"]*"//' out >predict
  vit embed classification/plain1 --data mnist-sample --limit 200 -o embed.safetensors --device cpu

  samebits classification/{plain,mixed,stopped,frozen,resnet,cct}1 eval predict embed.safetensors >lines
  for word in $(sed -n 's/^stopped //p' lines); do
    grep -q "^mixed .*$word" lines || differing+=" ${word%%=*}"
  done
  [ -z "$differing" ] || fail "$checkout: a training that was stopped and resumed gives other bits:$differing"
  cat lines
}

samebits pictures "$dir/pictures"
n=0
for checkout in "${checkouts[@]}"; do
  n=$((n + 1))
  mkdir "$dir/$n"
  cd "$dir/$n"
  scenarios "$checkout" >"$dir/lines$n"
done
if [ $n = 1 ]; then
  cat "$dir/lines1"
elif diff "$dir/lines1" "$dir/lines2"; then
  echo same
else
  exit 1
fi
