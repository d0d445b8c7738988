package dev.vit4j.data;

import dev.vit4j.image.Image;
import dev.vit4j.image.ImageAndMask;
import dev.vit4j.image.Transform;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Creates a batch from sample indices on the calling thread.
 *
 * @param data data set of the samples
 * @param transform transform of each image; null for none
 * @param seed seed of the transforms, combined with epoch and sample index
 * @param readsFeatures whether to read features instead of images
 * @param readsPixels whether to read the values of pixels, such as masks, and transform them with
 *     their images
 */
record Batcher(
    Dataset data,
    @Nullable Transform transform,
    long seed,
    boolean readsFeatures,
    boolean readsPixels) {
  /**
   * Returns a batch of the samples {@code order[from .. to)} of an epoch.
   *
   * @param places places in the batch whose images, features and values of pixels are read,
   *     ascending, at least one; null for all
   * @param stop called before each sample; returns whether to stop
   * @throws InterruptedIOException if {@code stop} returns true
   * @throws IOException if a sample cannot be read
   */
  Batch batch(
      int[] order, int from, int to, int @Nullable [] places, int epoch, BooleanSupplier stop)
      throws IOException {
    check(stop);
    int[] indices = Arrays.copyOfRange(order, from, to);
    Map<String, Column> columns = new LinkedHashMap<>();
    if (places == null) {
      columns.putAll(read(indices, epoch, stop));
    } else {
      int[] held = Arrays.stream(places).map(place -> indices[place]).toArray();
      read(held, epoch, stop)
          .forEach((name, column) -> columns.put(name, new Column.Part(places, column)));
    }
    columns.putAll(data.targets().columns(indices));
    return new Batch(indices, columns);
  }

  /** Reads what is stored with the samples: everything but their targets in memory. */
  private Map<String, Column> read(int[] indices, int epoch, BooleanSupplier stop)
      throws IOException {
    Shape shape = data.shape();
    if (readsFeatures) {
      return Map.of(Batch.FEATURES, Objects.requireNonNull(data.features(indices)));
    } else if (readsPixels && data.targets() instanceof PixelTargets targets) {
      return pairs(targets, indices, epoch, stop);
    } else if (transform == null && shape != null) {
      return Map.of(Batch.IMAGE, plain(shape, indices, stop));
    } else {
      return Map.of(Batch.IMAGE, transformed(indices, epoch, stop));
    }
  }

  private Column.Bytes plain(Shape shape, int[] indices, BooleanSupplier stop) throws IOException {
    int sample = shape.bytes();
    byte[] pixels = new byte[Math.multiplyExact(indices.length, sample)];
    for (int i = 0; i < indices.length; i++) {
      check(stop);
      try {
        data.copyInto(indices[i], pixels, i * sample);
      } catch (IOException | RuntimeException e) {
        throw named(indices[i], e);
      }
    }
    return new Column.Bytes(pixels, shape.channels(), shape.height(), shape.width());
  }

  private Column.Bytes transformed(int[] indices, int epoch, BooleanSupplier stop)
      throws IOException {
    Image first = sample(indices[0], epoch);
    int sample = first.pixels().length;
    byte[] pixels = new byte[Math.multiplyExact(indices.length, sample)];
    for (int i = 0; i < indices.length; i++) {
      check(stop);
      Image image = i == 0 ? first : sample(indices[i], epoch);
      if (!sameShape(image, first)) {
        throw named(
            indices[i],
            new IOException(
                "has the shape " + image + ", another sample " + first + ": add a Resize"));
      }
      image.writePlanes(pixels, i * sample);
    }
    return new Column.Bytes(pixels, first.channels(), first.height(), first.width());
  }

  /** Reads images and the values of their pixels and transforms them together. */
  private Map<String, Column> pairs(
      PixelTargets from, int[] indices, int epoch, BooleanSupplier stop) throws IOException {
    byte[] pixels = {};
    byte[] values = {};
    ImageAndMask first = null;
    for (int i = 0; i < indices.length; i++) {
      check(stop);
      ImageAndMask pair = pair(from, indices[i], epoch);
      Image image = pair.image();
      if (first == null) {
        first = pair;
        pixels = new byte[Math.multiplyExact(indices.length, image.pixels().length)];
        values = new byte[Math.multiplyExact(indices.length, pair.mask().pixels().length)];
      }
      if (!sameShape(image, first.image())) {
        throw named(
            indices[i],
            new IOException("has the shape " + image + ", another sample " + first.image()));
      }
      image.writePlanes(pixels, i * image.pixels().length);
      byte[] own = pair.mask().pixels();
      System.arraycopy(own, 0, values, i * own.length, own.length);
    }
    Image image = Objects.requireNonNull(first).image();
    return Map.of(
        Batch.IMAGE,
        new Column.Bytes(pixels, image.channels(), image.height(), image.width()),
        from.column(),
        column(values, first.mask()));
  }

  /** Returns the column of values that are stored as those of one sample. */
  private static Column column(byte[] values, Image one) {
    int channels = one.channels();
    return switch (channels) {
      case 1 -> new Column.Bytes(values, one.height(), one.width());
      case 2 -> new Column.Bytes(values, one.height(), one.width(), channels);
      default -> {
        float[] numbers = new float[values.length / channels];
        ByteBuffer.wrap(values).asFloatBuffer().get(numbers);
        yield new Column.Floats(numbers, one.height(), one.width());
      }
    };
  }

  private static boolean sameShape(Image a, Image b) {
    return a.height() == b.height() && a.width() == b.width() && a.channels() == b.channels();
  }

  private ImageAndMask pair(PixelTargets from, int index, int epoch) throws IOException {
    try {
      ImageAndMask pair = new ImageAndMask(data.image(index), from.values(index));
      return transform == null
          ? pair
          : transform.apply(pair, new SplittableRandom(Shuffle.mix(seed, epoch, index)));
    } catch (IOException | RuntimeException e) {
      throw named(index, e);
    }
  }

  private Image sample(int index, int epoch) throws IOException {
    try {
      Image image = data.image(index);
      return transform == null
          ? image
          : transform.apply(image, new SplittableRandom(Shuffle.mix(seed, epoch, index)));
    } catch (IOException | RuntimeException e) {
      throw named(index, e);
    }
  }

  private IOException named(int index, Exception e) {
    String source = data.source(index);
    String reason = BrokenFiles.named(source, e).substring(source.length()).replaceFirst("^: ", "");
    return new UnreadableSampleException(
        "%s: sample %d (%s): %s".formatted(data.name(), index, source, reason), e);
  }

  private static void check(BooleanSupplier stop) throws InterruptedIOException {
    if (stop.getAsBoolean()) {
      throw new InterruptedIOException("the loader was closed");
    }
  }
}
