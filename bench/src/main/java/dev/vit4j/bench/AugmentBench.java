package dev.vit4j.bench;

import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.Transform;
import dev.vit4j.image.augment.AugmentPolicy;
import dev.vit4j.image.augment.Interval;
import dev.vit4j.image.augment.RandomResizedCrop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Pictures per second of one thread's processor time: decoding, RandomResizedCrop, RandAugment, and
 * all of them. The peer is {@code bench/peers/augment.py}.
 *
 * <p>Arguments: a folder of pictures, the side to crop to, a policy, and the interpolation.
 */
public final class AugmentBench {
  private static final double SECONDS = 4;

  private AugmentBench() {}

  /** See above. */
  public static void main(String[] args) throws IOException {
    int side = args.length > 1 ? Integer.parseInt(args[1]) : 64;
    String policy = args.length > 2 ? args[2] : "rand-m9-mstd0.5-inc1";
    String filter = args.length > 3 ? args[3] : "bicubic";
    List<Interpolation> filters =
        filter.equals("random")
            ? List.of(Interpolation.BILINEAR, Interpolation.BICUBIC)
            : List.of(Interpolation.valueOf(filter.toUpperCase(Locale.ROOT)));
    List<byte[]> files = new ArrayList<>();
    List<Image> pictures = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(Path.of(args[0]))) {
      for (Path file : walk.filter(Files::isRegularFile).sorted().limit(1000).toList()) {
        files.add(Files.readAllBytes(file));
        pictures.add(decode(files.get(files.size() - 1)));
      }
    }
    Transform crop =
        new RandomResizedCrop(
            side, side, new Interval(0.08, 1), new Interval(3 / 4.0, 4 / 3.0), filters);
    Transform augment =
        AugmentPolicy.parse(policy, side, side, List.of(0.485, 0.456, 0.406), filters);
    SplittableRandom random = new SplittableRandom(0);
    int n = files.size();
    for (int round = 0; round < 2; round++) { // the first warms up
      report("decode", i -> decode(files.get(i % n)));
      report("RandomResizedCrop", i -> crop.apply(pictures.get(i % n), random));
      report(policy, i -> augment.apply(pictures.get(i % n), random));
      report("crop + policy", i -> augment.apply(crop.apply(pictures.get(i % n), random), random));
      report(
          "decode + crop + policy",
          i -> augment.apply(crop.apply(decode(files.get(i % n)), random), random));
    }
  }

  /** Makes one picture. */
  @FunctionalInterface
  private interface Work {
    Image make(int i) throws IOException;
  }

  private static Image decode(byte[] file) throws IOException {
    return Image.decode(file, "picture", Image.DEFAULT_MAX_PIXELS).toRgb();
  }

  private static void report(String what, Work work) throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    long pixels = 0;
    int i = 0;
    double seconds = 0;
    while (seconds < SECONDS) {
      for (int k = 0; k < 100; k++) {
        pixels += work.make(i++).pixels().length;
      }
      seconds = (threads.getCurrentThreadCpuTime() - start) / 1e9;
    }
    System.out.printf(
        Locale.ROOT, "%-24s %8.0f images/s (%d bytes each)%n", what, i / seconds, pixels / i);
  }
}
