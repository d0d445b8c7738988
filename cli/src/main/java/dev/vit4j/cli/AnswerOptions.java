package dev.vit4j.cli;

import dev.vit4j.infer.Answering;
import dev.vit4j.infer.Predictor;
import dev.vit4j.infer.output.AnswerDrawings;
import dev.vit4j.infer.output.AnswerFiles;
import dev.vit4j.infer.output.GrowingFile;
import dev.vit4j.infer.output.Resumed;
import dev.vit4j.infer.output.TextOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Output of predictions to files and folders: {@code @Mixin AnswerOptions}. */
final class AnswerOptions {
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
      names = "--resume",
      description = "Continue the --csv and --jsonl files of an interrupted run.")
  boolean resume;

  /**
   * What a verb makes of all answers together.
   *
   * @param <A> type of the result for one image
   */
  interface Besides<A> extends Predictor.Sink<A> {
    /** Called after the last answer; returns keys of the JSON object. */
    Map<String, Object> end() throws IOException;

    /** Makes nothing. */
    static <A> Besides<A> nothing() {
      return new Besides<>() {
        @Override
        public void accept(Predictor.Answer<A> answer) {}

        @Override
        public Map<String, Object> end() {
          return Map.of();
        }
      };
    }
  }

  private final Map<String, Path> folders = new LinkedHashMap<>(); // by the name of the drawing

  /** Draws into a folder what a verb has an option of its own for. */
  void draw(String drawing, Path folder) {
    folders.put(drawing, folder);
  }

  /**
   * Runs a model on images and writes what the options name.
   *
   * @param areSamples whether the targets of the images are known
   * @param batchSize images per batch
   * @param besides receives all answers too
   * @return whether all images could be read
   */
  <A> boolean run(
      Answering<A> answering,
      Iterable<Predictor.Picture> all,
      boolean areSamples,
      int batchSize,
      int threads,
      Besides<A> besides,
      Output out)
      throws IOException {
    List<TextOutput<A>> files = new ArrayList<>();
    if (csv != null) {
      files.add(new TextOutput<>(csv, true, answering.rows()));
    }
    if (jsonl != null) {
      files.add(new TextOutput<>(jsonl, false, answering.rows()));
    }
    Predictor<A> predictor = Predictor.of(answering, batchSize, threads);
    Resumed before = resume ? Resumed.of(files, all, batchSize) : Resumed.NOTHING;
    out.resumed(before);
    List<AnswerDrawings<A>> drawings = drawings(answering, before);
    Answers<A> answers = new Answers<>(out, answering, areSamples);
    try (AnswerFiles<A> to = new AnswerFiles<>(files, before)) {
      files.forEach(file -> StopOnSignal.keeps(file.file()));
      predictor.run(
          before.rest(all),
          answer -> {
            answers.accept(answer);
            to.accept(answer);
            besides.accept(answer);
            for (AnswerDrawings<A> drawing : drawings) {
              drawing.accept(answer);
            }
          });
      to.keep();
    }
    return answers.end(before.failed(), besides.end());
  }

  private <A> List<AnswerDrawings<A>> drawings(Answering<A> answering, Resumed before)
      throws IOException {
    if (plot != null) {
      folders.put("plot", plot);
    }
    List<AnswerDrawings<A>> drawings = new ArrayList<>();
    for (Map.Entry<String, Path> e : folders.entrySet()) {
      Answering.Drawing<A> drawing = answering.drawings().get(e.getKey());
      if (drawing == null) {
        throw new IllegalArgumentException(
            "--%s is not supported for this model: use --%s"
                .formatted(e.getKey(), String.join(", --", answering.drawings().keySet())));
      }
      drawings.add(new AnswerDrawings<>(e.getValue(), drawing, before));
    }
    return drawings;
  }

  /**
   * Checks the options before a model is opened.
   *
   * @throws IllegalArgumentException if they contradict each other
   * @throws IOException if a file exists that would be overwritten
   */
  void check() throws IOException {
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
