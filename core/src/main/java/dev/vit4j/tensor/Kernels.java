package dev.vit4j.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the library for the f32 products of each packed linear layer: oneDNN or OpenBLAS. With
 * AVX-512, oneDNN is at least as fast for all shapes. On other processors it depends on the
 * processor and the shape: the first use of a shape measures both for some milliseconds, and the
 * choice is stored in the {@link UserCache}, so the machine computes the same bits from then on.
 *
 * <p>{@code VIT4J_KERNELS=onednn} or {@code openblas} decides for all shapes without measuring.
 */
public final class Kernels {
  /** A library that multiplies matrices. */
  public enum Library {
    ONEDNN,
    OPENBLAS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String VARIABLE = "VIT4J_KERNELS";
  private static final int ROWS = 197; // tokens of a ViT with 224 x 224 pixels and patches of 16
  private static final int RUNS = 15;
  private static final double CLEARLY = 0.95; // of oneDNN's time: a measurement varies by less

  private static @Nullable Map<String, String> stored; // shape to line, of this machine

  private Kernels() {}

  /**
   * Returns the library for x Wᵀ.
   *
   * @param n output channels
   * @param k input channels
   * @throws IllegalArgumentException if {@code VIT4J_KERNELS} is neither library nor {@code auto}
   */
  static Library of(long n, long k) {
    Library rule = rule(System.getenv(VARIABLE));
    return rule != null ? rule : measured(n, k);
  }

  /** Returns the library that is used for every shape, or null if shapes are measured. */
  static @Nullable Library rule(@Nullable String variable) {
    if (variable == null || variable.isBlank() || variable.equalsIgnoreCase("auto")) {
      return Engine.cpuCapability().equals("AVX512") ? Library.ONEDNN : null;
    }
    for (Library library : Library.values()) {
      if (library.toString().equalsIgnoreCase(variable)) {
        return library;
      }
    }
    throw new IllegalArgumentException(
        "%s is '%s': it must be auto, onednn or openblas".formatted(VARIABLE, variable));
  }

  /** Says in a few lines which library is used for which shapes. */
  public static List<String> describe() {
    String variable = System.getenv(VARIABLE);
    Library rule = rule(variable);
    if (rule != null) {
      boolean set = variable != null && rule.toString().equalsIgnoreCase(variable);
      return List.of(rule + (set ? ", set by " + VARIABLE : ", the rule with AVX-512"));
    }
    List<String> lines = new ArrayList<>(List.of("measured per shape, stored in " + file()));
    lines.addAll(stored().values());
    return lines;
  }

  private static synchronized Library measured(long n, long k) {
    String shape = k + "x" + n;
    String line = stored().get(shape);
    if (line == null) {
      line = locked(() -> addTo(file(), shape, n, k));
    }
    return library(line);
  }

  private static synchronized Map<String, String> stored() {
    if (stored == null) {
      stored = read(file());
    }
    return stored;
  }

  /** Measures a shape, unless another process has stored it meanwhile; returns its line. */
  static String addTo(Path file, String shape, long n, long k) {
    Map<String, String> all = read(file);
    String line =
        all.computeIfAbsent(
            shape, absent -> line(shape, time(n, k, Library.ONEDNN, Library.OPENBLAS)));
    stored = all;
    try {
      List<String> lines = new ArrayList<>(List.of("# " + Engine.cpuName().orElse("CPU")));
      lines.addAll(all.values());
      Path written = Files.createTempFile(file.getParent(), "kernels", ".tmp");
      Files.write(written, lines);
      Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      return line; // this process keeps to it; the next one measures again
    }
    return line;
  }

  /** Runs work while no other process measures. */
  private static <T> T locked(Supplier<T> work) {
    Path lock = file().resolveSibling("lock");
    try {
      Files.createDirectories(lock.getParent());
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var held = channel.lock()) {
        Objects.requireNonNull(held);
        return work.get();
      }
    } catch (IOException e) {
      return work.get(); // nothing can be stored
    }
  }

  /** Reads the lines of a file; none if there is no such file. Lines of other forms are ignored. */
  static Map<String, String> read(Path file) {
    Map<String, String> all = new TreeMap<>();
    try (Stream<String> lines = Files.lines(file)) {
      lines
          .filter(l -> l.matches("\\d+x\\d+ (onednn|openblas) .*"))
          .forEach(l -> all.put(l.substring(0, l.indexOf(' ')), l));
    } catch (IOException | UncheckedIOException e) {
      all.clear(); // measured again
    }
    return all;
  }

  /** A line of the file, such as {@code 768x3072 onednn 9.12 ms, openblas 10.40 ms}. */
  static String line(String shape, double[] milliseconds) {
    boolean blas = milliseconds[1] < CLEARLY * milliseconds[0];
    return String.format(
        Locale.ROOT,
        "%s %s (%d rows: onednn %.3f ms, openblas %.3f ms)",
        shape,
        blas ? Library.OPENBLAS : Library.ONEDNN,
        ROWS,
        milliseconds[0],
        milliseconds[1]);
  }

  private static Library library(String line) {
    return line.contains(" " + Library.OPENBLAS + " (") ? Library.OPENBLAS : Library.ONEDNN;
  }

  /** The file of this processor, this libtorch, and the variables that change their kernels. */
  private static Path file() {
    String machine =
        String.join(
            "|",
            Engine.platform(),
            Engine.cpuName().orElse(""),
            Engine.version(),
            Engine.cpuCapability(),
            Objects.toString(System.getenv("OPENBLAS_CORETYPE")),
            Objects.toString(System.getenv("ONEDNN_MAX_CPU_ISA")));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(machine.getBytes(StandardCharsets.UTF_8));
      String name = HexFormat.of().formatHex(digest, 0, 6) + ".txt";
      return UserCache.folder().resolve("kernels").resolve(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  /** Returns the shortest time of each library in milliseconds, on one thread, in turn. */
  static double[] time(long n, long k, Library... libraries) {
    int threads = Threads.get();
    Threads.set(1);
    double[] best = new double[libraries.length];
    Arrays.fill(best, Double.POSITIVE_INFINITY);
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor x = Tensor.full(1, Device.CPU, ROWS, k);
      Tensor weight = Tensor.full(1, Device.CPU, n, k);
      List<PackedLinear> layers = new ArrayList<>();
      for (Library library : libraries) {
        layers.add(PackedLinear.of(weight, null, library));
      }
      for (int run = 0; run < RUNS; run++) {
        for (int i = 0; i < best.length; i++) {
          best[i] = Math.min(best[i], once(layers.get(i), x));
        }
      }
      layers.forEach(Packed::close);
    } finally {
      Threads.set(threads);
    }
    return best;
  }

  private static double once(PackedLinear layer, Tensor x) {
    try (Scope scope = Scope.open()) {
      long began = System.nanoTime();
      layer.apply(x);
      return (System.nanoTime() - began) / 1e6;
    }
  }
}
