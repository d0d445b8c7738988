package dev.vit4j.infer;

import dev.vit4j.data.source.Datasets;
import dev.vit4j.model.EncodesText;
import dev.vit4j.tensor.Engine;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Disk cache of the vectors of classes, so that a text tower processes each set of prompts only
 * once: one file per set, see {@link CacheFolder}.
 *
 * <p>The key of a file is a SHA-256 of everything that the values depend on: the model's weights
 * and arguments, the compute library, the prompts of each class, and their tokens, which depend on
 * the tokenizer. A file is therefore never stale.
 */
public final class ClassVectorCache {
  /** Increment when tokenizing or computation changes. */
  private static final String FORMAT = "vit4j class vectors 1";

  private static final int TEXTS_AT_ONCE = 512;

  private final CacheFolder folder;

  /**
   * Creates a cache in a folder, which is created when needed.
   *
   * @param notes receives messages about files that are damaged or cannot be written
   */
  public ClassVectorCache(Path folder, Consumer<String> notes) {
    this.folder = new CacheFolder(folder, notes);
  }

  /** Returns the default folder, next to that of {@link FeatureCache}. */
  public static Path standardFolder() {
    return Datasets.cache().resolve("class-vectors");
  }

  /**
   * Vectors and their origin.
   *
   * @param vectors [classes][E], normalized
   * @param fromCache whether they were read from the cache
   */
  public record Found(float[][] vectors, boolean fromCache) {}

  /**
   * Returns the vectors of classes from the cache, or computes and caches them.
   *
   * @param prompts the prompts of each class, at least one
   * @param threads number of compute threads, at least 1
   * @param messages receives a message for each prompt that is truncated
   * @throws IllegalArgumentException as {@link ZeroShotHead#vectors}
   */
  public Found of(
      WeightsFolder.Loaded loaded,
      List<List<String>> prompts,
      int threads,
      Consumer<String> messages) {
    loaded.model().as(EncodesText.class);
    ZeroShotHead.requirePrompts(prompts);
    String key = key(loaded, prompts, messages);
    ByteBuffer kept = folder.read(key, prompts.size());
    if (kept != null) {
      return new Found(rows(kept, prompts.size()), true);
    }
    float[][] vectors = ZeroShotHead.vectors(loaded, prompts, threads, message -> {});
    folder.write(key, vectors.length, bytes(vectors), "class vectors");
    return new Found(vectors, false);
  }

  private static String key(
      WeightsFolder.Loaded loaded, List<List<String>> prompts, Consumer<String> messages) {
    Digest all = new Digest();
    for (String part :
        List.of(FORMAT, ModelFingerprint.of(loaded), Engine.version(), Engine.cpuCapability())) {
      all.add(part.getBytes(StandardCharsets.UTF_8));
    }
    List<String> texts = new ArrayList<>();
    for (List<String> ofClass : prompts) {
      all.add(Integer.toString(ofClass.size()).getBytes(StandardCharsets.UTF_8));
      texts.addAll(ofClass);
    }
    for (int from = 0; from < texts.size(); from += TEXTS_AT_ONCE) {
      List<String> some = texts.subList(from, Math.min(texts.size(), from + TEXTS_AT_ONCE));
      some.forEach(text -> all.add(text.getBytes(StandardCharsets.UTF_8)));
      try (Scope scope = Scope.open()) {
        Tensor tokens = loaded.tokens(some, messages);
        all.add(tokens.toBytes());
      }
    }
    return all.hex();
  }

  private static ByteBuffer bytes(float[][] vectors) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(vectors.length, vectors[0].length * Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : vectors) {
      for (float x : row) {
        bytes.putFloat(x);
      }
    }
    return bytes.flip();
  }

  private static float[][] rows(ByteBuffer kept, int classes) {
    ByteBuffer bytes = kept.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    float[][] rows = new float[classes][bytes.remaining() / Float.BYTES / classes];
    for (float[] row : rows) {
      for (int d = 0; d < row.length; d++) {
        row[d] = bytes.getFloat();
      }
    }
    return rows;
  }
}
