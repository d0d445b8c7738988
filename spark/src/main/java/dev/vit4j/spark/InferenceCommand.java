package dev.vit4j.spark;

import dev.vit4j.format.Count;
import dev.vit4j.tensor.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What {@code embed}, {@code predict} and {@code segment} share: images in, Parquet out. */
abstract class InferenceCommand implements Callable<Integer> {
  /** How images are stored. */
  enum Format {
    IMAGES,
    TAR,
    PARQUET;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Output output;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      required = true,
      description = "A run, a weights folder or file, a published name, or a URI such as hdfs:.")
  String model = "";

  @Option(
      names = "--input",
      paramLabel = "PATH",
      required = true,
      arity = "1..*",
      description = "Files, folders or globs of any file system that Spark reads.")
  List<String> inputs = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Folder of Parquet files to write.")
  String folder = "";

  @Option(
      names = "--format",
      paramLabel = "F",
      defaultValue = "images",
      description =
          "images: image files; tar: archives of images, as WebDataset's shards; parquet: a column"
              + " of encoded images (default: ${DEFAULT-VALUE}).")
  Format format = Format.IMAGES;

  @Option(
      names = "--column",
      paramLabel = "NAME",
      defaultValue = "content",
      description = "Column of the images in Parquet files (default: ${DEFAULT-VALUE}).")
  String column = "content";

  @Option(
      names = "--resume",
      description = "Compute only the images that the output folder does not have yet.")
  boolean resume;

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      defaultValue = "32",
      description = "Images per batch (default: ${DEFAULT-VALUE}).")
  int batchSize = 32;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description = "f32, bf16 or int8 (default: that of vit embed on the driver's machine).")
  @Nullable String precision;

  @Option(
      names = "--model-args",
      paramLabel = "KEY=VALUE",
      description = "Arguments that another library's weights do not contain.")
  Map<String, String> modelArgs = new LinkedHashMap<>();

  @Option(
      names = "--shared-model",
      description = "All machines open MODEL at its path; else the driver sends it to them.")
  boolean shared;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark's master (default: that of spark-submit, else local[*]).")
  @Nullable String master;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  boolean json;

  @Option(names = Failures.DEBUG, description = "Print the stack trace of a failure.")
  boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Spec CommandSpec spec = CommandSpec.create();

  InferenceCommand(Output output) {
    this.output = output;
  }

  /** Adds the options that only this output has. */
  abstract SparkOptions with(SparkOptions common) throws IOException;

  @Override
  public Integer call() throws IOException {
    SparkOptions options = options();
    try (SparkSession spark = LocalSpark.session("vit4j " + spec.name(), master)) {
      ResultFolder results = ResultFolder.of(spark, folder);
      if (!resume && results.hasResults()) {
        throw new IllegalArgumentException(
            folder
                + " has results already: add the missing ones with --resume, or choose another"
                + " folder");
      }
      SparkModel opened = SparkModel.open(spark, model, output, options);
      report(results.append(images(spark), opened), opened);
    }
    return 0;
  }

  private SparkOptions options() throws IOException {
    Map<String, Object> args = new LinkedHashMap<>();
    modelArgs.forEach((key, value) -> args.put(key, parsed(value)));
    SparkOptions common =
        SparkOptions.DEFAULT.withContentColumn(column).withBatchSize(batchSize).withModelArgs(args);
    if (precision != null) {
      common = common.withPrecision(Precision.parse(precision));
    }
    return with(shared ? common.onSharedStorage() : common);
  }

  /** Returns a number, name or list, as in recipes. */
  private static Object parsed(String value) {
    Object found = new Load(LoadSettings.builder().build()).loadFromString(value);
    return found == null ? "" : found;
  }

  private Dataset<Row> images(SparkSession spark) throws IOException {
    String[] paths = inputs.toArray(String[]::new);
    return switch (format) {
      case IMAGES -> VitSpark.images(spark, paths);
      case TAR -> VitSpark.shards(spark, paths);
      case PARQUET -> spark.read().parquet(paths);
    };
  }

  private void report(ResultFolder.Count count, SparkModel opened) {
    CommandLine line = spec.commandLine();
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("model", model);
      object.put("fingerprint", opened.fingerprint());
      object.put("output", folder);
      object.put("count", count.images());
      object.put("computed", count.computed());
      object.put("failed", count.errors());
      line.getOut().println(JsonMapper.shared().writeValueAsString(object));
    } else {
      line.getOut()
          .println(
              "%s: %s, %,d computed now, %,d could not be read"
                  .formatted(
                      folder, Count.of(count.images(), "image"), count.computed(), count.errors()));
    }
    line.getOut().flush();
  }
}
