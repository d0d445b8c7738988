package dev.vit4j.infer;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.FeatureSet;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.format.FloatRows;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Disk cache of features, so that a backbone processes each image only once: one file per data set,
 * {@code KEY.safetensors}, with the tensor {@code features}, f32 [N, D].
 *
 * <p>KEY is a SHA-256 of everything that the values depend on: the backbone's weights, arguments
 * and preprocessing, the compute library and device, and the content of every image in order. A
 * file is therefore never stale. Files can be deleted at any time. They are written atomically,
 * also by concurrent processes. Their metadata contains the key and a SHA-256 of the values; files
 * that do not match are computed again.
 */
public final class FeatureCache {
  /** Increment when decoding, preprocessing or computation changes. */
  private static final String FORMAT = "vit4j features 1";

  private static final String TENSOR = "features";
  private static final String KEY = "key";
  private static final String SUM = "sha256";

  private final Path folder;
  private final Consumer<String> notes;

  /**
   * Creates a cache in a folder, which is created when needed.
   *
   * @param notes receives messages about files that are damaged or cannot be written
   */
  public FeatureCache(Path folder, Consumer<String> notes) {
    this.folder = folder;
    this.notes = notes;
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
  public record Found(FeatureSet set, boolean fromCache) {}

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
    Path file = folder.resolve(key + ".safetensors");
    ByteBuffer kept = read(file, key, pictures.size());
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
      keep(file, key, pictures.size(), computed);
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

  /** Reads the values of a file; null if it does not exist or does not match its key. */
  private @Nullable ByteBuffer read(Path file, String key, int pictures) {
    if (!Files.exists(file)) {
      return null;
    }
    try (Safetensors kept = Safetensors.open(file)) {
      TensorInfo info = kept.tensors().get(TENSOR);
      if (info != null
          && info.dtype() == DType.F32
          && info.shape().length == 2
          && info.shape()[0] == pictures
          && key.equals(kept.metadata().get(KEY))
          && sum(kept.data(TENSOR)).equals(kept.metadata().get(SUM))) {
        return kept.data(TENSOR);
      }
      notes.accept(file + ": content does not match its key: computing again");
    } catch (IOException e) {
      notes.accept(e.getMessage() + ": computing again");
    }
    return null;
  }

  private void keep(Path file, String key, int pictures, ByteBuffer rows) {
    long dim = rows.remaining() / Float.BYTES / pictures;
    try {
      Files.createDirectories(folder);
      Safetensors.write(
          file,
          List.of(new Safetensors.Entry(TENSOR, DType.F32, new long[] {pictures, dim}, rows)),
          new TreeMap<>(Map.of(KEY, key, SUM, sum(rows))));
    } catch (IOException e) {
      notes.accept("features could not be cached: " + e.getMessage());
    }
  }

  private static String sum(ByteBuffer rows) {
    Digest sum = new Digest();
    sum.add(rows);
    return sum.hex();
  }
}
