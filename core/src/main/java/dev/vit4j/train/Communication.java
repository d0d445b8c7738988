package dev.vit4j.train;

import dev.vit4j.distributed.Ranks;
import java.util.Locale;
import java.util.Optional;

/**
 * The cost of summing the gradients over all ranks: a ring all-reduce sends 2 (N - 1) / N of their
 * bytes from each rank and receives as many.
 *
 * @param bytes bytes of the gradients
 * @param first number of optimizer steps before this session
 */
record Communication(Ranks ranks, long bytes, long first) {
  private static final double GIGABIT = 1e9 / 8; // bytes

  private double sent() {
    return 2.0 * (ranks.size() - 1) / ranks.size() * bytes;
  }

  /** Returns a line about the cost to expect; none for one process. */
  Optional<String> before() {
    return line(
        "Ranks: %d; each sends and receives %.2f MB per step, at least %.2f ms at 1 Gb/s, %.2f ms at 10 Gb/s, %.2f ms at 25 Gb/s",
        ranks.size(),
        sent() / 1e6,
        1e3 * sent() / GIGABIT,
        1e2 * sent() / GIGABIT,
        4e1 * sent() / GIGABIT);
  }

  /** Returns a line about the cost in this session; none for one process. */
  Optional<String> after(long step) {
    return line(
        "Sums of gradients: %.2f ms per step, including the wait for slower ranks",
        1e3 * ranks.secondsOfSums() / Math.max(1, step - first));
  }

  private Optional<String> line(String format, Object... values) {
    return ranks.size() == 1
        ? Optional.empty()
        : Optional.of(String.format(Locale.ROOT, format, values));
  }
}
