package dev.vit4j.bench;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Masks;
import dev.vit4j.data.Shape;
import dev.vit4j.image.Image;
import dev.vit4j.input.ModelInput;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.task.Evaluator;
import dev.vit4j.task.Measure;
import dev.vit4j.task.Task;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Evaluates an untrained segmentation model on generated images of 512 x 512 pixels with 21
 * classes, and prints the peak of the process's resident memory in KiB. Linux only; run by {@code
 * bench/checks/release/segmentation-memory.sh} for few and for many images.
 */
public final class SegmentationMemory {
  private static final int SIDE = 512;
  private static final int CLASSES = 21;
  private static final int THREADS = 2;

  private SegmentationMemory() {}

  /** Takes the number of images. */
  public static void main(String[] args) throws IOException {
    Tiles data = new Tiles(Integer.parseInt(args[0]));
    Map<String, Object> model =
        Map.of(
            "img_size",
            SIDE,
            "patch_size",
            32,
            "embed_dim",
            64,
            "depth",
            2,
            "num_heads",
            4,
            "num_classes",
            CLASSES);
    List<Double> half = List.of(0.5, 0.5, 0.5);
    Preprocess preprocess =
        new Preprocess(3, SIDE, SIDE, "bilinear", 1, "squash", half, half, "none");
    ModelInput input = ModelInput.pictures(preprocess);
    Task task = Tasks.named("segmentation");
    try (Model segmenter = Models.create("vit_seg", model, Init.seeded(1))) {
      Measure measure = task.measure(segmenter, input, data, Device.CPU);
      int batch = task.evaluationBatch(segmenter);
      new Evaluator(batch, THREADS, Device.CPU, Precision.F32).run(measure, segmenter, input, data);
      System.err.println(data.size() + " images: " + measure.values());
    }
    System.out.println(peakKb());
  }

  private static long peakKb() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  /** Images with a class in every tile of 32 x 32 pixels, made when they are asked for. */
  private record Tiles(int size) implements Dataset, Masks {
    private static final int TILE = 32;

    @Override
    public String name() {
      return "tiles";
    }

    @Override
    public Masks targets() {
      return this;
    }

    @Override
    public List<String> classes() {
      return IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();
    }

    @Override
    public Shape shape() {
      return new Shape(3, SIDE, SIDE);
    }

    private static int tile(int index, int pixel) {
      return (pixel / SIDE / TILE * 5 + pixel % SIDE / TILE * 3 + index) % CLASSES;
    }

    @Override
    public Image image(int index) {
      byte[] pixels = new byte[3 * SIDE * SIDE];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) (12 * tile(index, i / 3) + i % 3 * index);
      }
      return new Image(SIDE, SIDE, 3, pixels);
    }

    @Override
    public Image mask(int index) {
      byte[] labels = new byte[SIDE * SIDE];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = (byte) tile(index, i);
      }
      return new Image(SIDE, SIDE, 1, labels);
    }
  }
}
