package dev.vit4j.distributed;

import dev.vit4j.tensor.ProcessGroup;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The processes that compute together, as one of them sees them. All must call the same operations
 * in the same order, from one thread. With one process, operations return at once.
 *
 * <p>Operations throw a {@link RankFailureException} if a process has failed.
 */
public final class Ranks implements AutoCloseable {
  private static final Ranks ALONE = new Ranks(null);

  private final @Nullable Joined joined;
  private long summing; // nanoseconds

  private Ranks(@Nullable Joined joined) {
    this.joined = joined;
  }

  /** Returns the one process of an ordinary training. */
  public static Ranks alone() {
    return ALONE;
  }

  /**
   * Joins the other processes; returns when all have joined.
   *
   * @param stalled called on another thread with a failure of some rank, if this process has not
   *     noticed it 15 s later, for instance since it is busy; it may end the process
   * @throws IOException if this is not possible within a minute, or on this platform
   */
  public static Ranks join(World world, Consumer<String> stalled) throws IOException {
    return world.size() == 1 ? ALONE : new Ranks(Joined.join(world, stalled));
  }

  /** Returns the number of this process, from 0. */
  public int rank() {
    return joined == null ? 0 : joined.world().rank();
  }

  /** Returns the number of processes. */
  public int size() {
    return joined == null ? 1 : joined.world().size();
  }

  /** Returns the number of this process on its host, from 0. */
  public int localRank() {
    return joined == null ? 0 : joined.world().localRank();
  }

  /** Returns whether this process has rank 0, which alone writes files. */
  public boolean isFirst() {
    return rank() == 0;
  }

  /** Returns the number of processors for this process, at least 1. */
  public int cores() {
    return joined == null ? Runtime.getRuntime().availableProcessors() : joined.world().cores();
  }

  /** Returns the bytes of each rank, of any length. */
  public List<byte[]> gather(byte[] own) {
    if (joined == null) {
      return List.of(own);
    }
    Function<ProcessGroup, List<byte[]>> all = group -> Exchange.gather(group, own);
    return joined.run(all);
  }

  /** Returns the bytes of rank 0. */
  public byte[] fromFirst(byte[] own) {
    if (joined == null) {
      return own;
    }
    return joined.run(group -> Exchange.fromFirst(group, isFirst() ? own : new byte[0]));
  }

  /** Returns the text of rank 0. */
  public String fromFirst(String own) {
    byte[] bytes = fromFirst(own.getBytes(StandardCharsets.UTF_8));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Returns the numbers of each rank, as many of each. */
  public double[][] gather(double[] own) {
    return joined == null ? new double[][] {own} : joined.run(group -> Exchange.gather(group, own));
  }

  /**
   * Returns the tensors of all ranks, one after the other along the first dimension.
   *
   * @param counts sizes of the first dimension on each rank; the other dimensions are equal
   */
  public Tensor gather(Tensor own, int[] counts) {
    return joined == null ? own : joined.run(group -> Exchange.gather(group, own, counts));
  }

  /** Returns whether a value is true on any rank. */
  public boolean any(boolean own) {
    for (double[] one : gather(new double[] {own ? 1 : 0})) {
      if (one[0] != 0) {
        return true;
      }
    }
    return false;
  }

  /** Replaces tensors by those of rank 0. */
  public void fromFirst(Iterable<Tensor> tensors) {
    if (joined != null) {
      joined.run(
          group -> {
            tensors.forEach(t -> Exchange.fromFirst(group, t));
            return true;
          });
    }
  }

  /** Replaces tensors by their sums over all ranks; all get the same bits. */
  public void sum(List<Tensor> tensors) {
    if (joined != null && !tensors.isEmpty()) {
      long start = System.nanoTime();
      joined.run(
          group -> {
            Buckets.sum(group, tensors);
            return true;
          });
      summing += System.nanoTime() - start;
    }
  }

  /** Returns the seconds spent in {@link #sum} so far, waiting for slower ranks included. */
  public double secondsOfSums() {
    return summing / 1e9;
  }

  /**
   * Requires that a text of several lines is the same on all ranks.
   *
   * @param what what the text is, such as {@code recipe}
   * @param advice what to do if it differs
   * @throws RankFailureException naming the first line that differs, and on which rank
   */
  public void requireSame(String what, String own, String advice) {
    List<String> texts = new ArrayList<>();
    for (byte[] one : gather(own.getBytes(StandardCharsets.UTF_8))) {
      texts.add(new String(one, StandardCharsets.UTF_8));
    }
    for (int rank = 1; rank < texts.size(); rank++) {
      if (!texts.get(rank).equals(texts.get(0))) {
        throw new RankFailureException(
            "rank %d has %s%s: %s"
                .formatted(rank, what, difference(texts.get(rank), texts.get(0)), advice),
            null);
      }
    }
  }

  private static String difference(String one, String first) {
    List<String> mine = one.lines().toList();
    List<String> others = first.lines().toList();
    for (int i = 0; i < Math.min(mine.size(), others.size()); i++) {
      if (!mine.get(i).equals(others.get(i))) {
        return " '%s', rank 0 has '%s'".formatted(mine.get(i), others.get(i));
      }
    }
    return " of %d lines, rank 0 of %d".formatted(mine.size(), others.size());
  }

  /** Tells the other ranks why this one fails; they fail with the same line. */
  public void fail(String message) {
    if (joined != null) {
      joined.fail(message);
    }
  }

  /** Leaves: rank 0 waits a few seconds for the others, which may still read from it. */
  @Override
  public void close() {
    if (joined != null) {
      joined.close();
    }
  }
}
