package dev.vit4j.cli;

import dev.vit4j.model.catalog.Summary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Formats a summary like torchinfo: a tree of layers in columns, followed by totals. */
record SummaryTable(Summary summary, int depth) {
  private static final int GAP = 3;

  private record Row(String layer, String input, String output, String params, String learns) {
    String[] cells() {
      return new String[] {layer, input, output, params, learns};
    }
  }

  List<String> lines() {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("Layer (type (name))", "Input Shape", "Output Shape", "Param #", "Trainable"));
    for (Summary.Layer layer : summary.layers()) {
      if (layer.depth() <= depth) {
        rows.add(row(layer));
      }
    }
    int[] widths = new int[5];
    for (Row row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.cells()[i].length());
      }
    }
    int width = Arrays.stream(widths).sum() + GAP * (widths.length - 1);
    List<String> lines = new ArrayList<>();
    lines.add("=".repeat(width));
    lines.add(line(rows.get(0), widths));
    lines.add("=".repeat(width));
    rows.stream().skip(1).forEach(row -> lines.add(line(row, widths)));
    lines.add("=".repeat(width));
    lines.addAll(totals(width));
    return lines;
  }

  private Row row(Summary.Layer layer) {
    String name = layer.path().isEmpty() ? summary.model() : shortName(layer.path());
    String branch = layer.depth() == 0 ? "" : "│    ".repeat(layer.depth() - 1) + "├─";
    // Layers below the last depth are not listed: this row contains the sum of their parameters.
    long params = layer.depth() == depth ? layer.parameters() : layer.ownParameters();
    return new Row(
        branch + layer.type() + " (" + name + ")",
        shape(layer.input()),
        shape(layer.output()),
        params == 0 ? "--" : layer.again() ? "(again)" : "%,d".formatted(params),
        switch (layer.trainable()) {
          case ALL -> "True";
          case SOME -> "Partial";
          case NONE -> "False";
          case NO_PARAMETERS -> "--";
        });
  }

  /** Returns the name relative to the parent layer; {@code blocks.0} keeps its number. */
  private static String shortName(String path) {
    int dot = path.lastIndexOf('.');
    String last = path.substring(dot + 1);
    boolean numbered = dot > 0 && last.chars().allMatch(Character::isDigit);
    return numbered ? path.substring(path.lastIndexOf('.', dot - 1) + 1) : last;
  }

  private static String line(Row row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      boolean number = i == 3;
      String format = "%" + (number ? "" : "-") + widths[i] + "s";
      line.append(i == 0 ? "" : " ".repeat(GAP)).append(format.formatted(row.cells()[i]));
    }
    return line.toString().stripTrailing();
  }

  private List<String> totals(int width) {
    List<String> lines = new ArrayList<>();
    if (!summary.patches().isEmpty()) {
      lines.add(summary.patches());
    }
    lines.addAll(sizes(width));
    return lines;
  }

  private List<String> sizes(int width) {
    return List.of(
        String.format(Locale.ROOT, "Total params: %,d", summary.params()),
        String.format(Locale.ROOT, "Trainable params: %,d", summary.trainable()),
        String.format(Locale.ROOT, "Non-trainable params: %,d", summary.frozen()),
        String.format(Locale.ROOT, "Total mult-adds: %,d", summary.multAdds()),
        "=".repeat(width),
        String.format(Locale.ROOT, "Input size (MB): %.2f", summary.inputMb()),
        String.format(Locale.ROOT, "Forward/backward pass size (MB): %.2f", summary.passMb()),
        String.format(Locale.ROOT, "Params size (MB): %.2f", summary.sizeMb()),
        String.format(
            Locale.ROOT,
            "Estimated Total Size (MB): %.2f",
            summary.inputMb() + summary.passMb() + summary.sizeMb()),
        String.format(
            Locale.ROOT, "Training with AdamW, estimated (MB): %.2f", summary.trainingMb()),
        "=".repeat(width));
  }

  static String shape(long[] shape) {
    return Arrays.toString(shape);
  }
}
