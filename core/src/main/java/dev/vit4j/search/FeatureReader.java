package dev.vit4j.search;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.NpzFile;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorFile;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.infer.FeatureFile;
import dev.vit4j.infer.FeatureOrigin;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The contents of a feature file.
 *
 * @param sources name of the image of each row; empty if the file has none
 */
record FeatureReader(Path file, MappedRows rows, List<String> sources, FeatureOrigin origin) {
  static FeatureReader open(Path file) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv") || name.endsWith(".jsonl")) {
      throw wrong(file, "cannot be searched: write the features to a .safetensors file");
    }
    try (TensorFile tensors = TensorFile.open(file)) {
      MappedRows rows = rows(file, tensors);
      List<String> sources = sources(file, tensors);
      if (!sources.isEmpty() && sources.size() != rows.count()) {
        throw wrong(
            file, "has %,d vectors but %,d sources".formatted(rows.count(), sources.size()));
      }
      return new FeatureReader(file, rows, sources, FeatureOrigin.read(file, tensors));
    }
  }

  boolean hasSources() {
    return !sources.isEmpty();
  }

  String source(int row) {
    return hasSources() ? sources.get(row) : Integer.toString(row);
  }

  private static MappedRows rows(Path file, TensorFile tensors) throws IOException {
    TensorInfo info = tensors.tensors().get(FeatureFile.FEATURES);
    if (info == null) {
      throw wrong(
          file,
          "has no tensor 'features': use a file that vit embed wrote; it has "
              + String.join(", ", tensors.tensors().keySet()));
    }
    long[] shape = info.shape();
    if (info.dtype() != DType.F32 || shape.length != 2) {
      throw wrong(
          file,
          "features are %s%s: F32 [N, D] is needed"
              .formatted(info.dtype(), Arrays.toString(shape)));
    }
    if (shape[0] == 0 || shape[1] == 0) {
      throw wrong(file, "has no vectors: features are [%d, %d]".formatted(shape[0], shape[1]));
    }
    if (shape[0] > Integer.MAX_VALUE || shape[1] > (1 << 28)) {
      throw wrong(
          file, "features of %d x %d are too large to search".formatted(shape[0], shape[1]));
    }
    List<ByteBuffer> parts =
        tensors instanceof Safetensors safetensors
            ? safetensors.parts(FeatureFile.FEATURES)
            : List.of(tensors.data(FeatureFile.FEATURES));
    return new MappedRows(parts, (int) shape[0], (int) shape[1]);
  }

  private static List<String> sources(Path file, TensorFile tensors) throws IOException {
    if (tensors instanceof NpzFile npz) {
      return npz.texts().contains(FeatureFile.SOURCES) ? npz.text(FeatureFile.SOURCES) : List.of();
    }
    String json = tensors.metadata().get(FeatureFile.SOURCES);
    if (json == null) {
      return List.of();
    }
    String[] sources = null;
    try {
      sources = JsonMapper.shared().readValue(json, String[].class);
    } catch (JacksonException e) {
      // reported below
    }
    if (sources == null || Arrays.asList(sources).contains(null)) {
      throw wrong(file, "metadata 'sources' is not a JSON array of texts");
    }
    return List.of(sources);
  }

  private static FormatException wrong(Path file, String reason) {
    return new FormatException(file.toString(), -1, reason);
  }
}
