package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.format.EventReader;
import dev.vit4j.format.Safetensors;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import tools.jackson.databind.json.JsonMapper;

/**
 * Trains in a process that gets killed. {@code train DIR EPOCHS} goes on with the training in a
 * folder and saves every few batches; {@code kill DIR N} kills N of those and checks what is left.
 */
public final class KillMain {
  private static final int SAVE_EVERY = 3;
  private static final int LONGEST_LIFE_MS = 400;

  private KillMain() {}

  /** See above. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[1]);
    if (args[0].equals("train")) {
      train(folder, Integer.parseInt(args[2]), System.out::println);
      return;
    }
    int kills = Integer.parseInt(args[2]);
    Path killed = Files.createDirectories(folder.resolve("killed"));
    int epochs = Math.max(6, kills / 2); // so long that the last kills still meet a training
    System.out.println(kill(killed, epochs, kills, new Random()) + " of " + kills + " killed");
    finish(killed, Files.createDirectories(folder.resolve("whole")), epochs);
    System.out.println("resumed to the end: the same bits as without a kill");
  }

  /** Goes on to the end: then everything is as in a training that nobody killed. */
  static void finish(Path killed, Path whole, int epochs) throws IOException {
    Run resumed = train(killed, epochs, line -> {});
    check(killed);
    Run uninterrupted = Trainer.run(recipe(whole, epochs), Progress.quiet());
    assertThat(SavedTensors.of(RunFolder.last(resumed.folder())))
        .isEqualTo(SavedTensors.of(RunFolder.last(uninterrupted.folder())));
    assertThat(SavedTensors.of(resumed.best())).isEqualTo(SavedTensors.of(uninterrupted.best()));
    assertThat(resumed.test("top1")).isEqualTo(uninterrupted.test("top1"));
  }

  static Recipe recipe(Path output, int epochs) {
    return Digits.recipe()
        .with(
            Map.of(
                "output",
                output.toString(),
                "epochs",
                epochs,
                "batch_size",
                128,
                "val_split",
                0.5,
                "grad_accum",
                2,
                "model_args.drop_rate",
                0.1,
                "compute_workers",
                2));
  }

  /** The run to go on with: the one that has a checkpoint. */
  private static @org.jspecify.annotations.Nullable Path begun(Path output) throws IOException {
    for (Path run : runs(output)) {
      if (Files.exists(RunFolder.last(run).resolve(Checkpoint.FILE))) {
        return run;
      }
    }
    return null;
  }

  private static List<Path> runs(Path output) throws IOException {
    Path parent = output.resolve("classification");
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(parent)) {
      return all.sorted().toList();
    }
  }

  /** Trains to the end, saving every few batches on the way. */
  static Run train(Path output, int epochs, Consumer<String> say) throws IOException {
    Path begun = begun(output);
    Run run =
        begun == null
            ? Trainer.run(recipe(output, epochs), saving(say))
            : Trainer.resume(begun, saving(say));
    while (run.stopped()) {
      run = Trainer.resume(run.folder(), saving(say));
    }
    return run;
  }

  private static Progress saving(Consumer<String> say) {
    return new Progress() {
      private int seen;

      @Override
      public void step(Step step) {
        if (seen++ == 0) {
          say.accept("epoch " + step.epoch() + ", batch " + step.batch());
        }
      }

      @Override
      public boolean stopRequested() {
        return seen >= SAVE_EVERY;
      }
    };
  }

  /** Starts and kills processes; how many of them had not ended by themselves. */
  static int kill(Path output, int epochs, int times, Random random)
      throws IOException, InterruptedException {
    int killed = 0;
    for (int i = 0; i < times; i++) {
      Path log = output.resolve("child" + i + ".log");
      Process child =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx512m",
                  "-Djava.awt.headless=true",
                  "-cp",
                  System.getProperty("java.class.path"),
                  KillMain.class.getName(),
                  "train",
                  output.toString(),
                  Integer.toString(epochs))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (i % 4 != 0) { // every fourth may die in its start already
        awaitFirstLine(child, log);
      }
      if (!child.waitFor(random.nextInt(LONGEST_LIFE_MS), TimeUnit.MILLISECONDS)) {
        child.destroyForcibly().waitFor();
        killed++;
      } else {
        assertThat(child.exitValue()).as("child %d", i).isZero();
      }
      check(output);
    }
    return killed;
  }

  /** Waits until the training has begun. */
  private static void awaitFirstLine(Process child, Path log)
      throws IOException, InterruptedException {
    while (child.isAlive() && Files.size(log) == 0) {
      child.waitFor(10, TimeUnit.MILLISECONDS);
    }
  }

  /** Every file under its real name is complete. */
  static void check(Path output) throws IOException {
    for (Path run : runs(output)) {
      try (Stream<Path> files = Files.walk(run)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          checkFile(file);
        }
      }
      for (Path weights : List.of(RunFolder.best(run), RunFolder.last(run))) {
        if (Files.exists(weights.resolve(WeightsFolder.WEIGHTS))) {
          try (WeightsFolder.Loaded loaded = WeightsFolder.open(weights)) {
            assertThat(loaded.model().state().values()).allMatch(Tensor::allFinite);
          }
        }
      }
    }
  }

  private static void checkFile(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.endsWith(".tmp")) {
      assertThat(name).startsWith("."); // left behind by a kill; nobody reads it
    } else if (name.equals(".lock")) {
      assertThat(file).isEmptyFile(); // the system frees it with its process
    } else if (name.endsWith(".json")) {
      assertThat(JsonMapper.shared().readTree(file).isContainer()).as(name).isTrue();
    } else if (name.endsWith(".jsonl")) {
      Files.readAllLines(file).forEach(line -> JsonMapper.shared().readTree(line));
    } else if (name.endsWith(".csv")) {
      assertThat(Files.readString(file)).endsWith("\n");
      assertThat(Files.readAllLines(file))
          .allMatch(
              l ->
                  l.split(",", -1).length
                      == EpochRow.columns(Tasks.named("classification")).size());
    } else if (name.endsWith(".png")) {
      assertThat(ImageIO.read(file.toFile())).as(name).isNotNull();
    } else if (name.endsWith(".yaml")) {
      assertThat(Recipe.load(file).get(RunKeys.NAME)).isEqualTo("digits");
    } else if (name.contains("tfevents")) {
      EventReader.read(file); // checks the sums of what is whole
    } else if (name.endsWith(".html")) {
      assertThat(Files.readString(file)).endsWith("</html>\n");
    } else {
      assertThat(name).endsWith(".safetensors");
      Safetensors.open(file).close();
    }
  }
}
