package dev.vit4j.cli;

import dev.vit4j.model.Model;
import dev.vit4j.model.vit.Vit;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The nine steps of a Vision Transformer's embedding, from one picture to what the encoder reads.
 */
final class EmbeddingSteps {
  /**
   * One of the nine.
   *
   * @param tensor its name in the trace; {@code picture} is what comes before the batch
   * @param what what is done, and the shape in letters
   */
  record Step(int number, String tensor, String what) {}

  static final List<Step> ALL =
      List.of(
          new Step(1, "picture", "one picture [C, H, W]"),
          new Step(2, "pixels", "with the batch dimension [B, C, H, W]"),
          new Step(3, "patch_embed.grid", "projected: what a convolution gives [B, D, h, w]"),
          new Step(4, "patch_embed.flat", "the grid in a row [B, D, N]"),
          new Step(5, "patch_embed", "a token per patch [B, N, D]"),
          new Step(6, "cls_token", "class token, one for all pictures [B, 1, D]"),
          new Step(7, "tokens_with_cls", "put before the patches [B, N + 1, D]"),
          new Step(8, "pos_embed", "position embedding [1, N + 1, D]"),
          new Step(9, "tokens", "added: what the encoder reads [B, N + 1, D]"));

  private EmbeddingSteps() {}

  /** Refuses a model that does not embed patches. */
  static void require(Model model) {
    if (!(model instanceof Vit)) {
      throw new IllegalArgumentException(
          "%s has no patch embedding: --steps is for Vision Transformers".formatted(model.name()));
    }
  }

  /** The steps with their shapes, one a line. */
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

  /** The steps for JSON; a step that the model does without has an empty shape. */
  static List<Map<String, Object>> maps(Model model, Map<String, Tensor> tensors) {
    List<Map<String, Object>> maps = new ArrayList<>();
    for (Step step : ALL) {
      Tensor t = tensors.get(step.tensor());
      long[] shape = t == null ? new long[0] : t.shape();
      if (step.number() == 1) {
        shape = new long[] {model.channels(), model.height(), model.width()};
      }
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("step", step.number());
      map.put("name", step.tensor());
      map.put("shape", Arrays.stream(shape).boxed().toList());
      map.put("what", step.what());
      maps.add(map);
    }
    return maps;
  }
}
