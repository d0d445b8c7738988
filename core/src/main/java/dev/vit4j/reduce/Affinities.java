package dev.vit4j.reduce;

import java.util.Arrays;

/**
 * The probabilities of t-SNE that two vectors are neighbors: Gaussians around each vector over its
 * nearest ones, with the width that gives the perplexity, made symmetric, with the sum 1.
 *
 * @param columns neighbors of each row, ascending
 * @param values their probabilities
 */
record Affinities(int[][] columns, double[][] values) {
  private static final int STEPS = 100;
  private static final double TOLERANCE = 1e-5; // of the entropy, in nats

  static Affinities of(Neighbors near, double perplexity) {
    int n = near.rows().length;
    double[][] conditional = new double[n][];
    int[] count = new int[n];
    for (int i = 0; i < n; i++) {
      conditional[i] = row(near.squares()[i], Math.log(perplexity));
      count[i] += conditional[i].length;
      for (int j : near.rows()[i]) {
        count[j]++;
      }
    }
    long[][] keys = new long[n][]; // column, then where its probability is
    double[][] both = new double[n][];
    for (int i = 0; i < n; i++) {
      keys[i] = new long[count[i]];
      both[i] = new double[count[i]];
    }
    int[] used = new int[n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < conditional[i].length; k++) {
        int j = near.rows()[i][k];
        double p = conditional[i][k] / (2.0 * n);
        both[i][used[i]] = p;
        keys[i][used[i]] = (long) j << 32 | used[i]++;
        both[j][used[j]] = p;
        keys[j][used[j]] = (long) i << 32 | used[j]++;
      }
    }
    int[][] columns = new int[n][];
    double[][] values = new double[n][];
    for (int i = 0; i < n; i++) {
      Arrays.sort(keys[i]);
      int last = -1;
      int size = 0;
      int[] column = new int[count[i]];
      double[] value = new double[count[i]];
      for (long key : keys[i]) {
        int j = (int) (key >> 32);
        if (j != last) {
          column[size++] = j;
          last = j;
        }
        value[size - 1] += both[i][(int) key];
      }
      columns[i] = Arrays.copyOf(column, size);
      values[i] = Arrays.copyOf(value, size);
    }
    return new Affinities(columns, values);
  }

  /** Returns exp(-beta d²), normalized, for the beta whose entropy is closest to the wanted one. */
  private static double[] row(double[] squares, double entropy) {
    double[] p = new double[squares.length];
    double beta = 1;
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    for (int step = 0; step < STEPS; step++) {
      double sum = 0;
      double weighted = 0;
      for (int k = 0; k < p.length; k++) {
        double above = squares[k] - squares[0]; // the same probabilities, without underflow
        p[k] = Math.exp(-beta * above);
        sum += p[k];
        weighted += p[k] * above;
      }
      double difference = Math.log(sum) + beta * weighted / sum - entropy;
      for (int k = 0; k < p.length; k++) {
        p[k] /= sum;
      }
      if (Math.abs(difference) <= TOLERANCE) {
        break;
      }
      if (difference > 0) {
        low = beta;
        beta = Double.isInfinite(high) ? beta * 2 : (beta + high) / 2;
      } else {
        high = beta;
        beta = (beta + low) / 2;
      }
    }
    return p;
  }
}
