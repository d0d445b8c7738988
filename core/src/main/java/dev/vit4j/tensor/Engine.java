package dev.vit4j.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.global.torch;

/** The tensor library: libtorch's version and the CPU features it uses on this machine. */
public final class Engine {
  private static final Pattern VERSION = Pattern.compile("TORCH_VERSION=([0-9.]+)");

  private static final Set<String> AVX512 = Set.of("avx512bw", "avx512vl", "avx512dq");

  /** oneDNN's variable for instructions that it must not use. */
  private static final String ONEDNN_LIMIT = "ONEDNN_MAX_CPU_ISA";

  private Engine() {}

  /**
   * Starts to load libtorch on another thread, which takes some 0.2 s of a short process: the
   * caller reads its files meanwhile. The process does not exit before it is loaded, since the
   * libraries' destructors must not run beside their constructors. A failure is thrown by the first
   * operation.
   */
  public static void loadAhead() {
    // The first call of a native method waits while a library is loaded. Of those that readers call
    // first, this one can be called before.
    TimeZone.getDefault();
    Thread loader = new Thread(Engine::loadQuietly, "vit4j-natives");
    loader.setDaemon(true);
    loader.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> join(loader), "vit4j-natives-loaded"));
  }

  /**
   * Loads libtorch, if it is not loaded yet.
   *
   * @throws IllegalStateException if its native libraries are missing or do not load; the message
   *     is one line and names the dependency to add
   */
  public static void load() {
    Native.load();
  }

  private static void loadQuietly() {
    try {
      Native.load();
    } catch (IllegalStateException e) {
      return; // the first operation throws it again
    }
  }

  private static void join(Thread loader) {
    try {
      loader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** libtorch's version, such as {@code 2.10.0}. */
  public static String version() {
    Matcher found = VERSION.matcher(configuration());
    return found.find() ? found.group(1) : "unknown";
  }

  /** libtorch's build configuration, several lines; PyTorch's {@code torch.__config__.show()}. */
  public static String configuration() {
    Native.load();
    try (BytePointer text = torch.show_config()) {
      return text.getString();
    }
  }

  /** Instruction set that libtorch's own kernels use, such as {@code AVX2} or {@code AVX512}. */
  public static String cpuCapability() {
    Native.load();
    try (BytePointer text = torch.get_cpu_capability()) {
      return text.getString();
    }
  }

  /** Whether libtorch has oneDNN, Intel's kernels, the fastest on most processors. */
  public static boolean hasOneDnn() {
    Native.load();
    return torch.hasMKLDNN();
  }

  /** Whether oneDNN supports bf16 on this machine, even if slowly: with AVX-512 or ARM's bf16. */
  public static boolean hasBf16Kernels() {
    return cpuFlags().containsAll(AVX512) || cpuFlags().contains("bf16");
  }

  /**
   * Whether bf16 is faster than f32 on this machine: the processor has bf16 matrix instructions.
   */
  public static boolean isFastAtBf16() {
    Set<String> flags = cpuFlags();
    return flags.contains("avx512_bf16") || flags.contains("amx_bf16") || flags.contains("bf16");
  }

  /** Whether oneDNN computes int8 products faster than f32 on this machine. */
  public static boolean hasInt8Kernels() {
    return hasVnni() || cpuFlags().contains("avx2");
  }

  /** Whether the processor multiplies bytes and adds to i32 in one instruction, and oneDNN may. */
  static boolean hasVnni() {
    Set<String> flags = cpuFlags();
    return System.getenv(ONEDNN_LIMIT) == null
        && (flags.contains("avx512_vnni") || flags.contains("avx_vnni"));
  }

  /** The processor's feature flags as Linux names them; empty on other systems. */
  public static Set<String> cpuFlags() {
    return Cpu.FLAGS;
  }

  /** The processor's name; empty on systems other than Linux. */
  public static Optional<String> cpuName() {
    return Cpu.NAME;
  }

  /** The processor's vendor as Linux names it, such as {@code AuthenticAMD}; empty elsewhere. */
  static String cpuVendor() {
    return Cpu.VENDOR;
  }

  static boolean isLinux() {
    return System.getProperty("os.name", "").equals("Linux");
  }

  /** Read once, on first use. */
  private static final class Cpu {
    private static final Optional<String> NAME = read("model name");
    private static final String VENDOR = read("vendor_id").orElse("");
    private static final Set<String> FLAGS =
        read("flags")
            .or(() -> read("Features"))
            .map(flags -> Set.copyOf(Arrays.asList(flags.split(" +", -1))))
            .orElse(Set.of());

    /** Returns the value of the first line with this key. */
    private static Optional<String> read(String key) {
      try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
        return lines
            .filter(line -> line.startsWith(key))
            .findFirst()
            .map(line -> line.substring(line.indexOf(':') + 1).strip());
      } catch (IOException | UncheckedIOException e) {
        return Optional.empty();
      }
    }
  }

  /** The operating system and processor of the loaded natives, such as {@code linux-x86_64}. */
  public static String platform() {
    return Loader.getPlatform();
  }

  /**
   * Returns freed memory to the operating system, where the C library keeps it for blocks of the
   * same size. Costs milliseconds, and page faults afterwards: call it where sizes change for long.
   */
  public static void trimMemory() {
    Pointer.trimMemory();
  }

  /** The folder into which the natives are extracted on first start. */
  public static Path natives() throws IOException {
    return Loader.getCacheDir().toPath();
  }
}
