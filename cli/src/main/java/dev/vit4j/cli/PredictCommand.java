package dev.vit4j.cli;

import dev.vit4j.infer.Classifier;
import dev.vit4j.infer.Predictor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vit predict}: what a trained model sees on pictures, or on a data set's. */
@Command(
    name = "predict",
    description = "Say what is on pictures, with probabilities.",
    footer = {
      "",
      "Examples:",
      "  ./vit predict runs/classification/mnist-sample1 docs/pictures/seven.png",
      "  ./vit predict runs/classification/mnist-sample1 docs/pictures --csv digits.csv"
    })
final class PredictCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();
  @Mixin WeightsOptions opened = new WeightsOptions();
  @Mixin PictureOptions pictures = new PictureOptions();
  @Mixin ComputeOptions compute = new ComputeOptions();

  @Option(
      names = {"-k", "--topk"},
      paramLabel = "K",
      defaultValue = "5",
      description = "Classes to name for a picture (default: ${DEFAULT-VALUE}).")
  int topK = 5;

  @Option(names = "--csv", paramLabel = "FILE", description = "Write a table to a new file.")
  @Nullable Path csv;

  @Option(
      names = "--jsonl",
      paramLabel = "FILE",
      description = "Write one JSON object a picture to a new file.")
  @Nullable Path jsonl;

  @Option(
      names = "--plot",
      paramLabel = "DIR",
      description = "Draw every picture with its answer into a folder.")
  @Nullable Path plot;

  @Option(
      names = "--resume",
      description = "Go on with the --csv and --jsonl files of an interrupted run.")
  boolean resume;

  @Override
  public Integer call() throws IOException {
    check();
    Output out = common.output();
    Iterable<Predictor.Picture> all = pictures.open();
    DoneBefore before =
        resume ? PredictionFiles.resume(csv, jsonl, all, pictures.batchSize) : DoneBefore.NOTHING;
    before.tell(out);
    int done = before.pictures();
    try (Classifier classifier =
        Classifier.of(
            opened.open(pictures.place(), out),
            compute.device(),
            compute.answering(),
            compute.threads())) {
      Answers answers =
          pictures.areSamples()
              ? new SampleAnswers(out, classifier, topK, done)
              : new PictureAnswers(out, classifier, topK);
      Predictor predictor = new Predictor(classifier, pictures.batchSize, compute.threads());
      try (PredictionFiles to = new PredictionFiles(classifier, csv, jsonl, plot, done)) {
        predictor.run(
            before.rest(all),
            answer -> {
              answers.accept(answer);
              to.accept(answer, answers.predictions(answer));
            });
        to.keep();
      }
      return answers.end(before.failed()) ? 0 : 1;
    }
  }

  private void check() throws IOException {
    if (topK < 1) {
      throw new IllegalArgumentException("--topk must be at least 1, not " + topK);
    }
    for (Path file : new @Nullable Path[] {csv, jsonl}) {
      if (file != null) {
        GrowingFile.require(file, resume);
      }
    }
    if (resume && csv == null && jsonl == null) {
      throw new IllegalArgumentException(
          "--resume goes on with a file: name it by --csv or --jsonl");
    }
  }
}
