package dev.vit4j.tensor;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch_gloo;
import org.jspecify.annotations.Nullable;

/**
 * Collective operations on CPU tensors over several processes, by Gloo (c10d's {@code
 * ProcessGroupGloo}). All processes must call the same operations in the same order with tensors of
 * the same shape and type. Its connections have neither password nor encryption.
 *
 * <p>A group is never freed: operations may still be under way when another process has failed.
 */
public final class ProcessGroup {
  private static final String PLATFORM = "linux-x86_64";
  private static final long CONNECT = 20_000; // milliseconds
  private static final long POLL = 250; // milliseconds between two looks for a failure
  private static final long DAY = 86_400_000L; // milliseconds; failures are noticed otherwise

  /** The garbage collector would free them, and the destructor would wait for other processes. */
  private static final Queue<ProcessGroupGloo> KEPT = new ConcurrentLinkedQueue<>();

  private final ProcessGroupGloo raw;
  private final int size;
  private final Supplier<@Nullable String> failure;

  private ProcessGroup(ProcessGroupGloo raw, int size, Supplier<@Nullable String> failure) {
    this.raw = raw.retainReference();
    KEPT.add(raw);
    this.size = size;
    this.failure = failure;
  }

  /** An operation has failed because of another process. */
  public static final class BrokenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokenException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** An operation under way, whose tensor must not be used. */
  @FunctionalInterface
  public interface Pending {
    /**
     * Waits for the result.
     *
     * @throws BrokenException if a process has failed
     */
    void await();
  }

  /** Returns why this platform has no process groups; null if it has. */
  public static @Nullable String refusal() {
    return Engine.platform().equals(PLATFORM)
        ? null
        : "training over several processes needs Gloo, which libtorch's Java binding has for %s only, not for %s"
            .formatted(PLATFORM, Engine.platform());
  }

  /**
   * Connects all processes with each other. Call it outside of a {@link Scope}.
   *
   * @param rank number of this process, from 0
   * @param size number of processes
   * @param address address of this machine at which the others reach this process
   * @param failure returns the reason why waiting is in vain; null while there is none
   * @throws RuntimeException if a process does not connect within 20 s
   */
  public static ProcessGroup connect(
      KeyValueStore store, int rank, int size, String address, Supplier<@Nullable String> failure) {
    KnownNatives.search(() -> Loader.load(torch_gloo.class));
    ProcessGroupGloo.Options options =
        ProcessGroupGloo.Options.create_default(new Milliseconds(CONNECT));
    options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(address)));
    try (StandardOutput quiet = StandardOutput.mute()) { // Gloo prints a line about every rank
      ProcessGroupGloo raw = new ProcessGroupGloo(store.raw, rank, size, options);
      raw.setTimeout(new Milliseconds(DAY));
      return new ProcessGroup(raw, size, failure);
    }
  }

  /**
   * Starts to replace a tensor by its sum over all processes. All get the same bits.
   *
   * @param t contiguous CPU tensor
   */
  public Pending allReduce(Tensor t) {
    return pending(() -> raw.allreduce(new TensorVector(t.raw)));
  }

  /** Returns the tensors of all processes, [size, shape...], by their rank. */
  public Tensor allGather(Tensor t) {
    long[] shape = new long[t.dim() + 1];
    shape[0] = size;
    System.arraycopy(t.shape(), 0, shape, 1, t.dim());
    Tensor own = t.reshape(t.count());
    Tensor all = Tensor.empty(t.dtype(), Device.CPU, size * t.count());
    pending(() -> raw._allgather_base(all.raw, own.raw)).await();
    return all.reshape(shape);
  }

  /** Replaces a contiguous CPU tensor by that of rank 0. */
  public void broadcast(Tensor t) {
    pending(() -> raw.broadcast(new TensorVector(t.raw), new BroadcastOptions())).await();
  }

  private Pending pending(Supplier<Work> start) {
    Work work;
    try (Scope scope = Scope.open()) {
      work = start.get().retainReference();
    }
    return () -> {
      try (work) {
        await(work);
      }
    };
  }

  private void await(Work work) {
    try (Scope scope = Scope.open()) {
      Milliseconds poll = new Milliseconds(POLL);
      while (true) {
        try {
          work._wait(poll);
          return;
        } catch (RuntimeException e) {
          if (work.isCompleted()) {
            succeed(work);
            return;
          }
          String reason = failure.get();
          if (reason != null) {
            throw new BrokenException(reason, e);
          }
        }
      }
    }
  }

  /** Throws the failure of an operation that has ended, unless it ended well in the meantime. */
  private static void succeed(Work work) {
    try {
      work._wait();
    } catch (RuntimeException e) {
      throw broken(e);
    }
  }

  private static BrokenException broken(RuntimeException e) {
    return new BrokenException("the connection to another rank is lost", e);
  }
}
