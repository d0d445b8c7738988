package dev.vit4j.train;

import dev.vit4j.distributed.RankFailureException;
import dev.vit4j.distributed.Ranks;
import dev.vit4j.distributed.World;
import dev.vit4j.recipe.Recipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Training over several processes, each of which calls the same method. A process with rank r
 * computes a part of every batch; gradients are summed over all processes before every optimizer
 * step. Only rank 0 writes files and needs the run folder. If a process fails, all of them throw a
 * {@link RankFailureException} with the same line, within a minute.
 */
public final class DistributedTraining {
  private DistributedTraining() {}

  /** A training in joined processes. */
  @FunctionalInterface
  private interface Work {
    Run run(Ranks ranks) throws IOException;
  }

  /**
   * Trains with a recipe, as {@link Trainer#run(Recipe, Progress)}.
   *
   * @param progress listener of this rank; others than rank 0 usually print nothing
   * @throws IOException if the processes do not join, or files cannot be read or written
   */
  public static Run run(Recipe recipe, World world, Progress progress) throws IOException {
    return joined(world, progress, ranks -> Trainer.run(recipe, null, true, progress, ranks));
  }

  /**
   * Resumes a run, as {@link Trainer#resume(Path, Progress)}, on any number of processes.
   *
   * @param run folder of the run; only rank 0 reads it
   * @throws IOException as {@link #run}
   */
  public static Run resume(Path run, World world, Progress progress) throws IOException {
    return joined(world, progress, ranks -> Trainer.resume(run, true, progress, ranks));
  }

  private static Run joined(World world, Progress progress, Work work) throws IOException {
    try (Ranks ranks = Ranks.join(world, progress::stalled)) {
      try {
        return work.run(ranks);
      } catch (RankFailureException | NonFiniteLossException e) {
        throw e; // all ranks have it
      } catch (UncheckedIOException e) {
        throw failed(ranks, e);
      } catch (IOException | RuntimeException | Error e) {
        ranks.fail(String.valueOf(e.getMessage()));
        throw e;
      }
    }
  }

  private static IOException failed(Ranks ranks, UncheckedIOException e) {
    ranks.fail(String.valueOf(e.getCause().getMessage()));
    return e.getCause();
  }
}
