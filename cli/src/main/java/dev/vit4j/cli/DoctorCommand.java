package dev.vit4j.cli;

import dev.vit4j.data.source.Datasets;
import dev.vit4j.format.Count;
import dev.vit4j.image.PixelDecoders;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Engine;
import dev.vit4j.tensor.Kernels;
import dev.vit4j.tensor.Threads;
import dev.vit4j.train.LiveRun;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vit doctor}: prints versions, processor, memory, GPUs, folders and running trainings. */
@Command(
    name = "doctor",
    description = "Show versions, processor, memory, GPUs and running trainings.",
    footer = {"", "Examples:", "  ./vit doctor", "  ./vit doctor --json"})
final class DoctorCommand implements Callable<Integer> {
  private static final double GIB = 1L << 30;
  private static final double MIB = 1L << 20;

  @Mixin CommonOptions common;

  @Option(names = "--watch", description = "Refresh every second until Ctrl-C.")
  boolean watch;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder of runs to search for running trainings (default: ${DEFAULT-VALUE}).")
  Path runs = Path.of("runs");

  @Override
  public Integer call() throws IOException {
    Output output = common.output();
    boolean screen = watch && !output.isJson() && Terminal.isInteractive();
    do {
      Facts facts = facts();
      if (screen) {
        output.clearScreen();
      }
      facts.lines().forEach(output::result);
      output.json(facts.json());
    } while (watch && waitASecond());
    return ExitCode.OK;
  }

  private static boolean waitASecond() {
    try {
      Thread.sleep(1000);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Facts facts() throws IOException {
    Facts facts = new Facts();
    java(facts);
    machine(facts);
    engine(facts);
    String decoder = PixelDecoders.description();
    facts.add("decoder", decoder, "decoder", decoder);
    gpus(facts);
    Path cache = Datasets.cache();
    long bytes = size(cache);
    facts.add("cache", cache, "cache", "%s, %.1f MiB".formatted(cache, bytes / MIB));
    facts.add("cache_bytes", bytes);
    trainings(facts);
    return facts;
  }

  private static void java(Facts facts) {
    String java = Runtime.version() + ", " + System.getProperty("java.vm.name");
    long heap = Runtime.getRuntime().maxMemory();
    facts.add("vit4j", Version.number(), "vit4j", Version.number());
    facts.add("java", java, "Java", java);
    facts.add("java_home", System.getProperty("java.home"), "", System.getProperty("java.home"));
    facts.add("java_heap_bytes", heap, "", "maximum heap " + gib(heap));
  }

  private static void machine(Facts facts) {
    String os = System.getProperty("os.name") + " " + System.getProperty("os.version");
    int cores = Runtime.getRuntime().availableProcessors();
    long memory = Machine.memory();
    long available = Machine.memoryAvailable();
    List<String> simd = Machine.simd();
    facts.add("os", os, "system", os + ", " + System.getProperty("os.arch"));
    facts.add("cpu", Machine.cpu(), "processor", Machine.cpu());
    facts.add("cores", cores, "", Count.of(cores, "core") + " available");
    facts.add("simd", simd, "", simd.isEmpty() ? "SIMD unknown" : String.join(" ", simd));
    facts.add("memory_bytes", memory, "memory", gib(memory) + ", " + gib(available) + " available");
    facts.add("memory_available_bytes", available);
  }

  private static void engine(Facts facts) throws IOException {
    String version = Engine.version();
    String kernels = Engine.cpuCapability();
    facts.add("libtorch", version, "libtorch", version + " for " + Engine.platform());
    facts.add("libtorch_kernels", kernels, "", kernels + " kernels");
    facts.add("threads", Threads.get(), "", "threads per worker: " + Threads.get());
    List<String> products = Kernels.describe();
    facts.add("f32_products", products, "", "f32 products: " + products.get(0));
    products.subList(1, products.size()).forEach(line -> facts.line("", "  " + line));
    facts.add("natives", Engine.natives(), "", "natives in " + Engine.natives());
  }

  private static void gpus(Facts facts) {
    List<Map<String, Object>> all = new ArrayList<>();
    String label = "GPUs";
    for (Machine.Gpu gpu : Machine.gpus()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("index", gpu.index());
      json.put("name", gpu.name());
      json.put("memory_mib", gpu.memoryMib());
      json.put("used_mib", gpu.usedMib());
      json.put("use_percent", gpu.use());
      all.add(json);
      facts.line(
          label,
          "cuda:%d %s, %,d of %,d MiB used, %d %% busy"
              .formatted(gpu.index(), gpu.name(), gpu.usedMib(), gpu.memoryMib(), gpu.use()));
      label = "";
    }
    int usable = Device.cudaCount();
    facts.add("gpus", all);
    facts.add(
        "gpus_usable",
        usable,
        label,
        all.isEmpty() && usable == 0
            ? "none (nvidia-smi lists none)"
            : usable
                + " usable by this libtorch"
                + (usable == 0 ? ", which is built for the CPU" : ""));
  }

  private void trainings(Facts facts) throws IOException {
    List<Map<String, Object>> all = new ArrayList<>();
    String label = "trainings";
    for (LiveRun run : LiveRun.under(runs)) {
      long seconds = Duration.between(run.started(), Instant.now()).toSeconds();
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("run", run.folder());
      json.put("pid", run.pid());
      json.put("epochs", run.epochs());
      json.put("seconds", seconds);
      all.add(json);
      facts.line(label, run.folder().toString());
      facts.line(
          "",
          "  epoch %d, running for %s; `kill %d` saves and stops it"
              .formatted(run.epochs() + 1, LiveBar.clock(seconds), run.pid()));
      label = "";
    }
    if (all.isEmpty()) {
      facts.line(label, "none running in " + runs);
    }
    facts.add("trainings", all);
  }

  private static long size(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
  }

  /** Facts as lines of text and as JSON. */
  private static final class Facts {
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Object> json = new LinkedHashMap<>();

    /** Adds a fact to the text and the JSON. */
    void add(String key, Object value, String label, String text) {
      add(key, value);
      line(label, text);
    }

    /** Adds a fact to the JSON only. */
    void add(String key, Object value) {
      json.put(key, value);
    }

    /** Adds a line to the text only; a line without a label continues the previous one. */
    void line(String label, String text) {
      lines.add("%-10s %s".formatted(label, text));
    }

    List<String> lines() {
      return lines;
    }

    Map<String, Object> json() {
      return json;
    }
  }
}
