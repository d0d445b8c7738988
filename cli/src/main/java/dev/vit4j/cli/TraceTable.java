package dev.vit4j.cli;

import dev.vit4j.model.Family;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Formats the tensors of a forward pass as lines; embedding steps are numbered. */
final class TraceTable {
  private static final int SHOWN = 10;

  /** Tensors that are not an embedding step. */
  private static final Map<String, String> BETWEEN =
      Map.of(
          "patches", "   cut into patches [B, N, C p p]",
          "dist_token", "   distillation token [B, 1, D]",
          "reg_token", "   register tokens [B, R, D]");

  private TraceTable() {}

  static List<String> lines(Model model, Map<String, Tensor> tensors) {
    List<String> lines = new ArrayList<>();
    int name = tensors.keySet().stream().mapToInt(String::length).max().orElse(0);
    int shape = tensors.values().stream().mapToInt(t -> shape(t).length()).max().orElse(0);
    String row = "%-" + name + "s  %-" + shape + "s  %s";
    lines.add(model.name());
    long[] batch = tensors.get("pixels").shape(); // a ResNet accepts any input size
    String picture = Arrays.toString(Arrays.copyOfRange(batch, 1, batch.length));
    lines.add(row.formatted("picture", picture, step(model, "picture")));
    tensors.forEach(
        (key, t) -> lines.add(row.formatted(key, shape(t), step(model, key)).stripTrailing()));
    return lines;
  }

  /** Describes how a tensor is computed; embedding steps are numbered. */
  private static String step(Model model, String tensor) {
    List<Family.EmbeddingStep> steps = model.family().embedding();
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).tensor().equals(tensor)) {
        return (i + 1) + "  " + steps.get(i).what();
      }
    }
    return BETWEEN.getOrDefault(tensor, "");
  }

  /** Formats shape and first values: up to 10 x 10 of the last two dimensions. */
  static List<String> values(String name, Tensor t) {
    List<String> lines = new ArrayList<>();
    lines.add("%s %s requires_grad=%s".formatted(name, t, t.requiresGrad()));
    long[] shape = t.shape();
    float[] values = t.toFloats();
    double largest = t.count() == 0 ? 0 : t.to(DType.F32).maxAbs();
    String format = largest < 1e-3 || largest >= 1e5 ? " %10.3e" : " %9.4f";
    int columns = shape.length == 0 ? 1 : (int) shape[shape.length - 1];
    int rows = shape.length < 2 ? 1 : (int) shape[shape.length - 2];
    for (int r = 0; r < Math.min(rows, SHOWN) && values.length > 0; r++) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < Math.min(columns, SHOWN); c++) {
        line.append(String.format(Locale.ROOT, format, values[r * columns + c]));
      }
      lines.add(line + (columns > SHOWN ? " ..." : ""));
    }
    if (rows > SHOWN || values.length > (long) rows * columns) {
      lines.add(" ...");
    }
    return lines;
  }

  private static String shape(Tensor t) {
    return Arrays.toString(t.shape());
  }
}
