package dev.vit4j.weights;

import dev.vit4j.input.Preprocess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads and writes {@code preprocessor_config.json} of transformers' ViT and DeiT processors. */
final class HuggingFacePreprocess {
  /** Filters in the order of Pillow's numbers. */
  private static final List<String> RESAMPLE =
      List.of("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming");

  private static final int BILINEAR = 2;
  private static final int DEFAULT_SIDE = 224;

  private HuggingFacePreprocess() {}

  /**
   * Reads the preprocessing of a folder: {@code preprocessor_config.json}, or {@code
   * image_processor} in {@code processor_config.json}, which transformers writes since version 5.
   *
   * @param config a file in the folder
   * @param channels number of input channels of the model
   * @return null if the folder has neither
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if a value is invalid
   */
  static @Nullable Preprocess beside(Path config, int channels) throws IOException {
    Path own = config.resolveSibling("preprocessor_config.json");
    Path joined = config.resolveSibling("processor_config.json");
    if (Files.isRegularFile(own)) {
      return read(own, ConfigJson.tree(own), channels);
    }
    JsonNode images = ConfigJson.treeOrMissing(joined).path("image_processor");
    return images.isObject() ? read(joined, images, channels) : null;
  }

  private static Preprocess read(Path file, JsonNode root, int channels) {
    JsonNode size = root.path("size");
    boolean shortest = size.has("shortest_edge");
    int[] resized =
        shortest
            ? new int[] {size.get("shortest_edge").asInt(), size.get("shortest_edge").asInt()}
            : sides(size);
    boolean crops = root.path("do_center_crop").asBoolean(false);
    int[] seen = crops ? sides(root.path("crop_size")) : resized;
    int filter = root.path("resample").asInt(BILINEAR);
    if (filter < 0 || filter >= RESAMPLE.size()) {
      throw new IllegalArgumentException(file + ": resample is not a Pillow filter: " + filter);
    }
    boolean normalises = root.path("do_normalize").asBoolean(true);
    return new Preprocess(
        channels,
        seen[0],
        seen[1],
        RESAMPLE.get(filter),
        (double) seen[0] / resized[0],
        shortest ? "center_floor" : "squash",
        normalises ? numbers(root.path("image_mean"), channels, 0.5) : nCopies(channels, 0.0),
        normalises ? numbers(root.path("image_std"), channels, 0.5) : nCopies(channels, 1.0),
        "none");
  }

  /** Returns whether the format can describe this preprocessing. */
  static boolean says(Preprocess p) {
    return p.cropMode().equals("squash")
        || (p.cropMode().startsWith("center") && p.height() == p.width());
  }

  private static Map<String, Object> box(int height, int width) {
    Map<String, Object> box =
        new LinkedHashMap<>(); // fixed order, so that the file is reproducible
    box.put("height", height);
    box.put("width", width);
    return box;
  }

  /** Returns the contents of the file for a preprocessing. */
  static Map<String, Object> write(Preprocess p, String processor) {
    Map<String, Object> root = new LinkedHashMap<>();
    int height = (int) Math.floor(p.height() / p.cropPct());
    int width = (int) Math.floor(p.width() / p.cropPct());
    boolean crops = height != p.height() || width != p.width();
    root.put("image_processor_type", processor);
    root.put("do_resize", true);
    root.put(
        "size",
        p.cropMode().equals("squash")
            ? box(height, width)
            : Map.of("shortest_edge", Math.min(height, width)));
    root.put("resample", RESAMPLE.indexOf(p.interpolation()));
    root.put("do_center_crop", crops || !p.cropMode().equals("squash"));
    root.put("crop_size", box(p.height(), p.width()));
    root.put("do_rescale", true);
    root.put("rescale_factor", 1 / 255.0);
    root.put("do_normalize", true);
    root.put("image_mean", p.mean());
    root.put("image_std", p.std());
    return root;
  }

  private static int[] sides(JsonNode size) {
    if (size.isInt()) {
      return new int[] {size.asInt(), size.asInt()};
    }
    return new int[] {
      size.path("height").asInt(DEFAULT_SIDE), size.path("width").asInt(DEFAULT_SIDE)
    };
  }

  private static List<Double> numbers(JsonNode node, int channels, double fallback) {
    List<Double> out = new ArrayList<>();
    node.forEach(n -> out.add(n.asDouble()));
    return out.isEmpty() ? nCopies(channels, fallback) : out;
  }

  private static List<Double> nCopies(int count, double value) {
    return Collections.nCopies(count, value);
  }
}
