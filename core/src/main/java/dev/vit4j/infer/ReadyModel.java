package dev.vit4j.infer;

import dev.vit4j.model.Encodes;
import dev.vit4j.model.Model;
import dev.vit4j.nn.TokenTeam;
import dev.vit4j.parallel.WorkerPool;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Engine;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Packed;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.tensor.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A model made ready to answer: on its device, in evaluation mode, and on the CPU packed where that
 * is possible. Any number of threads may ask at once.
 *
 * <p>On the CPU images that come together are cut into pieces, which threads of its own compute at
 * the same time, one thread each: that gives the most images a second, and holds the memory of so
 * many pieces whatever is asked. A single image gets several threads: of a model that {@link
 * Model#sharesTokens} each takes some of the tokens ({@link TokenTeam}), of others they share every
 * operation. How a call is computed depends on nothing but its number of images, so that it always
 * gives the same bits.
 */
public final class ReadyModel implements AutoCloseable {
  private static final String CLOSED = "the model is closed";
  private static final int PIECE = 16; // images: more at once are no faster
  private static final int WIDE = 4; // threads that one image can use well
  private static final long SMALL = 1_000_000; // parameters: not enough work for two threads
  private static final long LARGE = 20_000_000; // parameters: bf16 makes a difference

  private final Model model;
  private final Device device;
  private final Precision precision;
  private final int threads;
  private final int wide;
  private final Semaphore free;
  private final WorkerPool pool;
  private final ExecutorService helpers; // apart: a piece in the pool may wait for a whole team
  private volatile boolean closed;

  /**
   * Takes a model over; it cannot be trained any more.
   *
   * @param precision null for the one of {@link #precisionFor}
   * @param threads that compute at the same time, at least 1
   */
  public ReadyModel(Model model, Device device, @Nullable Precision precision, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    this.model = model;
    this.device = device;
    this.precision = precision == null ? precisionFor(model, device) : precision;
    this.threads = threads;
    this.wide = model.parameterCount() < SMALL ? 1 : Math.min(threads, WIDE);
    model.to(device);
    model.train(false);
    if (device.equals(Device.CPU) && Packed.isAvailable(this.precision)) {
      model.pack(this.precision);
    }
    this.free = new Semaphore(threads, true);
    this.pool = new WorkerPool("vit4j-infer", threads);
    this.helpers = Executors.newCachedThreadPool(ReadyModel::thread);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "vit4j-infer");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * The precision to answer in if nobody says otherwise: bf16 for large models where the processor
   * is made for it, else f32. Small models gain little, and keep their exact numbers.
   */
  public static Precision precisionFor(Model model, Device device) {
    boolean fast =
        device.equals(Device.CPU) && Engine.isFastAtBf16() && Packed.isAvailable(Precision.BF16);
    return precisionFor(model.parameterCount(), fast);
  }

  static Precision precisionFor(long parameters, boolean fastAtBf16) {
    return fastAtBf16 && parameters >= LARGE ? Precision.BF16 : Precision.F32;
  }

  /** The model itself. */
  public Model model() {
    return model;
  }

  /** Where it computes. */
  public Device device() {
    return device;
  }

  /** The precision that it answers in. */
  public Precision precision() {
    return precision;
  }

  /** Where images come from. */
  @FunctionalInterface
  public interface Input {
    /** The images {@code from} to {@code to} as the model reads them: f32 [to - from, C, H, W]. */
    Tensor of(int from, int to);
  }

  /** Takes logits [images, K], or features of a model without a head, to what is kept of them. */
  @FunctionalInterface
  public interface Output {
    /** Is called in a scope that ends with it, for one image by several threads. */
    Tensor of(Tensor logits);
  }

  /**
   * Runs the model over so many images.
   *
   * @param input is asked for every piece, by several threads at once
   * @return what the output makes of each: [images][K]
   * @throws IllegalStateException if the model is closed
   */
  public float[][] apply(int pictures, Input input, Output output) {
    return run(pictures, input, x -> output.of(model.apply(x).to(DType.F32)));
  }

  /**
   * As {@link #apply}, up to the head: what {@link Model#features} gives.
   *
   * @param input is asked for every piece, by several threads at once
   * @return [images][D]
   * @throws IllegalStateException if the model is closed
   */
  public float[][] features(int pictures, Input input) {
    return run(pictures, input, x -> model.as(Encodes.class).features(x).to(DType.F32));
  }

  private float[][] run(int pictures, Input input, UnaryOperator<Tensor> pass) {
    float[][] rows = new float[pictures][];
    int pieces = pieces(pictures);
    if (pieces == 1) {
      compute(0, pictures, input, pass, rows);
    } else if (pieces > 1) {
      List<Callable<@Nullable Void>> work = new ArrayList<>();
      for (int i = 0; i < pieces; i++) {
        int from = (int) ((long) pictures * i / pieces);
        int to = (int) ((long) pictures * (i + 1) / pieces);
        work.add(
            () -> {
              compute(from, to, input, pass, rows);
              return null;
            });
      }
      runAll(work);
    }
    return rows;
  }

  /** Runs the pieces; when it returns or throws none is running, so none needs the input. */
  private void runAll(List<Callable<@Nullable Void>> work) {
    try {
      requireOpen();
      pool.all(work);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // inputs and models throw none
    }
  }

  /** As many for every thread, none too large. */
  private int pieces(int pictures) {
    int rounds = (pictures + PIECE * threads - 1) / (PIECE * threads);
    return Math.min(pictures, rounds * threads);
  }

  private void compute(int from, int to, Input input, UnaryOperator<Tensor> pass, float[][] rows) {
    int many = to - from == 1 ? wide : 1;
    free.acquireUninterruptibly(many);
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      requireOpen();
      Tensor x = input.of(from, to);
      boolean team = many > 1 && model.sharesTokens() && device.equals(Device.CPU);
      float[][] some =
          team ? TokenTeam.run(many, helpers, () -> answer(x, pass, 1)) : answer(x, pass, many);
      System.arraycopy(some, 0, rows, from, some.length);
    } finally {
      free.release(many);
    }
  }

  /** What the pass makes of images, with so many threads for each operation. */
  private float[][] answer(Tensor x, UnaryOperator<Tensor> pass, int operationThreads) {
    int before = Threads.get();
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Threads.set(operationThreads);
      return Rows.of(inPrecision(x, pass));
    } finally {
      Threads.set(before);
    }
  }

  private Tensor inPrecision(Tensor x, UnaryOperator<Tensor> pass) {
    if (model.packed() != null) {
      return pass.apply(x);
    }
    try (Precision.Region region = precision.on(device)) {
      return pass.apply(x);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(CLOSED);
    }
  }

  /** Frees the model, after the calls that run; later ones are refused. */
  @Override
  public void close() {
    free.acquireUninterruptibly(threads);
    try {
      if (!closed) {
        closed = true;
        helpers.shutdown();
        model.close();
      }
    } finally {
      free.release(threads);
    }
    pool.close(); // not before: what waits there for the model must find it closed
  }
}
