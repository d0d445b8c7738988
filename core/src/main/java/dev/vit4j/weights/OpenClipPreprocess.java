package dev.vit4j.weights;

import dev.vit4j.input.Preprocess;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads and writes {@code preprocess_cfg} of open_clip's configuration. */
final class OpenClipPreprocess {
  private static final int RGB = 3;

  private OpenClipPreprocess() {}

  /**
   * Reads it.
   *
   * @param imgSize the size in {@code vision_cfg}: one number or [height, width]
   * @throws IllegalArgumentException if a value is not supported
   */
  static Preprocess read(JsonNode cfg, @Nullable Object imgSize) {
    int[] size = size(cfg, imgSize);
    String mode = cfg.path("resize_mode").asString("shortest");
    if (!mode.equals("shortest") && !mode.equals("squash")) {
      throw new IllegalArgumentException(
          "preprocess_cfg.resize_mode must be shortest or squash, not " + mode);
    }
    return new Preprocess(
        RGB,
        size[0],
        size[1],
        cfg.path("interpolation").asString("bicubic"),
        1.0,
        mode.equals("shortest") ? "center" : "squash",
        numbers(cfg.path("mean")),
        numbers(cfg.path("std")),
        "none");
  }

  /** Returns whether the format can describe this preprocessing. */
  static boolean says(Preprocess p) {
    return p.resizedHeight() == p.height()
        && p.resizedWidth() == p.width()
        && (p.cropMode().equals("squash") || p.cropMode().equals("center"));
  }

  /** Returns the contents of {@code preprocess_cfg}. */
  static Map<String, Object> write(Preprocess p) {
    Map<String, Object> cfg =
        new LinkedHashMap<>(); // fixed order, so that the file is reproducible
    cfg.put("size", List.of(p.height(), p.width()));
    cfg.put("mode", "RGB");
    cfg.put("mean", p.mean());
    cfg.put("std", p.std());
    cfg.put("interpolation", p.interpolation());
    cfg.put("resize_mode", p.cropMode().equals("squash") ? "squash" : "shortest");
    return cfg;
  }

  private static int[] size(JsonNode cfg, @Nullable Object imgSize) {
    JsonNode own = cfg.path("size");
    if (own.isArray() && own.size() == 2) {
      return new int[] {own.get(0).asInt(), own.get(1).asInt()};
    }
    if (own.isInt()) {
      return new int[] {own.asInt(), own.asInt()};
    }
    if (imgSize instanceof List<?> pair && pair.size() == 2) {
      return new int[] {(int) pair.get(0), (int) pair.get(1)};
    }
    if (imgSize instanceof Integer side) {
      return new int[] {side, side};
    }
    throw new IllegalArgumentException("preprocess_cfg has no size, and vision_cfg no image_size");
  }

  private static List<Double> numbers(JsonNode node) {
    List<Double> numbers = new ArrayList<>();
    node.forEach(n -> numbers.add(n.asDouble()));
    return numbers;
  }
}
