package dev.vit4j.cli;

import dev.vit4j.hub.HubModel;
import dev.vit4j.hub.Pretrained;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code vit models}: lists the models of the catalog. */
@Command(
    name = "models",
    description = "List the available models.",
    footer = {"", "Examples:", "  ./vit models", "  ./vit models tiny"})
final class ModelsCommand implements Runnable {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILTER",
      defaultValue = "",
      description = "List only names that contain this text.")
  String filter = "";

  @Mixin CommonOptions common;

  @Override
  public void run() {
    Output output = common.output();
    String wanted = filter.toLowerCase(Locale.ROOT);
    List<String> names =
        Models.names().stream().filter(n -> n.toLowerCase(Locale.ROOT).contains(wanted)).toList();
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          "no model name contains '%s': run vit models to list all".formatted(filter));
    }
    output.result(
        "%-31s %12s  %-14s %7s  %s"
            .formatted("model", "parameters", "input", "classes", "pretrained"));
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    for (String name : names) {
      all.add(row(name, output));
    }
    output.json(Map.of("models", all));
  }

  /** Creates the model without allocating its weights. */
  private static Map<String, @Nullable Object> row(String name, Output output) {
    try (Model model = Models.create(name, Map.of(), Init.shapesOnly())) {
      List<Integer> input = List.of(model.channels(), model.height(), model.width());
      String pretrained = Pretrained.of(name).map(HubModel::id).orElse("");
      List<String> openClip = Pretrained.openClip(name);
      output.result(
          "%-31s %,12d  %-14s %,7d  %s"
              .formatted(
                  name,
                  model.parameterCount(),
                  input,
                  model.numClasses(),
                  openClip.isEmpty()
                      ? pretrained.replaceFirst("^timm/[^.]*", "")
                      : tags(name, openClip))
              .stripTrailing());
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("name", name);
      row.put("params", model.parameterCount());
      row.put("input", input);
      row.put("classes", model.numClasses());
      row.put("pretrained", pretrained.isEmpty() ? null : pretrained);
      row.put("open_clip", openClip);
      return row;
    }
  }

  /** Returns the first tag and the number of the others. */
  private static String tags(String model, List<String> names) {
    String first = names.get(0).substring(model.length());
    return names.size() == 1 ? first : "%s and %d more".formatted(first, names.size() - 1);
  }
}
