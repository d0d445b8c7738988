package dev.vit4j.spark;

import dev.vit4j.distributed.World;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.Task;
import dev.vit4j.train.DistributedTraining;
import dev.vit4j.train.EpochRow;
import dev.vit4j.train.Progress;
import dev.vit4j.train.Run;
import dev.vit4j.train.Trainer;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.BarrierTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** A task that trains as one rank. */
final class RankTask extends AbstractFunction1<Iterator<Integer>, Iterator<TrainedRun>>
    implements Serializable {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(RankTask.class);
  private static final String LOCAL = "127.0.0.1";

  private final String recipe;

  /**
   * @param recipe YAML of a recipe
   */
  RankTask(String recipe) {
    this.recipe = recipe;
  }

  @Override
  public Iterator<TrainedRun> apply(Iterator<Integer> numbers) {
    BarrierTaskContext context = BarrierTaskContext.get();
    try {
      Run run = train(Recipe.parse("recipe of the driver", recipe), context);
      List<TrainedRun> result =
          context.partitionId() == 0 ? List.of(TrainedRun.of(run)) : List.of();
      return CollectionConverters.asScala(result.iterator());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Run train(Recipe recipe, BarrierTaskContext context) throws IOException {
    int rank = context.partitionId();
    int port = Integer.parseInt(context.allGather(rank == 0 ? freePort() : "")[0]);
    String[] hosts =
        Stream.of(context.getTaskInfos())
            .map(info -> info.address().replaceFirst(":\\d+$", ""))
            .toArray(String[]::new);
    int localRank = (int) Arrays.stream(hosts, 0, rank).filter(hosts[rank]::equals).count();
    boolean together = Stream.of(hosts).allMatch(hosts[0]::equals);
    World world =
        new World(rank, hosts.length, localRank, context.cpus(), together ? LOCAL : hosts[0], port);
    Listener listener = new Listener(context);
    return world.size() == 1
        ? Trainer.run(recipe, listener)
        : DistributedTraining.run(recipe, world, listener);
  }

  private static String freePort() throws IOException {
    try (ServerSocketChannel any = ServerSocketChannel.open()) {
      any.bind(new InetSocketAddress(0));
      return Integer.toString(((InetSocketAddress) any.getLocalAddress()).getPort());
    }
  }

  /** Logs on rank 0, and stops if Spark cancels the task. */
  private record Listener(BarrierTaskContext context) implements Progress {
    @Override
    public void stage(String line) {
      if (context.partitionId() == 0) {
        LOG.info(line);
      }
    }

    @Override
    public void epoch(EpochRow row, Task task, boolean best) {
      stage(Progress.line(row, task, best));
    }

    @Override
    public void stalled(String failure) {
      LOG.error(failure);
    }

    @Override
    public boolean stopRequested() {
      return context.isInterrupted();
    }
  }
}
