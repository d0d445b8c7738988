package dev.vit4j.probe;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * L-BFGS (Liu and Nocedal 1989) for a smooth, strictly convex function, with a preconditioner as
 * the initial inverse Hessian.
 *
 * <p>It begins with fast evaluations, whose rounding limits how far they lead, and finishes with
 * exact ones. The end is reached when the predicted decrease of the next step, half of -gᵀd, is at
 * most {@code tolerance} times the value: for a quadratic function with the estimated Hessian, this
 * is the distance from the minimum.
 */
final class Lbfgs {
  private static final int MEMORY = 10;
  private static final double SUFFICIENT = 1e-4; // Armijo's constant
  private static final double CURVATURE = 0.9; // Wolfe's
  private static final int TRIES = 20;
  private static final double FAST_TOLERANCE = 1e-10;
  private static final double FAST_NOISE = 1e-6;
  private static final double EXACT_NOISE = 1e-12;

  private final Objective objective;
  private final int maxIterations;
  private final double tolerance;
  private final ProbeProgress progress;
  private final Deque<Pair> pairs = new ArrayDeque<>();
  private boolean exact;

  /** A function to be minimized. */
  interface Objective {
    /**
     * Evaluates the function.
     *
     * @param exact whether to compute in f64
     */
    Point at(double[] x, boolean exact) throws IOException;

    /** Multiplies a gradient by an approximate inverse Hessian. */
    double[] precondition(double[] gradient) throws IOException;
  }

  /** A point with the function's value and gradient there. */
  record Point(double[] x, double value, double[] gradient) {}

  /** Result of a minimization. */
  record Minimum(Point point, int iterations, boolean converged) {}

  /** A step s and the change y of the gradient. */
  private record Pair(double[] s, double[] y, double sy) {}

  Lbfgs(Objective objective, int maxIterations, double tolerance, ProbeProgress progress) {
    this.objective = objective;
    this.maxIterations = maxIterations;
    this.tolerance = tolerance;
    this.progress = progress;
  }

  /** Minimizes the function from a start. */
  Minimum minimize(double[] start) throws IOException {
    Point now = objective.at(start, exact);
    for (int i = 0; i < maxIterations; i++) {
      double[] direction = direction(now.gradient());
      double slope = dot(now.gradient(), direction);
      double left = -slope / 2 / Math.abs(now.value());
      if (exact && !(left > tolerance)) {
        return new Minimum(now, i, true);
      }
      Point next =
          exact || left > Math.max(FAST_TOLERANCE, tolerance)
              ? search(now, direction, slope)
              : null;
      if (next == null && exact) {
        return new Minimum(now, i, true); // rounding errors prevent further progress
      }
      if (next == null) {
        exact = true;
        next = objective.at(now.x(), true);
        i--; // evaluated again, not a step
      } else {
        remember(now, next);
        progress.step(i + 1, next.value());
      }
      now = next;
    }
    return new Minimum(exact ? now : objective.at(now.x(), true), maxIterations, false);
  }

  /** Finds a point along the direction that satisfies Wolfe's conditions; null if there is none. */
  private Point search(Point from, double[] direction, double slope) throws IOException {
    double noise = (exact ? EXACT_NOISE : FAST_NOISE) * Math.abs(from.value());
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double step = 1;
    for (int i = 0; i < TRIES; i++) {
      Point to = objective.at(along(from.x(), step, direction), exact);
      double slopeThere = dot(to.gradient(), direction);
      boolean decreases = to.value() <= from.value() + SUFFICIENT * step * slope;
      boolean flat =
          Math.abs(to.value() - from.value()) <= noise && slopeThere <= CURVATURE * -slope;
      if (!decreases && !flat) {
        high = step;
      } else if (slopeThere < CURVATURE * slope) {
        low = step;
      } else {
        return to;
      }
      step = next(step, low, high, slope, slopeThere);
    }
    return null;
  }

  /** Returns the zero of the slope by the secant rule, kept inside the bracket. */
  private static double next(double step, double low, double high, double slope, double there) {
    double secant = step * slope / (slope - there);
    if (high == Double.POSITIVE_INFINITY) {
      return Math.min(10 * step, secant > step ? secant : 2 * step);
    }
    double width = high - low;
    return secant > low + 0.1 * width && secant < high - 0.1 * width ? secant : low + width / 2;
  }

  private void remember(Point from, Point to) {
    double[] s = along(to.x(), -1, from.x());
    double[] y = along(to.gradient(), -1, from.gradient());
    double sy = dot(s, y);
    if (sy > 0) {
      pairs.addLast(new Pair(s, y, sy));
    }
    if (pairs.size() > MEMORY) {
      pairs.removeFirst();
    }
  }

  /** Returns -H g by the two-loop recursion. */
  private double[] direction(double[] gradient) throws IOException {
    double[] q = gradient.clone();
    double[] alpha = new double[pairs.size()];
    int i = alpha.length;
    for (Iterator<Pair> last = pairs.descendingIterator(); last.hasNext(); ) {
      Pair pair = last.next();
      alpha[--i] = dot(pair.s(), q) / pair.sy();
      add(q, -alpha[i], pair.y());
    }
    q = objective.precondition(q);
    if (!pairs.isEmpty()) {
      Pair newest = pairs.getLast();
      double scale = newest.sy() / dot(newest.y(), objective.precondition(newest.y()));
      for (int j = 0; j < q.length; j++) {
        q[j] *= scale;
      }
    }
    for (Pair pair : pairs) {
      add(q, alpha[i++] - dot(pair.y(), q) / pair.sy(), pair.s());
    }
    for (int j = 0; j < q.length; j++) {
      q[j] = -q[j];
    }
    return q;
  }

  private static double[] along(double[] x, double step, double[] direction) {
    double[] to = x.clone();
    add(to, step, direction);
    return to;
  }

  private static void add(double[] to, double factor, double[] x) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * x[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
