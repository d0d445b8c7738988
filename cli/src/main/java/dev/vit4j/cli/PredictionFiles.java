package dev.vit4j.cli;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.infer.Classifier;
import dev.vit4j.infer.Prediction;
import dev.vit4j.infer.Predictor;
import dev.vit4j.view.PredictionPlot;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The files that predictions go to: a table, JSON lines, plots; each only if asked for. */
final class PredictionFiles implements AutoCloseable {
  private final Classifier classifier;
  private final @Nullable LineFile csv;
  private final @Nullable LineFile jsonl;
  private final @Nullable Path plots;
  private int index;

  PredictionFiles(
      Classifier classifier, @Nullable Path csv, @Nullable Path jsonl, @Nullable Path plots)
      throws IOException {
    this.classifier = classifier;
    this.csv = csv == null ? null : new LineFile(csv);
    this.jsonl = jsonl == null ? null : new LineFile(jsonl);
    this.plots = plots;
    if (this.csv != null) {
      this.csv.add("source,rank,index,label,probability,error");
    }
    if (plots != null) {
      Files.createDirectories(plots);
    }
  }

  void accept(Predictor.Answer answer, List<Prediction> predictions) throws IOException {
    if (csv != null) {
      addRows(csv, answer, predictions);
    }
    if (jsonl != null) {
      Map<String, Object> map = Answers.toMap(answer, predictions);
      jsonl.add(JsonMapper.shared().writeValueAsString(Json.plain(map)));
    }
    if (plots != null && answer.error() == null) {
      plot(plots, answer, predictions.size());
    }
    index++;
  }

  private static void addRows(LineFile csv, Predictor.Answer answer, List<Prediction> predictions)
      throws IOException {
    String source = quoted(answer.picture().source());
    if (answer.error() != null) {
      csv.add(source + ",,,,," + quoted(answer.error()));
    }
    for (int i = 0; i < predictions.size(); i++) {
      Prediction p = predictions.get(i);
      csv.add(
          "%s,%d,%d,%s,%s,"
              .formatted(source, i + 1, p.index(), quoted(p.label()), p.probability()));
    }
  }

  private static String quoted(String s) {
    boolean plain = s.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? s : '"' + s.replace("\"", "\"\"") + '"';
  }

  /** One PNG, named by its place and its source: 00007-seven.png. */
  private void plot(Path folder, Predictor.Answer answer, int topK) throws IOException {
    BufferedImage picture = answer.picture().reader().read().toBufferedImage();
    BufferedImage drawn =
        PredictionPlot.draw(picture, classifier.classes(), answer.probabilities(), topK);
    Path source = Path.of(answer.picture().source()).getFileName();
    String stem = source.toString().replaceAll("\\.[A-Za-z]+$", "").replaceAll("[^\\w-]+", "_");
    Path file = folder.resolve("%05d-%s.png".formatted(index, stem));
    NewFile.require(file);
    AtomicFile.write(file, out -> ImageIO.write(drawn, "png", out));
  }

  /** Puts the finished files in their places. */
  void keep() throws IOException {
    if (csv != null) {
      csv.keep();
    }
    if (jsonl != null) {
      jsonl.keep();
    }
  }

  @Override
  public void close() throws IOException {
    if (csv != null) {
      csv.close();
    }
    if (jsonl != null) {
      jsonl.close();
    }
  }
}
