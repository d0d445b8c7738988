package dev.vit4j.spark;

import dev.vit4j.image.Image;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.weights.WeightsFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.spark.sql.SparkSession;

/** Small models with random weights, images of noise, and a Spark of two threads. */
final class Samples {
  static final List<String> CLASSES = List.of("cat", "dog", "pizza", "seven", "tree");

  private static final Map<String, Object> VIT =
      Map.of(
          "img_size",
          32,
          "patch_size",
          8,
          "embed_dim",
          32,
          "depth",
          2,
          "num_heads",
          2,
          "num_classes",
          5);

  private Samples() {}

  /** The session of all tests of this JVM. */
  static SparkSession spark() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .getOrCreate();
  }

  /** A classifier of 5 classes: 32 x 32 pixels. */
  static Path vit(Path folder, long seed) throws IOException {
    return write(folder, "vit_tiny_patch16_224", "center", 0.875, "", seed);
  }

  /** A class for each pixel. */
  static Path segmenter(Path folder) throws IOException {
    return write(folder, "vit_seg", "squash", 1, "segmentation", 7);
  }

  private static Path write(
      Path folder, String name, String cropMode, double cropPct, String task, long seed)
      throws IOException {
    try (Model model = Models.create(name, VIT, Init.seeded(seed))) {
      List<Double> half = List.of(0.5, 0.5, 0.5);
      Preprocess preprocess =
          new Preprocess(3, 32, 32, "bicubic", cropPct, cropMode, half, half, "none");
      WeightsFolder.writeConfig(folder, new WeightsFolder.Loaded(model, preprocess, CLASSES, task));
      WeightsFolder.writeWeights(folder, model, Map.of());
      return folder;
    }
  }

  /** An image file of noise. */
  static byte[] image(int width, int height, int seed, String format) throws IOException {
    byte[] pixels = new byte[3 * width * height];
    new Random(seed).nextBytes(pixels);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new Image(width, height, 3, pixels).toBufferedImage(), format, out);
    return out.toByteArray();
  }

  /** Writes 00.png, 01.jpg, 02.png and so on; number 3 is cut off, number 4 is empty. */
  static void images(Path folder, int count) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < count; i++) {
      String format = i % 2 == 0 ? "png" : "jpg";
      byte[] bytes = image(40 + i, 36, i, format);
      int length = i == 3 ? bytes.length / 2 : i == 4 ? 0 : bytes.length;
      Files.write(folder.resolve("%02d.%s".formatted(i, format)), Arrays.copyOf(bytes, length));
    }
  }
}
