package dev.vit4j.cli;

import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where and how a verb computes: {@code @Mixin ComputeOptions compute}. */
final class ComputeOptions {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "auto, cpu, cuda or cuda:n (default: ${DEFAULT-VALUE}).")
  String device = "auto";

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "f32 or bf16 (default: f32; predict and embed take bf16 for large models on processors"
              + " made for it).")
  @Nullable String precision;

  @Option(
      names = {"-j", "--threads"},
      paramLabel = "N",
      description = "Threads that compute (default: one per core).")
  int threads = Runtime.getRuntime().availableProcessors();

  Device device() {
    return Device.parse(device);
  }

  Precision precision() {
    return precision == null ? Precision.F32 : Precision.parse(precision);
  }

  /** The precision to predict in; null to let the model and the processor choose. */
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
