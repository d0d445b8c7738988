package dev.vit4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Weights in several {@link Safetensors} or {@link TorchFile} files with an index, {@code
 * model.safetensors.index.json} or {@code pytorch_model.bin.index.json}, as Hugging Face stores
 * large models:
 *
 * <pre>
 * {"metadata": {"total_size": BYTES, …},
 *  "weight_map": {"NAME": "model-00001-of-00002.safetensors", …}}
 * </pre>
 *
 * <p>Every tensor is in exactly the shard that the index names. Shards are in the index's folder or
 * below it, and are not indexes themselves.
 */
public final class ShardedTensors implements TensorFile {
  private final String source;
  private final Map<String, TensorFile> shardOf;
  private final Map<String, TensorInfo> tensors;
  private final Map<String, String> metadata;

  private ShardedTensors(
      String source,
      Map<String, TensorFile> shardOf,
      Map<String, TensorInfo> tensors,
      Map<String, String> metadata) {
    this.source = source;
    this.shardOf = shardOf;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /**
   * Opens an index and all its shards.
   *
   * @throws FormatException if a file is missing or damaged, a shard is outside the folder, or the
   *     shards do not match the index
   */
  public static ShardedTensors open(Path index) throws IOException {
    ShardIndex parsed = ShardIndex.read(index);
    Map<String, TensorFile> shards = new LinkedHashMap<>();
    try {
      for (String shard : parsed.weightMap().values()) {
        if (!shards.containsKey(shard)) {
          shards.put(shard, TensorFormats.openShard(path(index, shard)));
        }
      }
      return join(index.toString(), parsed, shards);
    } catch (IOException e) {
      shards.values().forEach(TensorFile::close);
      throw e;
    }
  }

  private static Path path(Path index, String shard) throws FormatException {
    Path folder = index.toAbsolutePath().normalize().getParent();
    try {
      Path path = Path.of(shard);
      Path inside = folder.resolve(path).normalize();
      if (!path.isAbsolute() && inside.startsWith(folder)) {
        if (!Files.isRegularFile(inside)) {
          throw new FormatException(
              index.toString(),
              -1,
              "the shard %s is missing: put it next to the index".formatted(shard));
        }
        return index.resolveSibling(path);
      }
    } catch (InvalidPathException e) {
      // Reported below.
    }
    throw new FormatException(
        index.toString(), -1, "the shard '%s' is outside the index's folder".formatted(shard));
  }

  private static ShardedTensors join(
      String source, ShardIndex index, Map<String, TensorFile> shards) throws FormatException {
    Map<String, TensorFile> shardOf = new LinkedHashMap<>();
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : index.weightMap().entrySet()) {
      String name = entry.getKey();
      TensorFile shard = shards.get(entry.getValue());
      @Nullable TensorInfo info = shard == null ? null : shard.tensors().get(name);
      if (info == null) {
        throw new FormatException(
            source, -1, "tensor '%s' is not in its shard %s".formatted(name, entry.getValue()));
      }
      shardOf.put(name, shard);
      tensors.put(name, info);
    }
    Map<String, String> metadata = new LinkedHashMap<>(index.metadata());
    for (Map.Entry<String, TensorFile> shard : shards.entrySet()) {
      for (String name : shard.getValue().tensors().keySet()) {
        String listed = index.weightMap().get(name);
        if (!shard.getKey().equals(listed)) {
          throw new FormatException(
              source,
              -1,
              "tensor '%s' of the shard %s is listed %s"
                  .formatted(name, shard.getKey(), listed == null ? "nowhere" : "in " + listed));
        }
      }
      shard.getValue().metadata().forEach(metadata::putIfAbsent);
    }
    return new ShardedTensors(source, shardOf, tensors, metadata);
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public ByteBuffer data(String name) throws IOException {
    TensorFile shard = shardOf.get(name);
    if (shard == null) {
      throw new IllegalArgumentException(source + ": no tensor '" + name + "'");
    }
    return shard.data(name);
  }

  @Override
  public void close() {
    shardOf.values().forEach(TensorFile::close);
  }
}
