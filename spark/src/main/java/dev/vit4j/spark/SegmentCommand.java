package dev.vit4j.spark;

import picocli.CommandLine.Command;

/** {@code vit spark segment}. */
@Command(
    name = "segment",
    description = "Predict a class for every pixel of images.",
    footer = {"", "Example:", "  ./vit spark segment --model MODEL --input photos --output masks"})
final class SegmentCommand extends InferenceCommand {
  SegmentCommand() {
    super(Output.SEGMENT);
  }

  @Override
  SparkOptions with(SparkOptions common) {
    return common;
  }
}
