package dev.vit4j.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.vit4j.tensor.Engine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Processor, memory and GPUs of this machine, as reported by the operating system. */
final class Machine {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final List<String> SIMD =
      List.of(
          "sse4_2",
          "avx",
          "avx2",
          "fma",
          "f16c",
          "avx512f",
          "avx512_vnni",
          "avx512_bf16",
          "amx_bf16",
          "amx_int8",
          "avx_vnni",
          "neon",
          "asimd",
          "asimddp",
          "bf16",
          "sve");
  private static final int PATIENCE_SECONDS = 5;

  private Machine() {}

  /**
   * A GPU.
   *
   * @param memoryMib total memory
   * @param usedMib memory used by all processes
   * @param use utilization in percent
   */
  record Gpu(int index, String name, long memoryMib, long usedMib, int use) {}

  /** Returns the name of the processor. */
  static String cpu() {
    if (Engine.cpuName().isPresent()) {
      return Engine.cpuName().get();
    }
    List<String> mac = output("sysctl", "-n", "machdep.cpu.brand_string");
    return mac.isEmpty() ? System.getProperty("os.arch") : mac.get(0).strip();
  }

  /** Returns the vector instruction sets of the processor that libtorch can use. */
  static List<String> simd() {
    for (String line : lines(CPUINFO)) {
      if (line.startsWith("flags") || line.startsWith("Features")) {
        List<String> all =
            Arrays.asList(line.substring(line.indexOf(':') + 1).strip().split(" +", -1));
        return SIMD.stream().filter(all::contains).toList();
      }
    }
    return output("sysctl", "-n", "machdep.cpu.features").stream()
        .flatMap(l -> Arrays.stream(l.toLowerCase(Locale.ROOT).split(" ", -1)))
        .filter(SIMD::contains)
        .toList();
  }

  /** Returns the total memory in bytes, of the container if there is one. */
  static long memory() {
    return system().getTotalMemorySize();
  }

  /** Returns the available memory in bytes, including reclaimable caches if known. */
  static long memoryAvailable() {
    for (String line : lines(MEMINFO)) {
      if (line.startsWith("MemAvailable:")) {
        long kb = Long.parseLong(line.replaceAll("[^0-9]", ""));
        return Math.min(memory(), kb * 1024);
      }
    }
    return system().getFreeMemorySize();
  }

  /** Returns the GPUs that {@code nvidia-smi} lists; none if it is not installed. */
  static List<Gpu> gpus() {
    List<Gpu> gpus = new ArrayList<>();
    for (String line :
        output(
            "nvidia-smi",
            "--query-gpu=index,name,memory.total,memory.used,utilization.gpu",
            "--format=csv,noheader,nounits")) {
      String[] f = line.split(" *, *", -1);
      if (f.length == 5) {
        gpus.add(new Gpu((int) number(f[0]), f[1], number(f[2]), number(f[3]), (int) number(f[4])));
      }
    }
    return gpus;
  }

  /** Parses a number; drivers write [N/A] for unknown values. */
  private static long number(String text) {
    String digits = text.replaceAll("[^0-9]", "");
    return digits.isEmpty() ? 0 : Long.parseLong(digits);
  }

  private static OperatingSystemMXBean system() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Returns the output lines of a program; none if it is missing, fails or times out. */
  private static List<String> output(String... command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
          return List.of();
        }
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return text.lines().toList();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
