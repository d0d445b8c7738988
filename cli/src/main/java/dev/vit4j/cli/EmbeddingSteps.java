package dev.vit4j.cli;

import dev.vit4j.model.Family;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Steps from an image to the input tokens of the first block, for models with patches. */
final class EmbeddingSteps {
  private EmbeddingSteps() {}

  /** Rejects a model without patch embedding. */
  static void require(Model model) {
    if (model.family().embedding().isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no patch embedding: --steps needs a model that splits images into patches"
              .formatted(model.name()));
    }
  }

  /** Formats the steps with their shapes, one per line. */
  static List<String> lines(Model model, Map<String, Tensor> tensors) {
    List<String> lines = new ArrayList<>();
    lines.add(model.name());
    for (Map<String, Object> step : maps(model, tensors)) {
      Object shape = step.get("shape");
      boolean isThere = !List.of().equals(shape);
      lines.add(
          String.format(
              Locale.ROOT,
              "%s  %-16s  %-18s  %s",
              step.get("step"),
              step.get("name"),
              isThere ? shape : "none",
              isThere ? step.get("what") : "the model has no class token"));
    }
    return lines;
  }

  /** Returns the steps for JSON; a step that the model does not have has an empty shape. */
  static List<Map<String, Object>> maps(Model model, Map<String, Tensor> tensors) {
    List<Map<String, Object>> maps = new ArrayList<>();
    for (Family.EmbeddingStep step : model.family().embedding()) {
      Tensor t = tensors.get(step.tensor());
      long[] shape = t == null ? new long[0] : t.shape();
      if (maps.isEmpty()) {
        shape = new long[] {model.channels(), model.height(), model.width()};
      }
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("step", maps.size() + 1);
      map.put("name", step.tensor());
      map.put("shape", Arrays.stream(shape).boxed().toList());
      map.put("what", step.what());
      maps.add(map);
    }
    return maps;
  }
}
