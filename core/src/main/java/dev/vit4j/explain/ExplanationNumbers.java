package dev.vit4j.explain;

import dev.vit4j.format.Safetensors;
import dev.vit4j.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Converts an explanation to the tensors of a file. */
record ExplanationNumbers(Explanation seen) {
  /**
   * Returns the available ones of probabilities, feature_maps, attention, rollout, relevance,
   * grad_cam.
   */
  List<Safetensors.Entry> entries() {
    List<Safetensors.Entry> entries = new ArrayList<>();
    if (seen.probabilities().length > 0) {
      entries.add(
          entry("probabilities", List.of(seen.probabilities()), seen.probabilities().length));
    }
    float[][][] maps = seen.featureMaps();
    entries.add(entry("feature_maps", rows(maps), maps.length, maps[0].length, maps[0][0].length));
    AttentionMaps attention = seen.attention();
    if (attention != null) {
      float[][][][] heads = attention.heads();
      List<float[]> all = new ArrayList<>();
      for (float[][][] layer : heads) {
        all.addAll(rows(layer));
      }
      int rows = heads[0][0].length;
      int columns = heads[0][0][0].length;
      entries.add(entry("attention", all, heads.length, heads[0].length, rows, columns));
      addMap("rollout", attention.rollout(), entries);
      addMap("relevance", attention.relevance(), entries);
    }
    addMap("grad_cam", seen.gradCam(), entries);
    return entries;
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
