package dev.vit4j.train;

import dev.vit4j.infer.Evaluation;
import dev.vit4j.infer.Evaluator;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What comes after the last epoch: the one test of the best weights, and all that is left to look
 * at.
 *
 * @param state of the training at its end
 */
record Ending(
    Progress.Start start, RunFolder folder, Setup setup, Evaluator evaluator, TrainState state) {

  /** Ends a run that is compared with others first: its test set stays unseen. */
  Run withoutTest(Run run) throws IOException {
    folder.writeCurves(state.history);
    folder.writeJson(RunFolder.RESULT, summary(run, null));
    return run;
  }

  /** Tests the best weights, once, and writes the report. */
  Run test(Run run, RunEvents events, Progress progress) throws IOException {
    BufferedImage curves = folder.writeCurves(state.history);
    boolean shown = Files.exists(folder.path().resolve(Report.PAGE));
    try (WeightsFolder.Loaded loaded = WeightsFolder.open(run.best())) {
      loaded.model().to(setup.device());
      Evaluation evaluation = Evaluation.run(evaluator, loaded, setup.input(), setup.test());
      progress.test(evaluation.result());
      Run tested = run.withTest(100 * evaluation.result().top1());
      BufferedImage batch = FirstBatch.draw(setup, start.recipe());
      Map<String, BufferedImage> pictures =
          new Report(start, tested, evaluation, curves, batch).write(folder);
      folder.writeJson(RunFolder.RESULT, summary(tested, evaluation.result()));
      if (!shown) {
        for (Map.Entry<String, BufferedImage> picture : pictures.entrySet()) {
          events.picture(picture.getKey(), state.step, picture.getValue());
        }
      }
      return tested;
    }
  }

  private Map<String, Object> summary(Run run, @Nullable ClassificationResult test) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("best_epoch", run.bestEpoch());
    if (Double.isFinite(run.valTop1())) {
      summary.put("val_top1", run.valTop1());
      summary.put("val_loss", state.bestLoss);
    }
    if (test != null) {
      summary.put("test_top1", 100 * test.top1());
      summary.put("test_top5", 100 * test.top5());
      summary.put("test_loss", test.loss());
    }
    summary.put("epochs", run.epochs());
    summary.put("seconds", run.seconds());
    return summary;
  }
}
