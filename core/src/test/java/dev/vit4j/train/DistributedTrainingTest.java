package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.distributed.World;
import dev.vit4j.parallel.WorkerPool;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several ranks train as one process with as many workers. */
class DistributedTrainingTest {
  private static final int ALL = Integer.MAX_VALUE;

  @TempDir Path dir;

  private Recipe recipe(String kind) throws IOException {
    Map<String, Object> values = new HashMap<>();
    values.put("epochs", 1);
    values.put("batch_size", 256);
    values.put("lr", 1e-3);
    values.put("output", dir.resolve("runs").toString());
    switch (kind) {
      case "vit" -> values.put("model_args.drop_rate", 0.1);
      case "mixed" ->
          values.putAll(
              Map.of(
                  "mixup",
                  0.4,
                  "cutmix",
                  1.0,
                  "ema",
                  0.99,
                  "clip_grad",
                  0.5,
                  "grad_accum",
                  4,
                  "reprob",
                  0.3));
      case "weighted" ->
          values.putAll(Map.of("class_weights", List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)));
      case "resnet" ->
          values.putAll(
              Map.of("model", "resnet20_cifar", "model_args", Map.of("img_size", 28, "width", 4)));
      case "clip" -> {
        return clip().with(values).with("batch_size", 50).with("grad_accum", 2);
      }
      case "segmenter", "dice" -> {
        Path data = dir.resolve("data");
        if (!data.toFile().exists()) {
          Shapes.write(data);
        }
        return Shapes.recipe(data, dir.resolve("runs"))
            .with("epochs", 2)
            .with("lr", 1e-3)
            .with("dice", kind.equals("dice") ? 0.5 : 0);
      }
      default -> throw new IllegalArgumentException(kind);
    }
    return Digits.recipe().with(values);
  }

  private static Recipe clip() throws IOException {
    return Recipe.parse(
        "clip",
        """
        task: contrastive
        data: mnist-sample
        model: clip
        model_args: {img_size: 28, in_chans: 1, embed_dim: 16, vision_patch_size: 7, vision_width: 32,
          vision_layers: 2, vision_head_width: 8, text_width: 16, text_heads: 2, text_layers: 1}
        mean: [0.1307]
        std: [0.3081]
        """);
  }

  /** Trains on ranks for some batches; returns the run of rank 0. */
  private static Run together(int ranks, Recipe recipe, int batches) throws IOException {
    List<Run> runs =
        Together.run(ranks, r -> Trainer.run(recipe, null, true, ResumeTest.stopAfter(batches), r));
    assertThat(runs).extracting(Run::folder).containsOnly(runs.get(0).folder());
    assertThat(runs).extracting(Run::val).containsOnly(runs.get(0).val());
    return runs.get(0);
  }

  private static Run alone(Recipe recipe, int batches) throws IOException {
    return Trainer.run(recipe, ResumeTest.stopAfter(batches));
  }

  private static void assertClose(Run one, Run other, double tolerance) throws IOException {
    Map<String, float[]> expected = SavedTensors.floats(RunFolder.last(other.folder()));
    Map<String, float[]> actual = SavedTensors.floats(RunFolder.last(one.folder()));
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    for (Map.Entry<String, float[]> e : expected.entrySet()) {
      float[] a = actual.get(e.getKey());
      assertThat(a).as(e.getKey()).hasSameSizeAs(e.getValue());
      for (int i = 0; i < a.length; i++) {
        assertThat((double) a[i]).as(e.getKey()).isCloseTo(e.getValue()[i], within(tolerance));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit", "mixed", "weighted", "resnet", "clip", "segmenter", "dice"})
  void twoRanksAreTwoWorkers(String kind) throws IOException {
    Recipe recipe = recipe(kind);
    Run ranks = together(2, recipe.with("compute_workers", 1), 12);
    assertClose(ranks, alone(recipe.with("compute_workers", 2), 12), 1e-5);
  }

  @Test
  void threeRanksOfTwoWorkersAreSixWorkersAndTwoRunsHaveTheSameBits() throws IOException {
    Recipe recipe = recipe("vit");
    Run ranks = together(3, recipe.with("compute_workers", 2), ALL);
    Run workers = alone(recipe.with("compute_workers", 6), ALL);
    assertClose(ranks, workers, 1e-5);
    assertThat(ranks.test("top1")).isCloseTo(workers.test("top1"), within(0.2));
    Run again = together(3, recipe.with("compute_workers", 2), ALL);
    assertSameBits(again, ranks);
    assertThat(again.test()).isEqualTo(ranks.test());
  }

  @Test
  void synchronizedBatchNormSeesTheWholeBatch() throws IOException {
    Recipe plain =
        recipe("resnet")
            .with(Map.of("compute_workers", 1, "opt", "sgd", "lr", 1e-3, "batch_size", 32));
    Recipe recipe = plain.with("sync_bn", true);
    assertClose(together(2, recipe, 1), alone(plain, 1), 1e-5);
    Run workers = alone(recipe.with("compute_workers", 2), 8);
    assertSameBits(together(2, recipe, 8), workers);
    assertClose(together(2, recipe.with("compute_workers", 2), 8), workers, 1e-2);
  }

  private static void assertSameBits(Run one, Run other) throws IOException {
    assertThat(SavedTensors.of(RunFolder.last(one.folder())))
        .isEqualTo(SavedTensors.of(RunFolder.last(other.folder())));
  }

  @Test
  void aResumedRunHasTheSameBitsAndRunsOnAnotherNumberOfRanks() throws IOException {
    Recipe recipe = recipe("vit").with("compute_workers", 1);
    Path whole = together(2, recipe, ALL).folder();
    Path stopped = together(2, recipe, 10).folder();
    Path copy = dir.resolve("copy");
    copy(stopped, copy);
    Together.run(
        2,
        r ->
            Trainer.resume(r.isFirst() ? stopped : Path.of("not here"), true, Progress.quiet(), r));
    assertThat(SavedTensors.of(RunFolder.last(stopped)))
        .isEqualTo(SavedTensors.of(RunFolder.last(whole)));
    Run alone = Trainer.resume(copy, Progress.quiet());
    assertThat(alone.stopped()).isFalse();
    assertThat(alone.test("top1")).isGreaterThan(10);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  @Test
  void aLossThatIsNotFiniteOnOneRankIsSeenByAll() throws IOException {
    List<Double> losses =
        Together.run(
            2,
            r ->
                Parts.sum(
                        List.of(new Workers.Outcome(r.rank() == 1 ? Double.NaN : 1, Tally.NONE)), r)
                    .loss());
    assertThat(losses).containsExactly(Double.NaN, Double.NaN);
  }

  @Test
  void anotherRecipeAndAFailureEndAllRanksWithOneLine() throws IOException {
    Recipe recipe = recipe("vit").with("compute_workers", 1);
    assertThat(failures(rank -> recipe.with("lr", rank == 1 ? 0.5 : 0.25)))
        .containsOnly(
            "rank 1 has recipe value 'lr: 0.5', rank 0 has 'lr: 0.25': start all ranks with the same recipe and flags");
    List<String> missing =
        failures(
            rank -> rank == 1 ? recipe.with("data", "mnist").with("data_dir", "nowhere") : recipe);
    assertThat(missing.get(0)).startsWith("rank 1: ").contains("nowhere");
    assertThat(missing.get(1)).contains("nowhere");
  }

  /** Trains two ranks with recipes of their own; returns the messages. */
  private static List<String> failures(IntFunction<Recipe> recipe) throws IOException {
    int port = Together.freePort();
    try (WorkerPool pool = new WorkerPool("rank", 2)) {
      return pool.all(
          IntStream.range(0, 2)
              .mapToObj(
                  rank ->
                      (Callable<String>)
                          () -> {
                            World world = new World(rank, 2, rank, 1, "127.0.0.1", port);
                            Throwable e =
                                catchThrowable(
                                    () ->
                                        DistributedTraining.run(
                                            recipe.apply(rank), world, Progress.quiet()));
                            return String.valueOf(e.getMessage());
                          })
              .toList());
    }
  }
}
