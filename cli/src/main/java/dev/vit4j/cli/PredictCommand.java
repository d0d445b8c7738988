package dev.vit4j.cli;

import dev.vit4j.infer.Answering;
import dev.vit4j.infer.Predictor;
import dev.vit4j.infer.output.AnswerDrawings;
import dev.vit4j.infer.output.AnswerFiles;
import dev.vit4j.infer.output.GrowingFile;
import dev.vit4j.infer.output.Resumed;
import dev.vit4j.infer.output.TextOutput;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  @Mixin PictureOptions pictures = new PictureOptions();
  @Mixin ComputeOptions compute = new ComputeOptions();

  @Option(
      names = {"-k", "--topk"},
      paramLabel = "K",
      defaultValue = "5",
      description = "Number of predicted classes per image (default: ${DEFAULT-VALUE}).")
  int topK = 5;

  @Option(names = "--csv", paramLabel = "FILE", description = "Write a table to a new file.")
  @Nullable Path csv;

  @Option(
      names = "--jsonl",
      paramLabel = "FILE",
      description = "Write one JSON object per image to a new file.")
  @Nullable Path jsonl;

  @Option(
      names = "--plot",
      paramLabel = "DIR",
      description = "Draw each image with its prediction into a folder.")
  @Nullable Path plot;

  @Option(
      names = "--masks",
      paramLabel = "DIR",
      description = "Write a PNG of class indices for every image (segmentation).")
  @Nullable Path masks;

  @Option(
      names = "--resume",
      description = "Continue the --csv and --jsonl files of an interrupted run.")
  boolean resume;

  @Override
  public Integer call() throws IOException {
    check();
    Output out = common.output();
    Iterable<Predictor.Picture> all = pictures.open();
    try (Answering<?> answering = answering(opened.open(pictures.place(), out))) {
      return predict(answering, all, out) ? 0 : 1;
    } finally {
      StopOnSignal.say(null);
    }
  }

  /** Returns the model for inference in its task. */
  private Answering<?> answering(WeightsFolder.Loaded loaded) {
    return Tasks.of(loaded)
        .answering(loaded, compute.device(), compute.answering(), compute.threads(), topK);
  }

  private <A> boolean predict(Answering<A> answering, Iterable<Predictor.Picture> all, Output out)
      throws IOException {
    List<TextOutput<A>> files = new ArrayList<>();
    if (csv != null) {
      files.add(new TextOutput<>(csv, true, answering.rows()));
    }
    if (jsonl != null) {
      files.add(new TextOutput<>(jsonl, false, answering.rows()));
    }
    Predictor<A> predictor = Predictor.of(answering, pictures.batchSize, compute.threads());
    Resumed before = resume ? Resumed.of(files, all, pictures.batchSize) : Resumed.NOTHING;
    out.resumed(before);
    List<AnswerDrawings<A>> drawings = drawings(answering, before);
    Answers<A> answers = new Answers<>(out, answering, pictures.areSamples());
    try (AnswerFiles<A> to = new AnswerFiles<>(files, before)) {
      files.forEach(file -> StopOnSignal.keeps(file.file()));
      predictor.run(
          before.rest(all),
          answer -> {
            answers.accept(answer);
            to.accept(answer);
            for (AnswerDrawings<A> drawing : drawings) {
              drawing.accept(answer);
            }
          });
      to.keep();
    }
    return answers.end(before.failed());
  }

  private <A> List<AnswerDrawings<A>> drawings(Answering<A> answering, Resumed before)
      throws IOException {
    Map<String, Path> folders = new LinkedHashMap<>();
    if (plot != null) {
      folders.put("plot", plot);
    }
    if (masks != null) {
      folders.put("masks", masks);
    }
    List<AnswerDrawings<A>> drawings = new ArrayList<>();
    for (Map.Entry<String, Path> e : folders.entrySet()) {
      Answering.Drawing<A> drawing = answering.drawings().get(e.getKey());
      if (drawing == null) {
        throw new IllegalArgumentException(
            "--%s is not supported for %s: use --%s"
                .formatted(
                    e.getKey(),
                    pictures.model,
                    String.join(", --", answering.drawings().keySet())));
      }
      drawings.add(new AnswerDrawings<>(e.getValue(), drawing, before));
    }
    return drawings;
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
          "--resume continues a file: name it with --csv or --jsonl");
    }
  }
}
