package dev.vit4j.cli;

import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A small CLIP with random weights. */
final class ClipFolder {
  private ClipFolder() {}

  static Path write(Path folder) throws IOException {
    Map<String, Object> args =
        Map.of(
            "img_size",
            32,
            "vision_patch_size",
            8,
            "vision_width",
            32,
            "vision_layers",
            2,
            "vision_head_width",
            16,
            "embed_dim",
            24,
            "text_width",
            32,
            "text_heads",
            2,
            "text_layers",
            2);
    try (Model model = Models.create("clip", args, Init.seeded(7))) {
      List<Double> half = List.of(0.5, 0.5, 0.5);
      Preprocess preprocess = new Preprocess(3, 32, 32, "bicubic", 1, "squash", half, half, "none");
      WeightsFolder.writeConfig(folder, new WeightsFolder.Loaded(model, preprocess, List.of()));
      WeightsFolder.writeWeights(folder, model, Map.of());
    }
    return folder;
  }
}
