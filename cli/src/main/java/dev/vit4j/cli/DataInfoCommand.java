package dev.vit4j.cli;

import dev.vit4j.data.Batch;
import dev.vit4j.data.BatchIterator;
import dev.vit4j.data.Column;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.DatasetSummary;
import dev.vit4j.data.Loader;
import dev.vit4j.data.Shape;
import dev.vit4j.data.Splits;
import dev.vit4j.image.Compose;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.Resize;
import dev.vit4j.image.ToChannels;
import dev.vit4j.image.Transform;
import dev.vit4j.train.RunData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vit data info}: describes a data set. */
@Command(
    name = "info",
    description = "Describe a data set: counts, classes, mean and std, first batch.",
    footer = {
      "",
      "Examples:",
      "  ./vit data info mnist-sample",
      "  ./vit data info mnist-sample -b 128 --json"
    })
final class DataInfoCommand implements Callable<Integer> {
  @Mixin CommonOptions common;
  @Mixin DataSource source;

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      description = "Number of samples in the first batch (default: ${DEFAULT-VALUE}).")
  int batchSize = 64;

  /** Resizes images of different sizes for the first batch. */
  private static final Resize RESIZE = new Resize(224, 224, Interpolation.BICUBIC);

  @Override
  public Integer call() throws IOException {
    Output output = common.output();
    Splits splits = RunData.checks(output::note).check(source.open(output), true);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", source.title());
    json.put("train", describe(splits.train(), output));
    if (splits.val() != null) {
      json.put("val", describe(splits.val(), output));
    }
    json.put("test", describe(splits.test(), output));
    boolean alike = splits.train().shape() != null;
    Transform resize = new Compose(List.of(new ToChannels(3), RESIZE));
    try (Loader loader =
            new Loader(splits.train(), alike ? null : resize, batchSize, false, false, 0, 0);
        BatchIterator batches = loader.epoch(0, 0)) {
      Batch batch = batches.next();
      Map<String, Object> first = shapes(batch);
      List<String> shapes = new ArrayList<>();
      first.forEach((column, sizes) -> shapes.add(column + " " + sizes));
      output.result(
          "First batch%s: %s"
              .formatted(alike ? "" : " after " + RESIZE, String.join(", ", shapes)));
      json.put("first_batch", first);
    }
    output.json(json);
    return ExitCode.OK;
  }

  /** Returns the shapes of a batch's columns: pixels, and labels or masks. */
  private static Map<String, Object> shapes(Batch batch) {
    Map<String, Object> shapes = new LinkedHashMap<>();
    Map<String, Column> columns = new TreeMap<>(batch.columns()); // sorted: the image comes first
    columns.forEach(
        (name, column) -> {
          List<Integer> shape = new ArrayList<>(List.of(batch.size()));
          Arrays.stream(column.shape()).forEach(shape::add);
          shapes.put(name.equals(Batch.IMAGE) ? "pixels" : name + "s", shape);
        });
    return shapes;
  }

  private static Map<String, Object> describe(Dataset data, Output output) throws IOException {
    DatasetSummary summary = DatasetSummary.of(data);
    summary.lines(null).forEach(output::result);
    if (!summary.classes().isEmpty()) {
      output.result("    Largest class / smallest: %.2f".formatted(summary.imbalance()));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("count", summary.size());
    json.put("root", summary.root());
    Shape shape = summary.sizes().shape();
    json.put("shape", shape == null ? null : shape.toList());
    json.put("smallest", summary.sizes().smallest().toList());
    json.put("largest", summary.sizes().largest().toList());
    json.put("sampled", summary.moments().pictures());
    json.put("mean", summary.mean());
    json.put("std", summary.std());
    Map<String, Object> classes = new LinkedHashMap<>();
    summary.classes().forEach(c -> classes.put(c.name(), c.count()));
    json.put("classes", classes);
    return json;
  }
}
