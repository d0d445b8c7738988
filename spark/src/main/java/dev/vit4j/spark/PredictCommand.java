package dev.vit4j.spark;

import dev.vit4j.text.ClassNames;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vit spark predict}. */
@Command(
    name = "predict",
    description = "Predict the most probable classes of images.",
    footer = {
      "",
      "Example:",
      "  ./vit spark predict --model MODEL --input photos --output classes"
    })
final class PredictCommand extends InferenceCommand {
  @Option(
      names = {"-k", "--topk"},
      paramLabel = "K",
      defaultValue = "5",
      description = "Number of predicted classes per image (default: ${DEFAULT-VALUE}).")
  int topK = 5;

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description = "Names of the model's classes, one per line, for weights that contain none.")
  @Nullable Path classes;

  PredictCommand() {
    super(Output.PREDICT);
  }

  @Override
  SparkOptions with(SparkOptions common) throws IOException {
    SparkOptions options = common.withTopK(topK);
    return classes == null
        ? options
        : options.withClasses(ClassNames.read(classes, ClassNames.Rules.NONE).names());
  }
}
