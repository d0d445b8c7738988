package dev.vit4j.weights;

import dev.vit4j.input.Preprocess;
import dev.vit4j.input.Preprocess.Resized;
import dev.vit4j.model.Model;
import dev.vit4j.model.Origin;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads and writes timm's {@code pretrained_cfg}. What it does not say is timm's default ({@code
 * timm.models.PretrainedCfg}). What timm cannot say, vit4j adds elsewhere: {@code resized} [height,
 * width] and the crop modes {@code crop} and {@code none}.
 */
final class TimmPreprocess {
  private static final double CROP_PCT = 0.875;
  private static final int SIDE = 224;
  private static final int RGB = 3;

  private TimmPreprocess() {}

  /** Returns the contents of {@code pretrained_cfg}. */
  static Map<String, Object> write(Model model, Preprocess p) {
    Map<String, Object> cfg = new LinkedHashMap<>();
    cfg.put("input_size", List.of(p.channels(), p.height(), p.width()));
    cfg.put("fixed_input_size", model.timmConfig().fixedInputSize());
    cfg.put("interpolation", p.interpolation());
    cfg.put("crop_pct", cropPct(p));
    cfg.put("crop_mode", isOfTimm(p.cropMode()) ? p.cropMode() : "center");
    cfg.put("mean", p.mean());
    cfg.put("std", p.std());
    cfg.put("num_classes", model.numClasses());
    cfg.put("first_conv", model.timmConfig().firstConv());
    cfg.put("classifier", model.timmConfig().classifier());
    return cfg;
  }

  /** Returns what {@link #write} cannot say; often empty. */
  static Map<String, Object> beyondTimm(Preprocess p) {
    Map<String, Object> own = new LinkedHashMap<>();
    Resized resized = p.resized();
    if (resized != null) {
      own.put("resized", List.of(resized.height(), resized.width()));
    }
    if (!isOfTimm(p.cropMode())) {
      own.put("crop_mode", p.cropMode());
    }
    return own;
  }

  private static boolean isOfTimm(String mode) {
    return !mode.equals("crop") && !mode.equals("none");
  }

  /** The fraction from which timm computes the exact size: floor(height / crop_pct). */
  private static double cropPct(Preprocess p) {
    if (p.resized() == null) {
      return p.cropPct();
    }
    double pct = (double) p.height() / p.resizedHeight();
    return Math.floor(p.height() / pct) < p.resizedHeight() ? Math.nextDown(pct) : pct;
  }

  /**
   * Reads the preprocessing.
   *
   * @param cfg {@code pretrained_cfg}
   * @param own values specific to vit4j; may be missing
   * @throws IllegalArgumentException if a value is invalid
   */
  static Preprocess read(JsonNode cfg, JsonNode own) {
    int[] size = size(cfg.path("input_size"));
    Resized resized = resized(own.path("resized"));
    double pct = cfg.hasNonNull("crop_pct") ? number(cfg.get("crop_pct"), "crop_pct") : CROP_PCT;
    String mode = word(own, "crop_mode", word(cfg, "crop_mode", "center"));
    if (mode.equals("center_floor")) { // of vit4j before resized
      mode = "center";
      resized = new Resized((int) Math.floor(size[1] / pct), (int) Math.floor(size[2] / pct));
    }
    String interpolation = word(cfg, "interpolation", "bicubic");
    return new Preprocess(
        size[0],
        size[1],
        size[2],
        interpolation.equals("random") ? "bilinear" : interpolation, // as timm's evaluation
        resized == null ? pct : 1,
        mode,
        numbers(cfg, "mean", size[0], Origin.IMAGENET_MEAN),
        numbers(cfg, "std", size[0], Origin.IMAGENET_STD),
        word(own, "framing", "none"),
        resized);
  }

  private static int[] size(JsonNode size) {
    if (size.isMissingNode() || size.isNull()) {
      return new int[] {RGB, SIDE, SIDE};
    }
    if (!size.isArray() || size.size() != 3) {
      throw new IllegalArgumentException("pretrained_cfg.input_size must be [C, H, W]");
    }
    return new int[] {size.get(0).asInt(), size.get(1).asInt(), size.get(2).asInt()};
  }

  private static @Nullable Resized resized(JsonNode sides) {
    return sides.size() == 2 ? new Resized(sides.get(0).asInt(), sides.get(1).asInt()) : null;
  }

  private static String word(JsonNode root, String key, String otherwise) {
    return root.hasNonNull(key) ? ConfigJson.text(root.get(key)) : otherwise;
  }

  /** Reads numbers per channel, or one number for all channels. */
  private static List<Double> numbers(
      JsonNode cfg, String key, int channels, List<Double> otherwise) {
    JsonNode node = cfg.path(key);
    List<Double> out = new ArrayList<>();
    if (node.isNumber()) {
      out.add(node.asDouble());
    }
    node.forEach(n -> out.add(number(n, key)));
    List<Double> said = out.isEmpty() ? otherwise : out;
    return said.size() == 1 || (out.isEmpty() && channels != said.size())
        ? Collections.nCopies(channels, said.get(0))
        : said;
  }

  private static double number(JsonNode node, String what) {
    if (!node.isNumber()) {
      throw new IllegalArgumentException(
          "pretrained_cfg: " + what + " must be a number, not " + node);
    }
    return node.asDouble();
  }
}
