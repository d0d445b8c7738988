package dev.vit4j.train;

import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Evaluator;
import dev.vit4j.task.Measure;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Final steps after the last epoch: the test of the best weights and the report.
 *
 * @param state final state of the training
 */
record Ending(
    Progress.Start start, RunFolder folder, Setup setup, Evaluator evaluator, TrainState state) {

  /** Ends a run of a sweep without evaluating on the test split. */
  Run withoutTest(Run run) throws IOException {
    folder.writeCurves(state.history, setup.task());
    folder.writeJson(RunFolder.RESULT, summary(run));
    return run;
  }

  /** Tests the best weights and writes the report. */
  Run test(Run run, RunEvents events, Progress progress) throws IOException {
    BufferedImage curves = folder.writeCurves(state.history, setup.task());
    boolean shown = Files.exists(folder.path().resolve(Report.PAGE));
    try (WeightsFolder.Loaded loaded = WeightsFolder.open(run.best())) {
      loaded.model().to(setup.device());
      evaluator.ranks().fromFirst(loaded.model().state().values());
      Evaluation evaluation = setup.task().evaluate(evaluator, loaded, setup.input(), setup.test());
      progress.test(evaluation);
      Run tested = run.withTest(evaluation.values());
      BufferedImage batch = FirstBatch.of(folder, setup, start.recipe());
      Map<String, BufferedImage> pictures =
          new Report(start, tested, evaluation, curves, batch).write(folder);
      folder.writeJson(RunFolder.RESULT, summary(tested));
      if (!shown) {
        for (Map.Entry<String, BufferedImage> picture : pictures.entrySet()) {
          events.picture(picture.getKey(), state.step, picture.getValue());
        }
      }
      return tested;
    }
  }

  /** Computes a part of the test on another rank than 0, with the best weights from there. */
  void help() throws IOException {
    try (Model best = Models.create(setup.model().name(), setup.model().args(), Init.unset())) {
      best.to(setup.device());
      evaluator.ranks().fromFirst(best.state().values());
      Measure measure = setup.task().measure(best, setup.input(), setup.test(), setup.device());
      evaluator.run(measure, best, setup.input(), setup.test());
    }
  }

  private static Map<String, Object> summary(Run run) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("best_epoch", run.bestEpoch());
    run.val().forEach((key, value) -> summary.put("val_" + key, value));
    run.test().forEach((key, value) -> summary.put("test_" + key, value));
    summary.put("epochs", run.epochs());
    summary.put("seconds", run.seconds());
    return summary;
  }
}
