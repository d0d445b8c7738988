package dev.vit4j.cli;

import dev.vit4j.infer.Answering;
import dev.vit4j.infer.Predictor;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vit predict}: runs a trained model on images or on the samples of a data set. */
@Command(
    name = "predict",
    description = "Predict the classes of images, or a class for every pixel.",
    footer = {
      "",
      "Examples:",
      "  ./vit predict runs/classification/mnist-sample1 docs/pictures/seven.png",
      "  ./vit predict runs/classification/mnist-sample1 docs/pictures --csv digits.csv"
    })
final class PredictCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();
  @Mixin WeightsOptions opened = new WeightsOptions();
  @Mixin ClassOptions classes = new ClassOptions();
  @Mixin PictureOptions pictures = new PictureOptions();
  @Mixin ComputeOptions compute = new ComputeOptions();

  @Mixin AnswerOptions answers = new AnswerOptions();

  @Option(
      names = "--masks",
      paramLabel = "DIR",
      description = "Write a PNG for every image: class indices, or depths in millimeters.")
  @Nullable Path masks;

  @Override
  public Integer call() throws IOException {
    answers.check();
    if (masks != null) {
      answers.draw("masks", masks);
    }
    Output out = common.output();
    Iterable<Predictor.Picture> all = pictures.open(out);
    WeightsFolder.Loaded loaded =
        classes.name(opened.open(pictures.place(), out), pictures.classes());
    try (Answering<?> answering = answering(loaded)) {
      boolean isGood =
          answers.run(
              answering,
              all,
              pictures.areSamples(),
              pictures.batchSize,
              compute.threads(),
              AnswerOptions.Besides.nothing(),
              out);
      return isGood ? 0 : 1;
    } finally {
      StopOnSignal.say(null);
    }
  }

  /** Returns the model for inference in its task. */
  private Answering<?> answering(WeightsFolder.Loaded loaded) {
    return Tasks.of(loaded)
        .answering(loaded, compute.device(), compute.answering(), compute.threads(), answers.topK);
  }
}
