package dev.vit4j.explain;

import dev.vit4j.format.Safetensors;
import dev.vit4j.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Converts explanations of an image to the tensors of a file.
 *
 * @param all of one class, or of every text
 */
record ExplanationNumbers(List<Explanation> all) {
  /**
   * Returns the available ones of probabilities, feature_maps, attention, rollout, relevance,
   * grad_cam; for texts relevance and grad_cam have a map for every text, and there are
   * similarities and the relevance of the tokens of every text, words.0, ….
   */
  List<Safetensors.Entry> entries() {
    Explanation seen = all.get(0);
    List<Safetensors.Entry> entries = new ArrayList<>();
    if (seen.probabilities().length > 0) {
      addVector("probabilities", seen.probabilities(), entries);
    }
    float[][][] maps = seen.featureMaps();
    if (maps.length > 0) {
      entries.add(
          entry("feature_maps", rows(maps), maps.length, maps[0].length, maps[0][0].length));
    }
    AttentionMaps attention = seen.attention();
    if (attention != null) {
      float[][][][] heads = attention.heads();
      List<float[]> layers = new ArrayList<>();
      for (float[][][] layer : heads) {
        layers.addAll(rows(layer));
      }
      int rows = heads[0][0].length;
      int columns = heads[0][0][0].length;
      entries.add(entry("attention", layers, heads.length, heads[0].length, rows, columns));
      addMap("rollout", attention.rollout(), entries);
    }
    if (seen.texts() == null) {
      addMap("relevance", attention == null ? null : attention.relevance(), entries);
      addMap("grad_cam", seen.gradCam(), entries);
    } else {
      addTexts(seen.texts(), entries);
    }
    return entries;
  }

  private void addTexts(Explanation.OfTexts texts, List<Safetensors.Entry> entries) {
    addVector("similarities", texts.similarities(), entries);
    addMaps(
        "relevance",
        all.stream()
            .map(Explanation::attention)
            .filter(Objects::nonNull)
            .map(AttentionMaps::relevance)
            .toArray(float[][][]::new),
        entries);
    addMaps(
        "grad_cam",
        all.stream().map(Explanation::gradCam).filter(Objects::nonNull).toArray(float[][][]::new),
        entries);
    for (int t = 0; t < all.size(); t++) {
      List<Explanation.Word> words = Objects.requireNonNull(all.get(t).texts()).words();
      float[] relevance = new float[words.size()];
      for (int i = 0; i < relevance.length; i++) {
        relevance[i] = words.get(i).relevance();
      }
      addVector("words." + t, relevance, entries);
    }
  }

  private static void addVector(String name, float[] values, List<Safetensors.Entry> entries) {
    entries.add(entry(name, List.of(values), values.length));
  }

  private static void addMaps(String name, float[][][] maps, List<Safetensors.Entry> entries) {
    if (maps.length > 0) {
      entries.add(entry(name, rows(maps), maps.length, maps[0].length, maps[0][0].length));
    }
  }

  private static void addMap(
      String name, float @Nullable [][] map, List<Safetensors.Entry> entries) {
    if (map != null) {
      entries.add(entry(name, List.of(map), map.length, map[0].length));
    }
  }

  private static List<float[]> rows(float[][][] maps) {
    List<float[]> rows = new ArrayList<>();
    for (float[][] map : maps) {
      rows.addAll(List.of(map));
    }
    return rows;
  }

  private static Safetensors.Entry entry(String name, List<float[]> rows, long... shape) {
    int count = rows.stream().mapToInt(r -> r.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : rows) {
      for (float value : row) {
        bytes.putFloat(value);
      }
    }
    return new Safetensors.Entry(name, DType.F32, shape, bytes.flip());
  }
}
