package dev.vit4j.spark;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vit spark embed}. */
@Command(
    name = "embed",
    description = "Compute feature vectors of images, the input of the model's head.",
    footer = {"", "Example:", "  ./vit spark embed --model MODEL --input photos --output vectors"})
final class EmbedCommand extends InferenceCommand {
  @Option(names = "--normalize", description = "Scale every vector to length 1.")
  boolean normalize;

  EmbedCommand() {
    super(Output.EMBED);
  }

  @Override
  SparkOptions with(SparkOptions common) {
    return normalize ? common.normalized() : common;
  }
}
