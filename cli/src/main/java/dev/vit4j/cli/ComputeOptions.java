package dev.vit4j.cli;

import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
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
      defaultValue = "f32",
      description = "f32 or bf16 (default: ${DEFAULT-VALUE}).")
  String precision = "f32";

  @Option(
      names = {"-j", "--threads"},
      paramLabel = "N",
      description = "Threads that compute (default: one per core).")
  int threads = Runtime.getRuntime().availableProcessors();

  Device device() {
    return Device.parse(device);
  }

  Precision precision() {
    return Precision.parse(precision);
  }

  int threads() {
    if (threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1, not " + threads);
    }
    return threads;
  }
}
