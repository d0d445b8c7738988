package dev.vit4j.cli;

import dev.vit4j.format.Count;
import dev.vit4j.infer.FeatureExtractor;
import dev.vit4j.infer.FeatureFile;
import dev.vit4j.infer.FeatureOrigin;
import dev.vit4j.infer.FeatureRows;
import dev.vit4j.infer.Predictor;
import dev.vit4j.infer.TextEncoder;
import dev.vit4j.infer.output.AnswerFiles;
import dev.vit4j.infer.output.GrowingFile;
import dev.vit4j.infer.output.Resumed;
import dev.vit4j.infer.output.TextOutput;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vit embed}: writes feature vectors of images to a file. */
@Command(
    name = "embed",
    description = "Compute feature vectors of images, the input of the model's head.",
    footer = {
      "",
      "Examples:",
      "  ./vit embed runs/classification/mnist-sample1 docs/pictures -o p.csv --resume",
      "  ./vit embed runs/classification/mnist-sample1 --data mnist-sample -o d.npz"
    })
final class EmbedCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();
  @Mixin WeightsOptions opened = new WeightsOptions();
  @Mixin PictureOptions pictures = new PictureOptions();
  @Mixin TextOptions texts = new TextOptions();
  @Mixin ComputeOptions compute = new ComputeOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "New file: .safetensors, .npz, .csv or .jsonl.")
  Path output = Path.of("");

  @Option(names = "--normalize", description = "Scale every vector to length 1.")
  boolean normalize;

  @Option(names = "--resume", description = "Resume the .csv or .jsonl file of an interrupted run.")
  boolean resume;

  private final List<Map<String, Object>> failed = new ArrayList<>();
  private int count;

  @Override
  public Integer call() throws IOException {
    Output out = common.output();
    if (texts.isSet()) {
      return embedTexts(out);
    }
    FeatureFile file = new FeatureFile(output, pictures.areSamples());
    check(file);
    Iterable<Predictor.Picture> all = pictures.open(out);
    int unread;
    WeightsFolder.Loaded model = opened.open(pictures.place(), out);
    // Before the weights are packed; text formats have no metadata.
    Map<String, String> metadata =
        file.grows()
            ? Map.of()
            : FeatureOrigin.of(pictures.model, model, normalize, pictures.classes()).metadata();
    try (FeatureExtractor extractor =
        FeatureExtractor.of(model, compute.device(), compute.answering(), compute.threads())) {
      Predictor<float[]> predictor = Predictor.of(extractor, pictures.batchSize, compute.threads());
      List<TextOutput<float[]>> text =
          file.grows()
              ? List.of(
                  new TextOutput<>(
                      output,
                      file.isTable(),
                      new FeatureRows(pictures.areSamples(), extractor.dim())))
              : List.of();
      Resumed before = resume ? Resumed.of(text, all, pictures.batchSize) : Resumed.NOTHING;
      out.resumed(before);
      count = before.pictures() - before.failed();
      FeatureFile.Rows rows =
          sink -> {
            Pace pace = new Pace(out);
            predictor.run(
                before.rest(all),
                answer -> {
                  pace.next();
                  sink.accept(seen(answer, out));
                });
            if (count == 0) {
              throw new IOException("no image could be read");
            }
          };
      if (file.grows()) {
        file.requireFolder();
        grow(text, before, rows);
      } else {
        file.write(rows, metadata);
      }
      out.result(
          "%s: %s of %s"
              .formatted(output, Count.of(count, "vector"), Count.of(extractor.dim(), "number")));
      out.json(json(extractor.dim()));
      unread = before.failed() + failed.size();
    }
    if (unread > 0) {
      out.failure(Count.of(unread, "image") + " could not be read");
    }
    return unread == 0 ? 0 : 1;
  }

  private int embedTexts(Output out) throws IOException {
    if (!pictures.files.isEmpty() || pictures.data.data != null || resume) {
      throw new IllegalArgumentException(
          "--text and --texts embed texts: leave out images, --data and --resume");
    }
    FeatureFile file = new FeatureFile(output, false);
    check(file);
    WeightsFolder.Loaded model = opened.open(pictures.place(), out);
    Map<String, String> metadata =
        file.grows()
            ? Map.of()
            : FeatureOrigin.of(pictures.model, model, normalize, pictures.classes()).metadata();
    try (TextEncoder encoder =
        TextEncoder.of(
            model, compute.device(), compute.answering(), compute.threads(), out::note)) {
      FeatureFile.Rows rows =
          sink ->
              texts
                  .rows(encoder, normalize)
                  .into(
                      answer -> {
                        count++;
                        sink.accept(answer);
                      });
      file.write(rows, metadata);
      out.result(
          "%s: %s of %s"
              .formatted(output, Count.of(count, "vector"), Count.of(encoder.dim(), "number")));
      out.json(json(encoder.dim()));
    }
    return 0;
  }

  private void check(FeatureFile file) throws IOException {
    if (resume && !file.grows()) {
      throw new IllegalArgumentException(
          "--resume needs a .csv or .jsonl file: %s cannot be written in parts".formatted(output));
    }
    if (file.grows()) {
      GrowingFile.require(output, resume);
    } else {
      NewFile.require(output);
    }
  }

  private void grow(List<TextOutput<float[]>> text, Resumed before, FeatureFile.Rows rows)
      throws IOException {
    try (AnswerFiles<float[]> growing = new AnswerFiles<>(text, before)) {
      StopOnSignal.keeps(output);
      rows.into(growing);
      growing.keep();
    } finally {
      StopOnSignal.say(null);
    }
  }

  private Predictor.Answer<float[]> seen(Predictor.Answer<float[]> answer, Output out) {
    String error = answer.error();
    if (error != null) {
      out.failure(error);
      failed.add(Json.of("source", answer.picture().source(), "error", error));
      return answer;
    }
    count++;
    return normalize
        ? new Predictor.Answer<>(
            answer.picture(), FeatureExtractor.normalized(answer.found()), null)
        : answer;
  }

  private Map<String, Object> json(int dim) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", pictures.model);
    json.put("output", output.toString());
    json.put("count", count);
    json.put("dim", dim);
    json.put("normalized", normalize);
    json.put("failed", failed);
    return json;
  }
}
