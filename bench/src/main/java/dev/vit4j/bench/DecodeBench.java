package dev.vit4j.bench;

import dev.vit4j.image.Compose;
import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.ToChannels;
import dev.vit4j.image.Transform;
import dev.vit4j.image.augment.AugmentPolicy;
import dev.vit4j.image.augment.Interval;
import dev.vit4j.image.augment.RandomResizedCrop;
import dev.vit4j.input.Preprocess;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.tensor.Threads;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * From the bytes of a file to what the model reads, in pictures per second of one thread's
 * processor time: {@code FOLDER [SIZE [SECONDS]]}, all .jpg and .jpeg files in the folder and
 * below. The peer is {@code bench/peers/decode.py}.
 */
public final class DecodeBench {
  private static final int WARM_UP = 3;
  private static final int BATCH = 64;

  private final List<byte[]> files;
  private final int size;
  private final double seconds;
  private final ThreadMXBean clock = ManagementFactory.getThreadMXBean();

  private DecodeBench(List<byte[]> files, int size, double seconds) {
    this.files = files;
    this.size = size;
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
    List<Interpolation> filter = List.of(Interpolation.BICUBIC);
    Transform rgb = new ToChannels(3);
    Transform crop =
        new RandomResizedCrop(
            size, size, new Interval(0.08, 1), new Interval(3 / 4.0, 4 / 3.0), filter);
    Transform policy =
        AugmentPolicy.parse("rand-m9-mstd0.5-inc1", size, size, List.of(0.5, 0.5, 0.5), filter);
    DecodeBench bench = new DecodeBench(files, size, seconds);
    bench.measure("decode", new Compose(List.of(rgb)), false);
    bench.measure("decode, crop", new Compose(List.of(rgb, crop)), false);
    bench.measure("decode, crop, normalise", new Compose(List.of(rgb, crop)), true);
    bench.measure(
        "decode, crop, RandAugment, normalise", new Compose(List.of(rgb, crop, policy)), true);
  }

  /** Prints the speed of one list of steps, after as many seconds of warm-up. */
  private void measure(String name, Transform steps, boolean normalise) throws IOException {
    run(steps, normalise, Math.min(seconds, WARM_UP));
    double rate = run(steps, normalise, seconds);
    System.out.printf("%-40s %10.1f images/s %9.3f ms%n", name, rate, 1000 / rate);
  }

  private double run(Transform steps, boolean normalise, double seconds) throws IOException {
    byte[] batch = new byte[BATCH * 3 * size * size];
    long start = clock.getCurrentThreadCpuTime();
    double passed = 0;
    int count = 0;
    while (passed < seconds) {
      int place = count % files.size();
      Image image = Image.decode(files.get(place), "file " + place, Image.maxPixels());
      Image made = steps.apply(image, new SplittableRandom(count));
      if (normalise) {
        made.writePlanes(batch, count % BATCH * 3 * size * size);
        if (count % BATCH == BATCH - 1) {
          normalise(batch);
        }
      }
      count++;
      passed = (clock.getCurrentThreadCpuTime() - start) / 1e9;
    }
    return count / passed;
  }

  private void normalise(byte[] batch) {
    List<Double> half = Collections.nCopies(3, 0.5);
    Preprocess preprocess =
        new Preprocess(3, size, size, "bicubic", 1.0, "squash", half, half, "none");
    try (Scope scope = Scope.open()) {
      preprocess.normalize(Tensor.of(batch, 0, BATCH, 3, size, size), Device.CPU);
    }
  }
}
