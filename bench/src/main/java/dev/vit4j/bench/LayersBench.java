package dev.vit4j.bench;

import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Peak;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.tensor.Threads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where the time of a forward pass goes, packed, on one thread: {@code LayersBench MODEL BATCH
 * [PRECISION]}. Every module is timed alone on an input of the shape that it gets in the model. A
 * module's own time is its time without its children's: for an attention that is the attention
 * itself, for an MLP the activation, for a block the residual additions.
 */
public final class LayersBench {
  private static final int RUNS = 15;

  private LayersBench() {}

  /** Calls of the same kind of module with the same shapes. */
  private static final class Row {
    private final double own; // milliseconds of one call
    private final long macs; // of one call's matrix products
    private int count;

    Row(double own, long macs) {
      this.own = own;
      this.macs = macs;
    }
  }

  /** See above. */
  public static void main(String[] args) {
    Precision precision = args.length > 2 ? Precision.parse(args[2]) : Precision.F32;
    Threads.set(1);
    double peak = Peak.gflops(precision, 1);
    try (NoGrad g = NoGrad.on();
        Model model = Models.create(args[0], Map.of(), Init.seeded(0));
        Scope scope = Scope.open()) {
      model.train(false);
      Tensor x =
          Tensor.full(
              0.5,
              Device.CPU,
              Integer.parseInt(args[1]),
              model.channels(),
              model.height(),
              model.width());
      List<Trace.Call> calls;
      try (Trace trace = Trace.start()) {
        model.apply(x);
        calls = List.copyOf(trace.calls());
      }
      model.pack(precision);
      print(rows(calls), peak, precision);
      System.out.printf(Locale.ROOT, "whole model: %.2f ms%n", time(model, x.shape()));
    }
  }

  private static Map<String, Row> rows(List<Trace.Call> calls) {
    Map<String, Double> times = new LinkedHashMap<>();
    List<Double> all = new ArrayList<>();
    for (Trace.Call call : calls) {
      all.add(times.computeIfAbsent(name(call), n -> time(call.module(), call.input())));
    }
    Map<String, Row> rows = new LinkedHashMap<>();
    for (int i = 1; i < calls.size(); i++) { // 0 is the model itself
      double own = all.get(i);
      for (int j = i + 1; j < calls.size() && calls.get(j).depth() > calls.get(i).depth(); j++) {
        own -= calls.get(j).depth() == calls.get(i).depth() + 1 ? all.get(j) : 0;
      }
      double self = own;
      Trace.Call call = calls.get(i);
      rows.computeIfAbsent(name(call), n -> new Row(self, macs(call))).count++;
    }
    return rows;
  }

  private static String name(Trace.Call call) {
    return "%s %s -> %s"
        .formatted(
            call.module().getClass().getSimpleName(),
            Arrays.toString(call.input()),
            Arrays.toString(call.output()));
  }

  /** Multiply-adds of a module's own matrix products. */
  private static long macs(Trace.Call call) {
    long[] in = call.input();
    long[] out = call.output();
    if (out == null) {
      return 0;
    }
    return switch (call.module().getClass().getSimpleName()) {
      case "Linear", "Projection" -> count(in) * out[out.length - 1];
      case "Attention" -> 2 * count(in) * in[1];
      default -> 0;
    };
  }

  private static long count(long[] shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /** Returns the shortest time in milliseconds. */
  private static double time(Module module, long[] shape) {
    double best = Double.POSITIVE_INFINITY;
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.empty(DType.F32, Device.CPU, shape).normal_(0, 1, new Generator(1));
      for (int i = 0; i < RUNS; i++) {
        try (Scope run = Scope.open()) {
          long began = System.nanoTime();
          module.apply(x);
          best = Math.min(best, (System.nanoTime() - began) / 1e6);
        }
      }
    }
    return best;
  }

  private static void print(Map<String, Row> rows, double peak, Precision precision) {
    double sum = rows.values().stream().mapToDouble(r -> r.own * r.count).sum();
    System.out.printf(Locale.ROOT, "peak in %s: %.0f GFLOP/s on one thread%n", precision, peak);
    System.out.println("| module | calls | ms | share | GFLOP/s | of the peak |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    rows.entrySet().stream()
        .filter(e -> e.getValue().own * e.getValue().count > 0.002 * sum)
        .sorted((a, b) -> Double.compare(total(b.getValue()), total(a.getValue())))
        .forEach(e -> System.out.println(line(e.getKey(), e.getValue(), sum, peak)));
    System.out.printf(Locale.ROOT, "sum: %.2f ms%n", sum);
  }

  private static double total(Row row) {
    return row.own * row.count;
  }

  private static String line(String name, Row row, double sum, double peak) {
    double gflops = 2 * row.macs / row.own / 1e6;
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.2f | %.0f %% | %s | %s |",
        name,
        row.count,
        total(row),
        100 * total(row) / sum,
        row.macs == 0 ? "" : String.format(Locale.ROOT, "%.0f", gflops),
        row.macs == 0 ? "" : String.format(Locale.ROOT, "%.0f %%", 100 * gflops / peak));
  }
}
