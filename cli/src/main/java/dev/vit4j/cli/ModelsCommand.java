package dev.vit4j.cli;

import dev.vit4j.model.ImageModel;
import dev.vit4j.model.Models;
import dev.vit4j.nn.Init;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code vit models}: the catalogue of models. */
@Command(
    name = "models",
    description = "List the models of the catalogue.",
    footer = {"", "Examples:", "  ./vit models", "  ./vit models tiny"})
final class ModelsCommand implements Runnable {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILTER",
      defaultValue = "",
      description = "List only the names with this in them.")
  String filter = "";

  @Mixin CommonOptions common;

  @Override
  public void run() {
    Output output = common.output();
    String wanted = filter.toLowerCase(Locale.ROOT);
    List<String> names = Models.names().stream().filter(n -> n.contains(wanted)).toList();
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          "no model has '%s' in its name: vit models lists all".formatted(filter));
    }
    output.result("%-38s %15s  %-14s %s".formatted("model", "parameters", "pictures", "classes"));
    List<Map<String, Object>> all = new ArrayList<>();
    for (String name : names) {
      all.add(row(name, output));
    }
    output.json(Map.of("models", all));
  }

  /** Builds the model's shapes only, without memory for its weights. */
  private static Map<String, Object> row(String name, Output output) {
    try (ImageModel model = Models.create(name, Map.of(), Init.shapesOnly())) {
      List<Integer> input = List.of(model.channels(), model.height(), model.width());
      output.result(
          "%-38s %,15d  %-14s %,d"
              .formatted(name, model.parameterCount(), input, model.numClasses()));
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", name);
      row.put("params", model.parameterCount());
      row.put("input", input);
      row.put("classes", model.numClasses());
      return row;
    }
  }
}
