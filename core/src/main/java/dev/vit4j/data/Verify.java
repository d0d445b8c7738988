package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Result of checking every sample of a data set.
 *
 * @param checked number of samples read
 * @param problems unusable samples, in order
 * @param duplicates samples with the same content as an earlier one, in order
 */
public record Verify(int checked, List<Problem> problems, List<Duplicate> duplicates) {
  /**
   * An unusable sample.
   *
   * @param data name of its split
   * @param index index in the split
   * @param source source of the sample
   * @param reason error message, one line
   */
  public record Problem(String data, int index, String source, String reason) {}

  /**
   * A duplicate of an earlier sample.
   *
   * @param data name of its split
   * @param source source of the sample
   * @param firstData split of the earlier sample
   * @param firstSource source of the earlier sample
   * @param sameLabel whether both have the same class
   */
  public record Duplicate(
      String data, String source, String firstData, String firstSource, boolean sameLabel) {}

  private record Place(Dataset data, int index) {}

  private record Read(@Nullable String digest, @Nullable String problem) {}

  /** Checks all samples of a split. */
  public static Verify of(Dataset data) {
    return of(List.of(data));
  }

  /** Checks all samples of several splits on all cores; continues after an unusable one. */
  public static Verify of(List<Dataset> parts) {
    int checked = 0;
    List<Problem> problems = new ArrayList<>();
    List<Duplicate> duplicates = new ArrayList<>();
    Map<String, Place> first = new HashMap<>();
    for (Dataset data : parts) {
      List<Read> all =
          IntStream.range(0, data.size()).parallel().mapToObj(i -> read(data, i)).toList();
      for (int i = 0; i < all.size(); i++) {
        Read read = all.get(i);
        if (read.problem() != null) {
          problems.add(new Problem(data.name(), i, data.source(i), read.problem()));
          continue;
        }
        Place earlier = first.putIfAbsent(String.valueOf(read.digest()), new Place(data, i));
        if (earlier != null) {
          duplicates.add(duplicate(data, i, earlier));
        }
      }
      checked += data.size();
    }
    return new Verify(checked, List.copyOf(problems), List.copyOf(duplicates));
  }

  private static Duplicate duplicate(Dataset data, int index, Place earlier) {
    return new Duplicate(
        data.name(),
        data.source(index),
        earlier.data().name(),
        earlier.data().source(earlier.index()),
        data.targets().group(index) == earlier.data().targets().group(earlier.index()));
  }

  private static Read read(Dataset data, int index) {
    try {
      Image image = data.image(index);
      Shape actual = new Shape(image.channels(), image.height(), image.width());
      if (data.shape() != null && !actual.equals(data.shape())) {
        throw new IOException("is %s, but the data set is %s".formatted(actual, data.shape()));
      }
      data.check(index);
      return new Read(digest(actual, image.pixels()), null);
    } catch (IOException | RuntimeException e) {
      String source = data.source(index) + ": ";
      String reason = String.valueOf(e.getMessage());
      return new Read(null, reason.startsWith(source) ? reason.substring(source.length()) : reason);
    }
  }

  private static String digest(Shape shape, byte[] pixels) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer sizes = ByteBuffer.allocate(3 * Integer.BYTES);
      sizes.putInt(shape.channels()).putInt(shape.height()).putInt(shape.width());
      digest.update(sizes.array());
      // 128 bits are enough to distinguish images and save memory.
      return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(pixels), 16));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Returns duplicates across splits, which leak training samples into the evaluation. */
  public List<Duplicate> acrossParts() {
    return duplicates.stream().filter(d -> !d.data().equals(d.firstData())).toList();
  }

  /** Returns whether all samples are usable. */
  public boolean good() {
    return problems.isEmpty();
  }
}
