package dev.vit4j.cli;

import dev.vit4j.format.Count;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Packed;
import dev.vit4j.tensor.Peak;
import dev.vit4j.tensor.Precision;
import dev.vit4j.train.Benchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vit bench}: measures training or inference speed of a catalog model. */
@Command(
    name = "bench",
    description = "Measure training, inference or serving with random weights.",
    footer = {
      "",
      "Examples:",
      "  ./vit bench infer --model vit_tiny_patch16_224 -b 8 --threads 2 --json",
      "  ./vit bench text --model ViT-B-32 -b 64 --tokens 16"
    })
final class BenchCommand implements Callable<Integer> {
  /** What to measure. */
  enum Work {
    train,
    infer,
    text,
    serve,
    peak
  }

  private static final Path PROCESS = Path.of("/proc/self/status");

  @Parameters(
      paramLabel = "train|infer|text|serve|peak",
      description =
          "Measure training steps, forward passes of images or of texts, requests to vit serve, or"
              + " large matrix products (the limit of this processor).")
  Work work = Work.infer;

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin ComputeOptions compute = new ComputeOptions();

  @Option(
      names = {"-m", "--model"},
      paramLabel = "NAME",
      description = "Model name (see vit models); peak needs none.")
  @Nullable String model;

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      defaultValue = "8",
      description = "Batch size, or number of clients (default: ${DEFAULT-VALUE}).")
  int batchSize = 8;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "Tokens of each text (default: as many as the model takes).")
  @Nullable Integer tokens;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "7",
      description = "Number of timed steps, after 3 warm-up steps (default: ${DEFAULT-VALUE}).")
  int runs = 7;

  @Override
  public Integer call() throws IOException {
    Output out = common.output();
    if (tokens != null && work != Work.text) {
      throw new IllegalArgumentException("--tokens is for vit bench text");
    }
    if (work == Work.peak) {
      return peak(out);
    }
    if (model == null) {
      throw new IllegalArgumentException("name a model: --model NAME (see vit models)");
    }
    Device device = compute.device();
    Benchmark.Settings settings =
        new Benchmark.Settings(
            model, batchSize, compute.precision(), device, compute.threads(), runs);
    Benchmark.Timing timing =
        switch (work) {
          case train -> Benchmark.train(settings);
          case infer -> Benchmark.infer(settings);
          case text -> Benchmark.text(settings, tokens);
          case serve -> ServeBench.time(settings);
          case peak -> throw new IllegalStateException("it has no model");
        };
    @Nullable Long peak = peakRssMb();
    out.result(
        String.format(
            Locale.ROOT,
            "vit4j %s %s B=%d %s threads=%d: median %.2f ms, best %.2f ms, %.2f %s/s, peak %s MB",
            work,
            model,
            batchSize,
            compute.precision(),
            compute.threads(),
            timing.median(),
            timing.best(),
            timing.perSecond(),
            work == Work.text ? "texts" : "img",
            peak == null ? "?" : peak));
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("work", work.toString());
    json.put("model", model);
    json.put("batch", batchSize);
    json.put("precision", compute.precision().toString());
    json.put("device", device.toString());
    json.put("threads", compute.threads());
    json.put("median_ms", timing.median());
    json.put("best_ms", timing.best());
    json.put(work == Work.text ? "texts_per_second" : "images_per_second", timing.perSecond());
    json.put("peak_rss_mb", peak);
    out.json(json);
    return 0;
  }

  /** Prints the speed of large products in every precision that the processor has. */
  private int peak(Output out) {
    List<Map<String, Object>> rates = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      for (int threads : IntStream.of(1, compute.threads()).distinct().toArray()) {
        if (Packed.isAvailable(precision)) {
          double gflops = Peak.gflops(precision, threads);
          out.result(
              String.format(
                  Locale.ROOT,
                  "%-4s %s: %.0f GFLOP/s",
                  precision,
                  Count.of(threads, "thread"),
                  gflops));
          Map<String, Object> rate = new LinkedHashMap<>();
          rate.put("precision", precision.toString());
          rate.put("threads", threads);
          rate.put("gflops", gflops);
          rates.add(rate);
        }
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("work", Work.peak.toString());
    json.put("rates", rates);
    out.json(json);
    return 0;
  }

  /** Returns the peak resident memory of this process in MB, or null if not on Linux. */
  private static @Nullable Long peakRssMb() throws IOException {
    if (!Files.isReadable(PROCESS)) {
      return null;
    }
    return Files.readAllLines(PROCESS).stream()
        .filter(l -> l.startsWith("VmHWM:"))
        .map(l -> Long.parseLong(l.replaceAll("\\D", "")) * 1024 / 1_000_000)
        .findFirst()
        .orElse(null);
  }
}
