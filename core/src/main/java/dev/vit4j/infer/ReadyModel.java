package dev.vit4j.infer;

import dev.vit4j.model.ClassifiesPatches;
import dev.vit4j.model.Encodes;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Model;
import dev.vit4j.model.PatchOutputs;
import dev.vit4j.nn.TokenTeam;
import dev.vit4j.parallel.WorkerPool;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Engine;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Packed;
import dev.vit4j.tensor.Packing;
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
 * A model prepared for inference: on its device, in evaluation mode, and with packed weights on the
 * CPU where possible. Thread-safe.
 *
 * <p>On the CPU, several images are divided into chunks, which worker threads process in parallel
 * with one thread each. This gives the highest throughput and bounds the memory. A single image
 * uses several threads: in a model with {@link Model#sharesTokens} each processes some of the
 * tokens ({@link TokenTeam}), in others they share every operation. The computation depends only on
 * the number of images in a call, and on {@link #undivided}, so that results are reproducible bit
 * by bit.
 */
public final class ReadyModel implements AutoCloseable {
  private static final String CLOSED = "the model is closed";
  private static final int PIECE = 16; // images; larger chunks are not faster
  private static final int WIDE = 4; // useful number of threads for one image
  private static final long SMALL = 1_000_000; // parameters; too little work for two threads
  private static final long LARGE = 20_000_000; // parameters; bf16 is faster

  private final Model model;
  private final Device device;
  private final Precision precision;
  private final int threads;
  private final int wide;
  private final Semaphore free;
  private final WorkerPool pool;
  private final ExecutorService
      helpers; // separate, since a chunk in the pool may wait for a whole team
  private final ThreadLocal<Boolean> undivided = ThreadLocal.withInitial(() -> false);
  private volatile boolean closed;

  /**
   * Takes over a model, which can no longer be trained.
   *
   * @param precision null for {@link #precisionFor}
   * @param threads number of compute threads, at least 1
   * @throws IllegalArgumentException if the model or the device cannot compute in int8
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
    boolean packs = device.equals(Device.CPU) && Packed.isAvailable(this.precision);
    if (packs || this.precision == Precision.INT8) { // without packing there is no int8
      model.pack(new Packing(this.precision, wide == 1 || model.sharesTokens()));
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
   * Returns the default precision: bf16 for large models on processors with bf16 instructions, else
   * f32. Small models gain little from bf16.
   */
  public static Precision precisionFor(Model model, Device device) {
    boolean fast =
        device.equals(Device.CPU) && Engine.isFastAtBf16() && Packed.isAvailable(Precision.BF16);
    return precisionFor(model.parameterCount(), fast);
  }

  static Precision precisionFor(long parameters, boolean fastAtBf16) {
    return fastAtBf16 && parameters >= LARGE ? Precision.BF16 : Precision.F32;
  }

  /**
   * Computes each call of {@code calls} on the calling thread, chunk after chunk: for callers with
   * as many such threads as there are compute threads. If each of them divided its batch among all
   * threads, it would wait for the slowest chunk.
   */
  public void undivided(Runnable calls) {
    undivided.set(true);
    try {
      calls.run();
    } finally {
      undivided.remove();
    }
  }

  /** Returns the model. */
  public Model model() {
    return model;
  }

  /** Returns the device. */
  public Device device() {
    return device;
  }

  /** Returns the precision of the forward pass. */
  public Precision precision() {
    return precision;
  }

  /** Source of input images. */
  @FunctionalInterface
  public interface Input {
    /** Returns images {@code from} to {@code to} as model input: f32 [to - from, C, H, W]. */
    Tensor of(int from, int to);
  }

  /** Converts logits [images, K], or features of a model without a head, to the result. */
  @FunctionalInterface
  public interface Output {
    /** Called in its own scope; for a single image by several threads. */
    Tensor of(Tensor logits);
  }

  /**
   * Runs the model on images.
   *
   * @param input called for every chunk, by several threads concurrently
   * @return result of {@code output} for each image: [images][K]
   * @throws IllegalStateException if the model is closed
   */
  public float[][] apply(int pictures, Input input, Output output) {
    return run(pictures, input, x -> output.of(model.apply(x).to(DType.F32)), model.sharesTokens());
  }

  /**
   * Like {@link #apply}, but returns {@link Encodes#features}.
   *
   * @param input called for every chunk, by several threads concurrently
   * @return [images][D]
   * @throws IllegalStateException if the model is closed
   */
  public float[][] features(int pictures, Input input) {
    return run(
        pictures,
        input,
        x -> model.as(Encodes.class).features(x).to(DType.F32),
        model.sharesTokens());
  }

  /**
   * Like {@link #apply}, but returns both outputs of a model that {@link ClassifiesPatches}.
   *
   * @param input called for every chunk, by several threads concurrently
   * @return for each image the logits of the classes [P, K], then those of the masks [P, S, M]
   * @throws IllegalStateException if the model is closed
   */
  public float[][] patches(int pictures, Input input) {
    return run(pictures, input, this::bothOutputs, model.sharesTokens());
  }

  private Tensor bothOutputs(Tensor x) {
    PatchOutputs outputs = model.as(ClassifiesPatches.class).patches(x);
    return Ops.cat(
        1,
        outputs.classes().to(DType.F32).reshape(x.size(0), -1),
        outputs.masks().to(DType.F32).reshape(x.size(0), -1));
  }

  /**
   * Runs the text tower of the model, as {@link #features} the image tower.
   *
   * @param tokens returns texts {@code from} to {@code to} as i64 [to - from, L]
   * @return [texts][E]
   * @throws IllegalStateException if the model is closed
   */
  public float[][] textFeatures(int texts, Input tokens) {
    return run(
        texts, tokens, ids -> model.as(EncodesText.class).textFeatures(ids).to(DType.F32), false);
  }

  /**
   * @param shares whether the threads of a single input share its tokens
   */
  private float[][] run(int pictures, Input input, UnaryOperator<Tensor> pass, boolean shares) {
    float[][] rows = new float[pictures][];
    boolean alone = undivided.get();
    List<Chunk> chunks = chunks(pictures, alone ? 1 : threads);
    if (alone || chunks.size() <= 1) {
      chunks.forEach(chunk -> compute(chunk, input, pass, shares, rows));
      return rows;
    }
    List<Callable<@Nullable Void>> work = new ArrayList<>();
    for (Chunk chunk : chunks) {
      work.add(
          () -> {
            compute(chunk, input, pass, shares, rows);
            return null;
          });
    }
    runAll(work);
    return rows;
  }

  /** Runs the chunks; when it returns or throws, none is running. */
  private void runAll(List<Callable<@Nullable Void>> work) {
    try {
      requireOpen();
      pool.all(work);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not thrown by inputs and models
    }
  }

  /** Images {@code from} to {@code to} of a call, without the last. */
  private record Chunk(int from, int to) {
    int size() {
      return to - from;
    }
  }

  /**
   * Divides a call: the same number of chunks for each of {@code many} threads, of limited size.
   */
  private static List<Chunk> chunks(int pictures, int many) {
    int rounds = (pictures + PIECE * many - 1) / (PIECE * many);
    int count = Math.min(pictures, rounds * many);
    List<Chunk> chunks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chunks.add(
          new Chunk(
              (int) ((long) pictures * i / count), (int) ((long) pictures * (i + 1) / count)));
    }
    return chunks;
  }

  private void compute(
      Chunk chunk, Input input, UnaryOperator<Tensor> pass, boolean shares, float[][] rows) {
    int many = chunk.size() == 1 && !undivided.get() ? wide : 1;
    free.acquireUninterruptibly(many);
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      requireOpen();
      Tensor x = input.of(chunk.from, chunk.to);
      boolean team = many > 1 && shares && device.equals(Device.CPU);
      float[][] some =
          team ? TokenTeam.run(many, helpers, () -> answer(x, pass, 1)) : answer(x, pass, many);
      System.arraycopy(some, 0, rows, chunk.from, some.length);
    } finally {
      free.release(many);
    }
  }

  /** Runs a pass with this number of threads per operation. */
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

  /** Waits for running calls and frees the model; later calls throw. */
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
    pool.close(); // last, so that waiting tasks find the model closed
  }
}
