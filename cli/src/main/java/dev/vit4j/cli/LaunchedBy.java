package dev.vit4j.cli;

import dev.vit4j.distributed.World;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The place of a process that something else has started, by the variables of torchrun ({@code
 * RANK}, {@code WORLD_SIZE} …) or SLURM ({@code SLURM_PROCID}, {@code SLURM_NTASKS} …).
 */
final class LaunchedBy {
  static final String RANK = "RANK";
  static final String WORLD_SIZE = "WORLD_SIZE";
  static final String LOCAL_RANK = "LOCAL_RANK";
  static final String LOCAL_WORLD_SIZE = "LOCAL_WORLD_SIZE";
  static final String MASTER_ADDR = "MASTER_ADDR";
  static final String MASTER_PORT = "MASTER_PORT";
  private static final int FIRST_PORT = 20_000; // of SLURM's jobs
  private static final int PORTS = 10_000;

  private LaunchedBy() {}

  /**
   * Returns the place of this process.
   *
   * @throws IllegalArgumentException if a variable is missing or wrong
   */
  static World environment(Map<String, String> environment) {
    int cores = Runtime.getRuntime().availableProcessors();
    if (environment.containsKey(RANK)) {
      return new World(
          number(environment, RANK),
          number(environment, WORLD_SIZE),
          number(environment, LOCAL_RANK, 0),
          Math.max(1, cores / Math.max(1, number(environment, LOCAL_WORLD_SIZE, 1))),
          text(environment, MASTER_ADDR),
          number(environment, MASTER_PORT));
    }
    if (environment.containsKey("SLURM_PROCID")) {
      return new World(
          number(environment, "SLURM_PROCID"),
          number(environment, "SLURM_NTASKS"),
          number(environment, "SLURM_LOCALID", 0),
          Math.max(1, Math.min(cores, number(environment, "SLURM_CPUS_PER_TASK", cores))),
          environment.containsKey(MASTER_ADDR)
              ? text(environment, MASTER_ADDR)
              : firstHost(nodes(environment)),
          number(
              environment,
              MASTER_PORT,
              FIRST_PORT + Math.floorMod(number(environment, "SLURM_JOB_ID", 0), PORTS)));
    }
    throw new IllegalArgumentException(
        "--nnodes auto needs the variables of torchrun (RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT) or of SLURM's srun: set them, or give --nnodes N --node-rank R --master HOST:PORT");
  }

  private static String nodes(Map<String, String> environment) {
    String nodes = environment.get("SLURM_STEP_NODELIST");
    return nodes == null ? text(environment, "SLURM_NODELIST") : nodes;
  }

  /** Returns the first host of SLURM's list, such as {@code gpu[07-09,12],cpu1}: gpu07. */
  static String firstHost(String nodes) {
    int bracket = nodes.indexOf('[');
    int comma = nodes.indexOf(',');
    if (bracket < 0 || (comma >= 0 && comma < bracket)) {
      return comma < 0 ? nodes : nodes.substring(0, comma);
    }
    String range = nodes.substring(bracket + 1, Math.max(bracket + 1, nodes.indexOf(']')));
    return nodes.substring(0, bracket) + range.split("[-,]", 2)[0];
  }

  private static String text(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(
          "--nnodes auto needs the variable %s, which is not set".formatted(name));
    }
    return value;
  }

  private static int number(Map<String, String> environment, String name, int otherwise) {
    return environment.get(name) == null ? otherwise : number(environment, name);
  }

  private static int number(Map<String, String> environment, String name) {
    String value = text(environment, name);
    @Nullable Integer number = value.matches("\\d{1,9}") ? Integer.valueOf(value) : null;
    if (number == null) {
      throw new IllegalArgumentException(
          "the variable %s is %s, which is no number".formatted(name, value));
    }
    return number;
  }
}
