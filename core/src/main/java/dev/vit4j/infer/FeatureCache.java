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
 * Features on disk, so that a backbone sees each image once and never again: one file for each set
 * of images, {@code KEY.safetensors}, with the tensor {@code features}, f32 [N, D].
 *
 * <p>KEY is a SHA-256 of all that the numbers depend on: the backbone's weights, words and
 * preprocess, what computes, and the content of every image in order (not name or date, which may
 * stay while the content changes). So no file is ever stale: what differs has another name. Files
 * may be deleted at any time. A file is complete or not there, whoever writes at the same time; its
 * metadata has the key and a SHA-256 of the numbers, and one that does not fit is computed again.
 */
public final class FeatureCache {
  /** To be raised when images are decoded, brought to size or computed in another way. */
  private static final String FORMAT = "vit4j features 1";

  private static final String TENSOR = "features";
  private static final String KEY = "key";
  private static final String SUM = "sha256";

  private final Path folder;
  private final Consumer<String> notes;

  /**
   * The cache in a folder, which is made when it is needed.
   *
   * @param notes hears of files that are damaged or cannot be written, in lines for people
   */
  public FeatureCache(Path folder, Consumer<String> notes) {
    this.folder = folder;
    this.notes = notes;
  }

  /** Where features are kept unless somebody says otherwise: beside the data sets fetched. */
  public static Path standardFolder() {
    return Datasets.cache().resolve("features");
  }

  /**
   * Features, and where they come from.
   *
   * @param fromCache whether the backbone had nothing to do
   */
  public record Found(FeatureSet set, boolean fromCache) {}

  /** Hears how the backbone goes on, and may stop it by an exception. */
  @FunctionalInterface
  public interface Watch {
    /** Called after each image, with the number of those done. */
    void done(long pictures) throws IOException;
  }

  /**
   * The features of a set's images, from the cache or else computed and kept.
   *
   * @throws IOException if an image cannot be read, or the temporary folder not be written
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

  /** The numbers of a file; null if it is not there or not what its name says. */
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
      notes.accept(file + ": does not hold what its name says: computed again");
    } catch (IOException e) {
      notes.accept(e.getMessage() + ": computed again");
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
      notes.accept("features are not kept for the next time: " + e.getMessage());
    }
  }

  private static String sum(ByteBuffer rows) {
    Digest sum = new Digest();
    sum.add(rows);
    return sum.hex();
  }
}
