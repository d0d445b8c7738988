package dev.vit4j.weights;

import dev.vit4j.input.Preprocess;
import dev.vit4j.input.Preprocess.Resized;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads and writes {@code preprocessor_config.json} of transformers: resize ({@code size}), center
 * crop ({@code crop_size}), {@code x * rescale_factor}, and {@code (x - image_mean) / image_std},
 * each with a {@code do_…}; what is not said is the default of its {@link HuggingFaceProcessor}.
 */
final class HuggingFacePreprocess {
  /** Filters in the order of Pillow's numbers. */
  private static final List<String> RESAMPLE =
      List.of("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming");

  private static final double BYTE = 255;
  private static final double BY_BYTE = 1 / BYTE;

  /** From this side on, ConvNext's processor resizes both sides and does not crop. */
  private static final int WARPED = 384;

  /** Keys whose defaults a processor must be known for. */
  private static final List<String> NEEDED = List.of("size", "resample", "image_mean", "image_std");

  private static final int CROP_SIDE = 224;

  private HuggingFacePreprocess() {}

  /**
   * Reads the preprocessing of a folder: {@code preprocessor_config.json}, or {@code
   * image_processor} in {@code processor_config.json}, which transformers writes since version 5.
   *
   * @param config a file in the folder
   * @param channels number of input channels of the model
   * @param modelType {@code model_type} of the configuration
   * @return null if the folder has neither
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if a value is invalid
   */
  static @Nullable Preprocess beside(Path config, int channels, String modelType)
      throws IOException {
    Path own = config.resolveSibling("preprocessor_config.json");
    Path joined = config.resolveSibling("processor_config.json");
    if (Files.isRegularFile(own)) {
      return read(own, ConfigJson.tree(own), channels, modelType);
    }
    JsonNode images = ConfigJson.treeOrMissing(joined).path("image_processor");
    return images.isObject() ? read(joined, images, channels, modelType) : null;
  }

  private static Preprocess read(Path file, JsonNode root, int channels, String modelType) {
    try {
      return of(root, channels, processor(root, modelType));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file.getFileName() + ": " + e.getMessage(), e);
    }
  }

  private static HuggingFaceProcessor processor(JsonNode root, String modelType) {
    String type =
        root.path("image_processor_type")
            .asString(root.path("feature_extractor_type").asString(""));
    HuggingFaceProcessor known = HuggingFaceProcessor.named(type, modelType);
    if (known != null) {
      return known;
    }
    for (String key : NEEDED) {
      if (!root.hasNonNull(key)) {
        throw new IllegalArgumentException(
            "the defaults of %s are not known: add %s, or use one of %s"
                .formatted(type, key, HuggingFaceProcessor.names()));
      }
    }
    return Objects.requireNonNull(HuggingFaceProcessor.named("ViTImageProcessor", modelType));
  }

  private static Preprocess of(JsonNode root, int channels, HuggingFaceProcessor by) {
    if (flag(root, "do_pad", false)) {
      throw new IllegalArgumentException("do_pad is not supported");
    }
    Geometry geometry = geometry(root, by);
    int filter = root.hasNonNull("resample") ? whole(root, "resample") : by.resample();
    if (filter < 0 || filter >= RESAMPLE.size()) {
      throw new IllegalArgumentException("resample is not a Pillow filter: " + filter);
    }
    boolean normalizes = flag(root, "do_normalize", true);
    List<Double> mean =
        normalizes ? numbers(root, "image_mean", by.mean(channels)) : nCopies(channels, 0.0);
    List<Double> std =
        normalizes ? numbers(root, "image_std", by.std(channels)) : nCopies(channels, 1.0);
    double scale = BYTE * factor(root); // of pixels from 0 to 1
    return new Preprocess(
        channels,
        geometry.seen.height(),
        geometry.seen.width(),
        RESAMPLE.get(filter),
        1,
        geometry.mode,
        scale == 1 ? mean : mean.stream().map(m -> m / scale).toList(),
        scale == 1 ? std : std.stream().map(s -> s / scale).toList(),
        "none",
        geometry.resized);
  }

  /** The factor of 8-bit pixels before the normalization. */
  private static double factor(JsonNode root) {
    if (!flag(root, "do_rescale", true)) {
      return 1;
    }
    double factor =
        root.hasNonNull("rescale_factor") ? root.get("rescale_factor").asDouble() : BY_BYTE;
    if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("rescale_factor must be positive, not " + factor);
    }
    return factor;
  }

  /**
   * What happens to the size of an image.
   *
   * @param mode crop mode of {@link Preprocess}
   * @param seen size of the result
   */
  private record Geometry(String mode, @Nullable Resized resized, Resized seen) {}

  private static Geometry geometry(JsonNode root, HuggingFaceProcessor by) {
    boolean crops = flag(root, "do_center_crop", by.crops());
    JsonNode size = root.path("size");
    boolean isShortest =
        size.isObject() ? size.has("shortest_edge") : by.shortest() && !size.isArray();
    Resized to = sides(size, "size", by.size());
    Resized seen = crops ? sides(root.path("crop_size"), "crop_size", CROP_SIDE) : to;
    if (!flag(root, "do_resize", true)) {
      return new Geometry(crops ? "crop" : "none", null, seen);
    }
    if (by.cropPct() == null) {
      boolean whole = !isShortest && seen.equals(to);
      return new Geometry(isShortest ? "center" : "squash", whole ? null : to, seen);
    }
    if (!isShortest || crops) {
      throw new IllegalArgumentException(
          "ConvNextImageProcessor is supported with size.shortest_edge and without do_center_crop");
    }
    double pct = root.hasNonNull("crop_pct") ? root.get("crop_pct").asDouble() : by.cropPct();
    int before = (int) (to.height() / pct);
    return to.height() < WARPED
        ? new Geometry("center", new Resized(before, before), to)
        : new Geometry("squash", null, to);
  }

  /** Returns whether the format can describe this preprocessing. */
  static boolean says(Preprocess p) {
    return p.cropMode().equals("squash")
        || p.cropMode().equals("crop")
        || p.cropMode().equals("none")
        || (p.cropMode().equals("center") && p.resizedHeight() == p.resizedWidth());
  }

  private static Map<String, Object> box(int height, int width) {
    Map<String, Object> box =
        new LinkedHashMap<>(); // fixed order, so that the file is reproducible
    box.put("height", height);
    box.put("width", width);
    return box;
  }

  /**
   * Returns the contents of the file for a preprocessing, for a processor that reads these keys in
   * transformers 4 and 5.
   *
   * @param kind prefix of the model's classes, such as {@code ViT}
   */
  static Map<String, Object> write(Preprocess p, String kind) {
    Map<String, Object> root = new LinkedHashMap<>();
    int height = p.resizedHeight();
    int width = p.resizedWidth();
    boolean resizes = !p.cropMode().equals("crop") && !p.cropMode().equals("none");
    boolean squashes = p.cropMode().equals("squash");
    boolean crops =
        p.cropMode().equals("crop")
            || (resizes && (!squashes || height != p.height() || width != p.width()));
    root.put("image_processor_type", type(kind, squashes, crops));
    root.put("do_resize", resizes);
    root.put(
        "size",
        squashes || !crops ? box(height, width) : Map.of("shortest_edge", Math.min(height, width)));
    root.put("resample", RESAMPLE.indexOf(p.interpolation()));
    root.put("do_center_crop", crops);
    root.put("crop_size", box(p.height(), p.width()));
    root.put("do_rescale", true);
    root.put("rescale_factor", BY_BYTE);
    root.put("do_normalize", true);
    root.put("image_mean", p.mean());
    root.put("image_std", p.std());
    return root;
  }

  /**
   * CLIP's processor resizes in any way and crops. In transformers 4, the others do not: only Bit's
   * resizes the shorter side, and only DeiT's resizes both sides and crops.
   */
  private static String type(String kind, boolean squashes, boolean crops) {
    String able = squashes ? "DeiT" : "Bit";
    return (crops && !kind.equals("CLIP") ? able : kind) + "ImageProcessor";
  }

  /** Reads one number, [height, width], or an object. */
  private static Resized sides(JsonNode size, String key, int otherwise) {
    if (size.isObject() && size.has("shortest_edge") && !size.hasNonNull("longest_edge")) {
      return square(whole(size, "shortest_edge"));
    }
    if (size.isObject() && size.has("height") && size.has("width")) {
      return new Resized(whole(size, "height"), whole(size, "width"));
    }
    if (size.isArray() && size.size() == 2) {
      return new Resized(size.get(0).asInt(), size.get(1).asInt());
    }
    if (size.isNumber()) {
      return square(size.asInt());
    }
    if (size.isMissingNode() || size.isNull()) {
      return square(otherwise);
    }
    throw new IllegalArgumentException(
        "%s must be a number, height and width, or shortest_edge alone, not %s"
            .formatted(key, size));
  }

  private static Resized square(int side) {
    return new Resized(side, side);
  }

  private static int whole(JsonNode root, String key) {
    JsonNode node = root.path(key);
    if (!node.isNumber()) {
      throw new IllegalArgumentException("%s must be a number, not %s".formatted(key, node));
    }
    return node.asInt();
  }

  private static boolean flag(JsonNode root, String key, boolean otherwise) {
    JsonNode node = root.path(key);
    return node.isBoolean() ? node.asBoolean() : otherwise;
  }

  /** Reads numbers per channel, or one number for all channels. */
  private static List<Double> numbers(JsonNode root, String key, List<Double> otherwise) {
    JsonNode node = root.path(key);
    List<Double> out = new ArrayList<>();
    if (node.isNumber()) {
      out.add(node.asDouble());
    }
    node.forEach(n -> out.add(n.asDouble()));
    if (out.isEmpty()) {
      return otherwise;
    }
    return out.size() == 1 ? nCopies(otherwise.size(), out.get(0)) : out;
  }

  private static List<Double> nCopies(int count, double value) {
    return Collections.nCopies(count, value);
  }
}
