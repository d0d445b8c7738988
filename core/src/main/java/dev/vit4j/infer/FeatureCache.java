package dev.vit4j.infer;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.FeatureSet;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.format.FloatRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Disk cache of features, so that a backbone processes each image only once: one file per data set,
 * see {@link CacheFolder}.
 *
 * <p>The key of a file is a SHA-256 of everything that the values depend on: the backbone's
 * weights, arguments and preprocessing, the compute library and device, and the content of every
 * image in order. A file is therefore never stale.
 */
public final class FeatureCache {
  /** Increment when decoding, preprocessing or computation changes. */
  private static final String FORMAT = "vit4j features 1";

  private final CacheFolder folder;

  /**
   * Creates a cache in a folder, which is created when needed.
   *
   * @param notes receives messages about files that are damaged or cannot be written
   */
  public FeatureCache(Path folder, Consumer<String> notes) {
    this.folder = new CacheFolder(folder, notes);
  }

  /** Returns the default folder, next to the downloaded data sets. */
  public static Path standardFolder() {
    return Datasets.cache().resolve("features");
  }

  /**
   * Features and their origin.
   *
   * @param fromCache whether they were read from the cache
   */
  public record Found(FeatureSet set, boolean fromCache) {
    /** Returns the features scaled to length 1, as CLIP's classifiers read them. */
    public FeatureSet normalized() {
      int size = set.size();
      ByteBuffer rows =
          ByteBuffer.allocate(Math.multiplyExact(size, set.dim() * Float.BYTES))
              .order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < size; i++) {
        float[] row = set.features(new int[] {i}).values();
        rows.asFloatBuffer().put(FeatureExtractor.normalized(row));
        rows.position(rows.position() + row.length * Float.BYTES);
      }
      return new FeatureSet(set, rows.flip());
    }
  }

  /** Progress listener, which can stop the computation by an exception. */
  @FunctionalInterface
  public interface Watch {
    /** Called after each image with the number of processed images. */
    void done(long pictures) throws IOException;
  }

  /**
   * Returns the features of a data set from the cache, or computes and caches them.
   *
   * @throws IOException if an image cannot be read, or the temporary folder cannot be written
   */
  public Found of(Dataset pictures, Backbone backbone, Watch watch) throws IOException {
    String key = key(pictures, backbone);
    ByteBuffer kept = folder.read(key, pictures.size());
    if (kept != null) {
      return new Found(new FeatureSet(pictures, kept), true);
    }
    try (FloatRows rows = new FloatRows()) {
      backbone.compute(
          pictures,
          features -> {
            rows.add(features);
            watch.done(rows.count());
          });
      ByteBuffer computed = rows.data();
      folder.write(key, pictures.size(), computed, "features");
      return new Found(new FeatureSet(pictures, computed), false);
    }
  }

  private static String key(Dataset pictures, Backbone backbone) throws IOException {
    Digest all = new Digest();
    all.add(backbone.digest());
    String what = FORMAT + " " + pictures.size() + " of " + pictures.shape();
    all.add(what.getBytes(StandardCharsets.UTF_8));
    byte[][] contents = new byte[pictures.size()][];
    try {
      IntStream.range(0, contents.length)
          .parallel()
          .forEach(i -> contents[i] = digest(pictures, i));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Arrays.stream(contents).forEach(all::add);
    return all.hex();
  }

  private static byte[] digest(Dataset pictures, int index) {
    Digest one = new Digest();
    try {
      one.add(pictures.content(index));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return one.bytes();
  }
}
