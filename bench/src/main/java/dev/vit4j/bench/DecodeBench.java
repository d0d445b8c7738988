package dev.vit4j.bench;

import dev.vit4j.image.CenterCrop;
import dev.vit4j.image.Compose;
import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.ResizeShortest;
import dev.vit4j.image.Transform;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.tensor.Threads;
import dev.vit4j.weights.Preprocess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Pictures per second of one thread: {@code FOLDER [SIZE [SECONDS]]}, all .jpg and .jpeg files in
 * the folder and below, from memory. The peer is {@code bench/peers/decode.py}.
 */
public final class DecodeBench {
  private static final int WARM_UP = 2_000;
  private static final int BATCH = 64;

  private final List<byte[]> files;
  private final double seconds;

  private DecodeBench(List<byte[]> files, double seconds) {
    this.files = files;
    this.seconds = seconds;
  }

  /** See above. */
  public static void main(String[] args) throws IOException {
    int size = args.length > 1 ? Integer.parseInt(args[1]) : 64;
    double seconds = args.length > 2 ? Double.parseDouble(args[2]) : 5;
    List<byte[]> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(Path.of(args[0]))) {
      for (Path file : all.filter(f -> f.toString().matches(".*\\.jpe?g")).sorted().toList()) {
        files.add(Files.readAllBytes(file));
      }
    }
    Threads.set(1);
    DecodeBench bench = new DecodeBench(files, seconds);
    bench.measure("decode", new Compose(List.of()), 0);
    bench.measure("decode, resize", evaluation(size), 0);
    bench.measure("decode, resize, normalise", evaluation(size), size);
    // Training's steps go here, as decode.py's: RandomResizedCrop, then RandAugment.
  }

  private static Transform evaluation(int size) {
    return new Compose(
        List.of(new ResizeShortest(size, Interpolation.BICUBIC), new CenterCrop(size, size)));
  }

  /**
   * Prints the speed of one list of steps.
   *
   * @param normalised side of the pictures that are normalised in batches; 0 for none
   */
  private void measure(String name, Transform steps, int normalised) throws IOException {
    int sample = 3 * normalised * normalised;
    byte[] batch = new byte[BATCH * sample];
    List<Double> half = Collections.nCopies(3, 0.5);
    int side = Math.max(1, normalised);
    Preprocess preprocess =
        new Preprocess(3, side, side, "bicubic", 1.0, "squash", half, half, "none");
    long start = System.nanoTime();
    int count = 0;
    for (int i = -Math.min(WARM_UP, 20 * files.size()); ; i++) {
      if (i == 0) {
        start = System.nanoTime();
      }
      if (i > 0 && System.nanoTime() - start > seconds * 1e9) {
        count = i;
        break;
      }
      int place = Math.floorMod(i, files.size());
      Image image = Image.decode(files.get(place), "file " + place, Image.maxPixels());
      Image made = steps.apply(image, new SplittableRandom(i));
      if (normalised > 0) {
        made.toRgb().writePlanes(batch, Math.floorMod(i, BATCH) * sample);
        if (Math.floorMod(i, BATCH) == BATCH - 1) {
          normalise(preprocess, batch, normalised);
        }
      }
    }
    double rate = count / ((System.nanoTime() - start) / 1e9);
    System.out.printf("%-40s %10.1f images/s %9.3f ms%n", name, rate, 1000 / rate);
  }

  private static void normalise(Preprocess preprocess, byte[] batch, int side) {
    try (Scope scope = Scope.open()) {
      preprocess.normalize(Tensor.of(batch, 0, BATCH, 3, side, side), Device.CPU);
    }
  }
}
