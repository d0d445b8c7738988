package dev.vit4j.serve;

import dev.vit4j.image.Image;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.weights.WeightsFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/** Small models with random weights, and images. */
final class SmallModels {
  static final List<String> CLASSES = List.of("cat", "dog", "pizza", "seven", "tree");

  private static final Map<String, Object> VIT =
      Map.ofEntries(
          Map.entry("img_size", 32),
          Map.entry("patch_size", 8),
          Map.entry("embed_dim", 32),
          Map.entry("depth", 2),
          Map.entry("num_heads", 2),
          Map.entry("num_classes", 5));

  private SmallModels() {}

  /**
   * Serves a classifier, a CLIP and a segmenter, named vit, clip and segmenter as their folders.
   */
  static VitServer serveAll(Path dir) throws IOException {
    Map<String, Path> models = new LinkedHashMap<>();
    models.put("vit", vit(dir.resolve("vit")));
    models.put("clip", clip(dir.resolve("clip")));
    models.put("segmenter", segmenter(dir.resolve("segmenter")));
    return VitServer.open(ServeOptions.of(models).listeningOn("127.0.0.1", 0));
  }

  /** A classifier of 5 classes: 32 x 32 pixels, 16 patches. */
  static Path vit(Path folder) {
    return write(folder, "vit_tiny_patch16_224", VIT, 32, 0.875, "center", CLASSES, "");
  }

  /** Images and texts in 24 dimensions. */
  static Path clip(Path folder) {
    Map<String, Object> args =
        Map.ofEntries(
            Map.entry("img_size", 32),
            Map.entry("vision_patch_size", 8),
            Map.entry("vision_width", 32),
            Map.entry("vision_layers", 2),
            Map.entry("vision_head_width", 16),
            Map.entry("embed_dim", 24),
            Map.entry("text_width", 32),
            Map.entry("text_heads", 2),
            Map.entry("text_layers", 2));
    return write(folder, "clip", args, 32, 1, "squash", List.of(), "");
  }

  /** A class for each pixel. */
  static Path segmenter(Path folder) {
    return write(folder, "vit_seg", VIT, 32, 1, "squash", CLASSES, "segmentation");
  }

  private static Path write(
      Path folder,
      String name,
      Map<String, Object> args,
      int side,
      double cropPct,
      String cropMode,
      List<String> classes,
      String task) {
    try (Model model = Models.create(name, args, Init.seeded(7))) {
      List<Double> half = List.of(0.5, 0.5, 0.5);
      Preprocess preprocess =
          new Preprocess(3, side, side, "bicubic", cropPct, cropMode, half, half, "none");
      WeightsFolder.writeConfig(folder, new WeightsFolder.Loaded(model, preprocess, classes, task));
      WeightsFolder.writeWeights(folder, model, Map.of());
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A color image of noise. */
  static Image noise(int width, int height, int seed) {
    byte[] pixels = new byte[3 * width * height];
    new Random(seed).nextBytes(pixels);
    return new Image(width, height, 3, pixels);
  }

  /** Encodes an image as png or jpg. */
  static byte[] encoded(Image image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image.toBufferedImage(), format, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] png(int width, int height, int seed) {
    return encoded(noise(width, height, seed), "png");
  }
}
