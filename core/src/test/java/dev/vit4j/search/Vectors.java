package dev.vit4j.search;

import dev.vit4j.format.Safetensors;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Made-up vectors, files of them, and plain searches to compare with. */
final class Vectors {
  private Vectors() {}

  /** Vectors around centers, of different lengths. */
  static float[][] clustered(int count, int dim, int clusters, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] centers = new float[clusters][dim];
    float[][] rows = new float[count][dim];
    for (float[] center : centers) {
      for (int i = 0; i < dim; i++) {
        center[i] = (float) random.nextGaussian();
      }
    }
    for (float[] row : rows) {
      float[] center = centers[random.nextInt(clusters)];
      double length = Math.exp(random.nextGaussian());
      for (int i = 0; i < dim; i++) {
        row[i] = (float) (length * (center[i] + 0.5 * random.nextGaussian()));
      }
    }
    return rows;
  }

  static ByteBuffer bytes(float[][] rows) {
    ByteBuffer bytes =
        ByteBuffer.allocate(rows.length * rows[0].length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : rows) {
      for (float x : row) {
        bytes.putFloat(x);
      }
    }
    return bytes.flip();
  }

  static List<Safetensors.Entry> entries(float[][] rows) {
    long[] shape = {rows.length, rows[0].length};
    return List.of(new Safetensors.Entry("features", DType.F32, shape, bytes(rows)));
  }

  static Path write(Path file, float[][] rows) throws IOException {
    Safetensors.write(file, entries(rows), Map.of());
    return file;
  }

  static double cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return bb == 0 ? 0 : dot / Math.sqrt(aa) / Math.sqrt(bb);
  }

  /** The nearest rows by sorting all. */
  static List<Integer> nearest(float[][] rows, float[] query, int k) {
    double[] scores = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      scores[i] = cosine(query, rows[i]);
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, rows.length).boxed().toList());
    order.sort(Comparator.comparingDouble((Integer i) -> -scores[i]).thenComparingInt(i -> i));
    return order.subList(0, k);
  }
}
