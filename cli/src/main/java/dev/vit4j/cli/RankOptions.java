package dev.vit4j.cli;

import dev.vit4j.distributed.World;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The processes of a training, in the terms of torchrun: {@code @Mixin RankOptions ranks}. Without
 * these options there is one process, whatever variables the environment has.
 */
final class RankOptions {
  static final String AUTO = "auto";

  @Option(
      names = "--nnodes",
      paramLabel = "N",
      description =
          "Train on N hosts; start the same command on each. auto: this is one process of many that torchrun, SLURM or vit has started, as the environment says.")
  @Nullable String nodes;

  @Option(
      names = "--nproc-per-node",
      paramLabel = "P",
      description = "Start P processes on this host, which share its cores.")
  @Nullable Integer processes;

  @Option(names = "--node-rank", paramLabel = "R", description = "Number of this host, 0 to N - 1.")
  @Nullable Integer nodeRank;

  @Option(
      names = "--master",
      paramLabel = "HOST:PORT",
      description =
          "Address and free port of host 0. All hosts must be in a private network: connections have no password.")
  @Nullable String master;

  private boolean isAuto() {
    return AUTO.equals(nodes);
  }

  int nodes() {
    try {
      return nodes == null ? 1 : positive("--nnodes", Integer.parseInt(nodes));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--nnodes is a number of hosts, or auto, not %s".formatted(nodes), e);
    }
  }

  int processes() {
    return processes == null ? 1 : positive("--nproc-per-node", processes);
  }

  private static int positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be at least 1, not %d".formatted(name, value));
    }
    return value;
  }

  int nodeRank() {
    if (nodeRank == null && nodes() > 1) {
      throw new IllegalArgumentException(
          "--nnodes %d needs --node-rank: 0 on the first host, then 1 and so on"
              .formatted(nodes()));
    }
    int rank = nodeRank == null ? 0 : nodeRank;
    if (rank < 0 || rank >= nodes()) {
      throw new IllegalArgumentException(
          "--node-rank %d is not 0 to %d, as --nnodes says".formatted(rank, nodes() - 1));
    }
    return rank;
  }

  /** Returns whether this process starts others, which do the work. */
  boolean launches() {
    if (isAuto()) {
      if (processes != null || nodeRank != null || master != null) {
        throw new IllegalArgumentException(
            "--nnodes auto takes everything from the environment: remove --nproc-per-node, --node-rank and --master");
      }
      return false;
    }
    if (nodes() == 1 && processes() == 1 && (nodeRank != null || master != null)) {
      throw new IllegalArgumentException("--node-rank and --master need --nnodes above 1");
    }
    nodeRank();
    return processes() > 1;
  }

  /** Returns the place of this process; null for the only one. */
  @Nullable World world() {
    if (isAuto()) {
      return LaunchedBy.environment(System.getenv());
    }
    if (nodes() == 1) {
      return null;
    }
    int cores = Runtime.getRuntime().availableProcessors();
    return new World(nodeRank(), nodes(), 0, cores, host(), port());
  }

  /** Returns the host of rank 0. */
  String host() {
    return address()[0];
  }

  /** Returns the port of rank 0. */
  int port() {
    String port = address()[1];
    try {
      return Integer.parseInt(port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--master is HOST:PORT, not %s".formatted(master), e);
    }
  }

  private String[] address() {
    int colon = master == null ? -1 : master.lastIndexOf(':');
    if (master == null || colon < 1) {
      throw new IllegalArgumentException(
          master == null
              ? "--nnodes %d needs --master HOST:PORT, the address of host 0 and a free port, such as 10.0.0.1:29500"
                  .formatted(nodes())
              : "--master is HOST:PORT, not %s".formatted(master));
    }
    return new String[] {master.substring(0, colon), master.substring(colon + 1)};
  }

  /** Refuses several runs: each would need processes of its own. */
  void refuseStudy(boolean given) {
    if (given) {
      throw new IllegalArgumentException(
          "--seeds, --folds and --sweep train in one process: start the runs one by one with --nnodes or --nproc-per-node");
    }
  }
}
