package dev.vit4j.distributed;

/**
 * The place of a process among all that compute together, in the terms of torchrun.
 *
 * @param rank number of the process, from 0
 * @param size number of processes on all hosts
 * @param localRank number of the process on its host, from 0
 * @param cores number of processors for this process, at least 1
 * @param host host of rank 0, as the others reach it
 * @param port port at which rank 0 listens
 */
public record World(int rank, int size, int localRank, int cores, String host, int port) {
  private static final int MAX_PORT = 65_535;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public World {
    if (size < 1 || rank < 0 || rank >= size) {
      throw new IllegalArgumentException(
          "rank %d is not among %d processes: ranks are 0 to the number of processes - 1"
              .formatted(rank, size));
    }
    if (localRank < 0 || cores < 1) {
      throw new IllegalArgumentException(
          "local rank %d with %d processors: they are at least 0 and 1"
              .formatted(localRank, cores));
    }
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("port %d is not 1 to %d".formatted(port, MAX_PORT));
    }
    if (host.isBlank()) {
      throw new IllegalArgumentException("the host of rank 0 is empty");
    }
  }
}
