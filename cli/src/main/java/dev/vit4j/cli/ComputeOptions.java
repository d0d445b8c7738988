package dev.vit4j.cli;

import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Device, precision and threads: {@code @Mixin ComputeOptions compute}. */
final class ComputeOptions {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "Device: auto, cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
  String device = "auto";

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "Precision: f32, bf16, or int8 for transformers on the CPU (default: f32; predict and embed use bf16 for large models on processors with bf16 instructions).")
  @Nullable String precision;

  @Option(
      names = {"-j", "--threads"},
      paramLabel = "N",
      description = "Number of compute threads (default: one per core).")
  int threads = Runtime.getRuntime().availableProcessors();

  Device device() {
    return Device.parse(device);
  }

  Precision precision() {
    return precision == null ? Precision.F32 : Precision.parse(precision);
  }

  /** Returns the precision for predictions; null to choose by model and processor. */
  @Nullable Precision answering() {
    return precision == null ? null : Precision.parse(precision);
  }

  int threads() {
    if (threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1, not " + threads);
    }
    return threads;
  }
}
