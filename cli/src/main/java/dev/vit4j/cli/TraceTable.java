package dev.vit4j.cli;

import dev.vit4j.model.ImageModel;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tensors of a forward pass as lines: the nine steps of the embedding are numbered. */
final class TraceTable {
  private static final int SHOWN = 10;

  /** What the steps from picture to tokens are. */
  private static final Map<String, String> STEPS =
      Map.ofEntries(
          Map.entry("pixels", "2  with the batch dimension [B, C, H, W]"),
          Map.entry("patches", "   cut into patches [B, N, C p p]"),
          Map.entry("patch_embed.grid", "3  projected: what a convolution gives [B, D, h, w]"),
          Map.entry("patch_embed.flat", "4  the grid in a row [B, D, N]"),
          Map.entry("patch_embed", "5  a token per patch [B, N, D]"),
          Map.entry("cls_token", "6  class token, one for all pictures [B, 1, D]"),
          Map.entry("dist_token", "   distillation token [B, 1, D]"),
          Map.entry("reg_token", "   register tokens [B, R, D]"),
          Map.entry("tokens_with_cls", "7  put before the patches [B, N + 1, D]"),
          Map.entry("pos_embed", "8  position embedding [1, N + 1, D]"),
          Map.entry("tokens", "9  added: what the encoder reads [B, N + 1, D]"));

  private TraceTable() {}

  static List<String> lines(ImageModel model, Map<String, Tensor> tensors) {
    List<String> lines = new ArrayList<>();
    int name = tensors.keySet().stream().mapToInt(String::length).max().orElse(0);
    int shape = tensors.values().stream().mapToInt(t -> shape(t).length()).max().orElse(0);
    String row = "%-" + name + "s  %-" + shape + "s  %s";
    lines.add(model.name());
    String picture = Arrays.toString(new int[] {model.channels(), model.height(), model.width()});
    lines.add(row.formatted("picture", picture, "1  one picture [C, H, W]"));
    tensors.forEach(
        (key, t) ->
            lines.add(row.formatted(key, shape(t), STEPS.getOrDefault(key, "")).stripTrailing()));
    return lines;
  }

  /** Shape, and the first values: up to ten by ten of the last two dimensions. */
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
