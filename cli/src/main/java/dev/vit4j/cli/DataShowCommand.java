package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Targets;
import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.Count;
import dev.vit4j.image.Image;
import dev.vit4j.task.Task;
import dev.vit4j.task.catalog.Tasks;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vit data show}: draws samples with their labels into one image. */
@Command(
    name = "show",
    description = "Draw samples with their labels into a PNG file.",
    footer = {
      "",
      "Examples:",
      "  ./vit data show mnist-sample --index 3637",
      "  ./vit data show mnist-sample -n 100 --split test --output digits.png"
    })
final class DataShowCommand implements Callable<Integer> {
  @Mixin CommonOptions common;
  @Mixin DataSource source;

  @Option(
      names = "--split",
      description = "train, val, test, or the name of a test set (default: ${DEFAULT-VALUE}).",
      paramLabel = "SPLIT")
  String split = "train";

  @Option(
      names = "-n",
      paramLabel = "N",
      description = "Number of samples (default: ${DEFAULT-VALUE}).")
  int count = 64;

  @Option(
      names = "--index",
      paramLabel = "N",
      description = "Draw only the sample with this index, starting from 0.")
  @Nullable Integer index;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "PNG file to write (default: NAME-SPLIT.png).")
  @Nullable Path file;

  @Override
  public Integer call() throws IOException {
    if (count < 1) {
      throw new IllegalArgumentException("-n must be at least 1, not " + count);
    }
    Output output = common.output();
    Dataset data = source.open(split, output);
    if (index != null) {
      return one(output, data, index);
    }
    Task task = Tasks.of(data);
    int shown = Math.min(count, data.size());
    int step = onlyOneClass(data, shown) ? Math.max(1, data.size() / shown) : 1;
    int[] samples = IntStream.range(0, shown).map(i -> i * step).toArray();
    String which = step == 1 ? "the first %,d of %,d" : "%,d of %,d";
    String title = ("%s: " + which).formatted(data.name(), shown, data.size());
    BufferedImage picture = task.draw(title, data, samples);
    Path target = write(picture, "");
    output.result("%s drawn: %s".formatted(Count.of(shown, "sample"), target));
    output.json(Json.of("file", target, "count", shown));
    return ExitCode.OK;
  }

  /** Returns whether the first samples are of a single class, as in folders sorted by class. */
  private static boolean onlyOneClass(Dataset data, int shown) {
    Targets targets = data.targets();
    for (int i = 1; i < shown; i++) {
      if (targets.group(i) != targets.group(0)) {
        return false;
      }
    }
    return true;
  }

  private int one(Output output, Dataset data, int sample) throws IOException {
    if (sample < 0 || sample >= data.size()) {
      throw new IllegalArgumentException(
          "--index is %d: %s has samples 0 to %d".formatted(sample, data.name(), data.size() - 1));
    }
    Task task = Tasks.of(data);
    String label = task.target(data, sample);
    Image image = data.image(sample);
    Path target = write(task.draw(label, data, new int[] {sample}), "-" + sample);
    output.result("%s, sample %d: %s, %s: %s".formatted(data.name(), sample, label, image, target));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", target);
    json.put("count", 1);
    json.put("index", sample);
    json.put("label", label);
    json.put("source", data.source(sample));
    output.json(json);
    return ExitCode.OK;
  }

  private Path write(BufferedImage picture, String suffix) throws IOException {
    Path target =
        file == null ? Path.of("%s-%s%s.png".formatted(source.title(), split, suffix)) : file;
    AtomicFile.write(target, out -> ImageIO.write(picture, "png", out));
    return target;
  }
}
