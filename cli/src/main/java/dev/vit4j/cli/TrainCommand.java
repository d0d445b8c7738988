package dev.vit4j.cli;

import dev.vit4j.data.source.Datasets;
import dev.vit4j.distributed.World;
import dev.vit4j.format.Count;
import dev.vit4j.format.ShellWord;
import dev.vit4j.format.UserPath;
import dev.vit4j.metric.Metric;
import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.ScheduleKeys;
import dev.vit4j.tensor.Engine;
import dev.vit4j.train.DistributedTraining;
import dev.vit4j.train.Progress;
import dev.vit4j.train.Run;
import dev.vit4j.train.Study;
import dev.vit4j.train.StudyResult;
import dev.vit4j.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vit train}: trains a model with a recipe, or resumes a run. */
@Command(
    name = "train",
    description = "Train a model with a recipe.",
    sortOptions = false,
    abbreviateSynopsis = true,
    modelTransformer = RecipeFlags.class,
    footer = {
      "",
      "Flags override values of the recipe: --batch-size sets the key batch_size.",
      "",
      "Examples:",
      "  ./vit train",
      "  ./vit train mnist-sample --epochs 5 -b 128 --sweep lr=0.01,0.03"
    })
final class TrainCommand implements Callable<Integer> {
  private static final int INTERRUPTED = 130;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "RECIPE",
      description = "Recipe name (see vit recipes) or YAML file (default: mnist-sample).")
  @Nullable String recipe;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description = "Resume the run or group of runs in this folder, with its own recipe.")
  @Nullable Path resume;

  @Mixin CommonOptions common;
  @Mixin StudyFlags study;
  @Mixin RankOptions ranks;

  @Override
  public Integer call() throws IOException {
    Map<String, Object> changes =
        RecipeFlags.changes(
            spec.commandLine().getParseResult(), resume == null ? recipe().get(DataKeys.DATA) : "");
    requireAlone(changes);
    if (ranks.launches()) {
      ranks.refuseStudy(study.given());
      return new Launcher(ranks, spec.commandLine().getParseResult()).run();
    }
    World world = ranks.world();
    if (world != null && world.size() > 1) {
      ranks.refuseStudy(study.given());
      return rank(world, changes);
    }
    Output output = common.output();
    PrintWriter err = spec.commandLine().getErr();
    boolean live = !common.quiet && Terminal.isInteractive();
    Recipe chosen = resume == null ? changed(base(changes), changes) : null;
    StopOnSignal.say("interrupted before the training began");
    if (study.given() || (resume != null && Study.isGroup(resume))) {
      return several(chosen, output, live ? err : null);
    }
    try (StopOnSignal stop = new StopOnSignal();
        TrainProgress progress = new TrainProgress(output, live ? err : null, stop)) {
      return train(chosen, null, progress, output);
    }
  }

  private int train(
      @Nullable Recipe chosen, @Nullable World world, TrainProgress progress, Output output)
      throws IOException {
    LocalDateTime begin = LocalDateTime.now(ZoneId.systemDefault());
    environment(progress);
    Run run = train(chosen, world, progress);
    progress.endBar();
    report(run, progress, begin);
    output.json(json(run));
    return run.stopped() ? INTERRUPTED : ExitCode.OK;
  }

  /** Trains as one of several processes; only rank 0 prints. */
  private int rank(World world, Map<String, Object> changes) throws IOException {
    boolean first = world.rank() == 0;
    boolean quiet = common.quiet || !first;
    Output output = first ? common.output() : Output.none();
    Recipe chosen = resume == null ? changed(base(changes), changes) : null;
    StopOnSignal.halts();
    Launcher.endWithLauncher();
    StopOnSignal.say(first ? "interrupted before the training began" : null);
    PrintWriter bar = !quiet && Terminal.isInteractive() ? spec.commandLine().getErr() : null;
    try (StopOnSignal stop = new StopOnSignal()) {
      if (!first) {
        Run run = train(chosen, world, new SilentProgress(stop));
        return run.stopped() ? INTERRUPTED : ExitCode.OK;
      }
      try (TrainProgress progress = new TrainProgress(output, bar, stop)) {
        return train(chosen, world, progress, output);
      }
    }
  }

  private void requireAlone(Map<String, Object> changes) {
    if (resume != null && (recipe != null || !changes.isEmpty() || study.given())) {
      throw new IllegalArgumentException(
          "--resume uses the recipe of the run: remove "
              + (recipe != null
                  ? recipe
                  : study.given()
                      ? "--seeds, --folds and --sweep"
                      : String.join(", ", changes.keySet())));
    }
  }

  private int several(@Nullable Recipe chosen, Output output, @Nullable PrintWriter terminal)
      throws IOException {
    try (StopOnSignal stop = new StopOnSignal();
        StudyProgress progress = new StudyProgress(output, terminal, stop)) {
      StudyResult result =
          chosen == null
              ? Study.resume(Objects.requireNonNull(resume), progress)
              : study.of(chosen).run(progress);
      progress.close();
      if (result.stopped()) {
        output.note("stopped; resume with:");
        output.note("  " + Main.COMMAND + " train --resume " + ShellWord.of(result.group()));
        return INTERRUPTED;
      }
      StudyTable.print(result, output);
      StudyResult.Entry best = result.best();
      if (best != null) {
        output.result("best run by validation: " + best.name());
        output.result(
            line(result.decides(), "test (once, best weights)", best.test(result.decides().key())));
      }
      output.result("group folder: " + result.group());
      output.note("next:");
      output.note("  tensorboard --logdir " + ShellWord.of(result.group()));
      output.json(result.toMap());
      boolean failed = result.runs().stream().allMatch(run -> run.error() != null);
      return failed ? ExitCode.SOFTWARE : ExitCode.OK;
    }
  }

  private Run train(@Nullable Recipe chosen, @Nullable World world, Progress progress)
      throws IOException {
    if (world != null) {
      return chosen == null
          ? DistributedTraining.resume(Objects.requireNonNull(resume), world, progress)
          : DistributedTraining.run(chosen, world, progress);
    }
    if (chosen != null) {
      return Trainer.run(chosen, progress);
    }
    return Trainer.resume(Objects.requireNonNull(resume), progress);
  }

  private Recipe recipe() throws IOException {
    String name = recipe == null ? "mnist-sample" : recipe;
    boolean file =
        name.endsWith(".yaml") || name.endsWith(".yml") || Files.exists(UserPath.of(name));
    return !Recipe.names().contains(name) && file
        ? Recipe.load(UserPath.of(name))
        : Recipe.named(name);
  }

  /**
   * Returns the recipe to change. Without one, images in class folders take the recipe for these.
   */
  private Recipe base(Map<String, Object> changes) throws IOException {
    boolean folder = Datasets.FOLDER.equals(changes.get(DataKeys.DATA.name()));
    if (recipe != null || !folder) {
      return recipe();
    }
    common.output().note("Recipe: folder (no recipe was named)");
    return Recipe.named(Datasets.FOLDER);
  }

  /** Changes a recipe, and says if that shortened its warm-up. */
  private Recipe changed(Recipe base, Map<String, Object> changes) {
    Recipe chosen = base.with(changes);
    int warmup = chosen.get(ScheduleKeys.WARMUP_EPOCHS);
    if (!changes.containsKey(ScheduleKeys.WARMUP_EPOCHS.name())
        && warmup < base.get(ScheduleKeys.WARMUP_EPOCHS)) {
      common
          .output()
          .note(
              "warmup_epochs: %d instead of the recipe's %d, as the training has %s; set it with --warmup-epochs"
                  .formatted(
                      warmup,
                      base.get(ScheduleKeys.WARMUP_EPOCHS),
                      Count.of(chosen.get(OptimizerKeys.EPOCHS), "epoch")));
    }
    return chosen;
  }

  private static void environment(TrainProgress progress) {
    int cores = Runtime.getRuntime().availableProcessors();
    progress.note(
        "%s, Java %s, libtorch %s (%s), %s"
            .formatted(
                Version.text(),
                Runtime.version().feature(),
                Engine.version(),
                Engine.cpuCapability(),
                Count.of(cores, "core")));
  }

  private static void report(Run run, TrainProgress progress, LocalDateTime begin) {
    if (run.stopped()) {
      progress.note("stopped; resume with:");
      progress.note("  " + Main.COMMAND + " train --resume " + ShellWord.of(run.folder()));
      return;
    }
    if (!progress.stepped()) {
      progress.note(
          "Nothing to do: this run was already complete after epoch %d.".formatted(run.epochs()));
    }
    Metric metric = run.decides();
    double val = run.val(metric.key());
    if (Double.isFinite(val)) {
      progress.result(line(metric, "validation (best epoch " + run.bestEpoch() + ")", val));
    }
    progress.result(line(metric, "test (once, best weights)", run.test(metric.key())));
    LocalDateTime end = LocalDateTime.now(ZoneId.systemDefault());
    long session = Duration.between(begin, end).toSeconds();
    progress.note(
        "start: %s   end: %s   duration: %s"
            .formatted(TIME.format(begin), TIME.format(end), LiveBar.clock(session)));
    progress.note(
        String.format(Locale.ROOT, "training time of all sessions: %.1f s", run.seconds()));
    progress.result("run folder: " + run.folder());
    progress.note("report: " + run.folder().resolve("report.html"));
    progress.note("next:");
    String folder = ShellWord.of(run.folder());
    progress.note("  " + Main.COMMAND + " eval " + folder);
    progress.note("  " + Main.COMMAND + " predict " + folder + " PICTURE.png");
    progress.note("  tensorboard --logdir " + folder);
  }

  /**
   * Such as {@code test (once, best weights): 96.13 %}; names the metric if it is no percentage.
   */
  private static String line(Metric metric, String what, double value) {
    String name = metric.unit() == Metric.Unit.PERCENT ? "" : " " + metric.title();
    return "%s:%s %s".formatted(what, name, metric.text(value));
  }

  private static Map<String, Object> json(Run run) {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("run", run.folder());
    String key = run.decides().key();
    m.put("val_" + key, run.val(key));
    m.put("test_" + key, run.test(key));
    m.put("epochs", run.epochs());
    m.put("seconds", run.seconds());
    m.put("best_epoch", run.bestEpoch());
    return m;
  }
}
