package dev.vit4j.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Orders classes so that confused ones are neighbors: clusters with confused classes are merged by
 * decreasing mean share (average linkage), joined at their most similar ends.
 */
final class ClassOrder {
  /** Maximum number of classes to cluster; with more, cells are too small to see neighbors. */
  private static final int MOST = 300;

  private final double[][] alike; // [K][K], symmetric
  private final double[][] between; // sums of alike over all pairs of classes of two clusters
  private final List<List<Integer>> clusters = new ArrayList<>(); // empty if merged into another

  private ClassOrder(double[][] alike) {
    this.alike = alike;
    this.between = Arrays.stream(alike).map(double[]::clone).toArray(double[][]::new);
    for (int i = 0; i < alike.length; i++) {
      clusters.add(new ArrayList<>(List.of(i)));
    }
  }

  /**
   * Returns the classes in their new order; unchanged if none are confused, or there are too many.
   *
   * @param counts [K][K], rows are true classes, columns predicted classes
   */
  static int[] byConfusion(long[][] counts) {
    if (counts.length > MOST) {
      return IntStream.range(0, counts.length).toArray();
    }
    ClassOrder order = new ClassOrder(alike(counts));
    while (order.joinClosest()) {
      // until no confused clusters are left
    }
    return order.clusters.stream().flatMap(List::stream).mapToInt(i -> i).toArray();
  }

  /** Returns the share of confused samples for each pair of classes. */
  private static double[][] alike(long[][] counts) {
    double[][] alike = new double[counts.length][counts.length];
    for (int i = 0; i < counts.length; i++) {
      double all = Math.max(1, Arrays.stream(counts[i]).sum());
      for (int j = 0; j < counts.length; j++) {
        if (i != j) {
          alike[i][j] += counts[i][j] / all;
          alike[j][i] += counts[i][j] / all;
        }
      }
    }
    return alike;
  }

  private boolean joinClosest() {
    double most = 0;
    int a = -1;
    int b = -1;
    for (int i = 0; i < clusters.size(); i++) {
      for (int j = i + 1; j < clusters.size() && !clusters.get(i).isEmpty(); j++) {
        int pairs = clusters.get(i).size() * clusters.get(j).size();
        if (pairs > 0 && between[i][j] / pairs > most) {
          most = between[i][j] / pairs;
          a = i;
          b = j;
        }
      }
    }
    if (a >= 0) {
      join(a, b);
    }
    return a >= 0;
  }

  private void join(int a, int b) {
    List<Integer> left = clusters.get(a);
    List<Integer> right = clusters.get(b);
    double startStart = alike[first(left)][first(right)];
    double startEnd = alike[first(left)][last(right)];
    double endStart = alike[last(left)][first(right)];
    double endEnd = alike[last(left)][last(right)];
    double best = Math.max(Math.max(startStart, startEnd), Math.max(endStart, endEnd));
    if (best > endStart && best > endEnd) {
      Collections.reverse(left);
    }
    if (alike[last(left)][last(right)] > alike[last(left)][first(right)]) {
      Collections.reverse(right);
    }
    left.addAll(right);
    clusters.set(b, List.of());
    for (int i = 0; i < between.length; i++) {
      between[a][i] += between[b][i];
      between[i][a] = between[a][i];
    }
  }

  private static int first(List<Integer> cluster) {
    return cluster.get(0);
  }

  private static int last(List<Integer> cluster) {
    return cluster.get(cluster.size() - 1);
  }
}
