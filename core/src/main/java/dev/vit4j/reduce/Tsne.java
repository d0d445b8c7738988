package dev.vit4j.reduce;

import dev.vit4j.parallel.WorkerPool;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * t-SNE in two dimensions (van der Maaten and Hinton 2008) with all repulsive forces, and
 * attractive forces between nearest neighbors only (van der Maaten 2014). Settings follow
 * scikit-learn's {@code TSNE}: it begins with the principal components, the learning rate is max(N
 * / 48, 50), the affinities are 12 times as large in the first 250 steps. Nothing is random, and
 * the bits do not depend on the number of threads. Time grows with the square of N.
 *
 * @param perplexity effective number of neighbors of a vector, at least 1
 * @param steps of gradient descent, at least 1
 */
public record Tsne(double perplexity, int steps) {
  /** Perplexity 30, 1,000 steps. */
  public static final Tsne DEFAULT = new Tsne(30, 1000);

  private static final int EXAGGERATED_STEPS = 250;
  private static final double EXAGGERATION = 12;
  private static final double INITIAL_STD = 1e-4;
  private static final int CHUNK = 128; // rows of a task

  /**
   * A map.
   *
   * @param coordinates [N][2]
   * @param divergence Kullback-Leibler divergence of the map's affinities from those of the
   *     vectors, in nats
   */
  public record Fitted(double[][] coordinates, double divergence) {}

  /** Checks the settings. */
  public Tsne {
    if (!(perplexity >= 1) || steps < 1) {
      throw new IllegalArgumentException(
          "t-SNE with perplexity %s and %d steps: use at least 1".formatted(perplexity, steps));
    }
  }

  /**
   * Computes the map.
   *
   * @param vectors f32 [N, D], N above 3 times the perplexity
   * @param threads number of threads, at least 1
   * @param progress receives the share of the steps that is done, 0 to 1
   * @throws IllegalArgumentException if there are too few vectors
   */
  public Fitted fit(Tensor vectors, int threads, DoubleConsumer progress) {
    int n = (int) vectors.size(0);
    int neighbors = (int) (3 * perplexity) + 1;
    if (n <= neighbors) {
      throw new IllegalArgumentException(
          "t-SNE of %d vectors: perplexity %.0f needs more than %d; use PCA"
              .formatted(n, perplexity, neighbors));
    }
    Affinities near = Affinities.of(Neighbors.of(vectors, neighbors), perplexity);
    try (WorkerPool pool = new WorkerPool("vit4j-tsne", threads)) {
      State state = new State(near, start(vectors), pool);
      for (int step = 0; step < steps; step++) {
        boolean early = step < EXAGGERATED_STEPS;
        if (step == EXAGGERATED_STEPS) {
          state.rest();
        }
        state.step(early ? EXAGGERATION : 1, early ? 0.5 : 0.8, Math.max(n / EXAGGERATION / 4, 50));
        progress.accept((step + 1.0) / steps);
      }
      return new Fitted(state.coordinates(), state.divergence());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not thrown by the tasks
    }
  }

  /** The first two principal components, scaled to a standard deviation of 1e-4 of the first. */
  private static double[][] start(Tensor vectors) {
    double[][] y = Pca.of(vectors, 2).coordinates();
    double squares = 0;
    for (double[] row : y) {
      squares += row[0] * row[0];
    }
    double std = Math.sqrt(squares / y.length);
    double[][] columns = new double[2][y.length];
    for (int i = 0; i < y.length; i++) {
      columns[0][i] = std == 0 ? 0 : y[i][0] / std * INITIAL_STD;
      columns[1][i] = std == 0 ? 0 : y[i][1] / std * INITIAL_STD;
    }
    return columns;
  }

  /** The points and their motion. */
  private static final class State {
    private final Affinities near;
    private final WorkerPool pool;
    private final int n;
    private final double[] x;
    private final double[] y;
    private final double[][] attraction; // x and y of each point
    private final double[][] repulsion;
    private final double[] mass; // of each point's row: the sum of 1 / (1 + d²)
    private final double[][] velocity;
    private final double[][] gain;
    private double total;

    State(Affinities near, double[][] start, WorkerPool pool) {
      this.near = near;
      this.pool = pool;
      this.x = start[0];
      this.y = start[1];
      this.n = x.length;
      this.attraction = new double[2][n];
      this.repulsion = new double[2][n];
      this.mass = new double[n];
      this.velocity = new double[2][n];
      this.gain = new double[2][n];
      rest();
    }

    /** Stops the motion. */
    void rest() {
      for (int axis = 0; axis < 2; axis++) {
        Arrays.fill(velocity[axis], 0);
        Arrays.fill(gain[axis], 1);
      }
    }

    void step(double exaggeration, double momentum, double rate) throws IOException {
      forces();
      for (int axis = 0; axis < 2; axis++) {
        double[] place = axis == 0 ? x : y;
        for (int i = 0; i < n; i++) {
          double gradient = 4 * (exaggeration * attraction[axis][i] - repulsion[axis][i] / total);
          boolean descends = velocity[axis][i] * gradient < 0;
          gain[axis][i] = Math.max(0.01, descends ? gain[axis][i] + 0.2 : gain[axis][i] * 0.8);
          velocity[axis][i] = momentum * velocity[axis][i] - rate * gain[axis][i] * gradient;
          place[i] += velocity[axis][i];
        }
      }
    }

    private void forces() throws IOException {
      List<Callable<@Nullable Void>> tasks = new ArrayList<>();
      for (int from = 0; from < n; from += CHUNK) {
        int first = from;
        tasks.add(
            () -> {
              for (int i = first; i < Math.min(n, first + CHUNK); i++) {
                forces(i);
              }
              return null;
            });
      }
      pool.all(tasks);
      total = 0;
      for (double one : mass) {
        total += one;
      }
    }

    private void forces(int i) {
      double xi = x[i];
      double yi = y[i];
      double sum = -1; // without the point itself
      double rx = 0;
      double ry = 0;
      for (int j = 0; j < n; j++) {
        double dx = xi - x[j];
        double dy = yi - y[j];
        double q = 1 / (1 + dx * dx + dy * dy);
        sum += q;
        rx += q * q * dx;
        ry += q * q * dy;
      }
      mass[i] = sum;
      repulsion[0][i] = rx;
      repulsion[1][i] = ry;
      double ax = 0;
      double ay = 0;
      int[] columns = near.columns()[i];
      double[] values = near.values()[i];
      for (int k = 0; k < columns.length; k++) {
        double dx = xi - x[columns[k]];
        double dy = yi - y[columns[k]];
        double force = values[k] / (1 + dx * dx + dy * dy);
        ax += force * dx;
        ay += force * dy;
      }
      attraction[0][i] = ax;
      attraction[1][i] = ay;
    }

    double divergence() throws IOException {
      forces();
      double sum = 0;
      for (int i = 0; i < n; i++) {
        int[] columns = near.columns()[i];
        for (int k = 0; k < columns.length; k++) {
          double dx = x[i] - x[columns[k]];
          double dy = y[i] - y[columns[k]];
          double p = near.values()[i][k];
          sum += p > 0 ? p * Math.log(p * total * (1 + dx * dx + dy * dy)) : 0;
        }
      }
      return sum;
    }

    double[][] coordinates() {
      double[][] all = new double[n][];
      for (int i = 0; i < n; i++) {
        all[i] = new double[] {x[i], y[i]};
      }
      return all;
    }
  }
}
