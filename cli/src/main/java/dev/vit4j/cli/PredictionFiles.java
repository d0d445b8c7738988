package dev.vit4j.cli;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.Csv;
import dev.vit4j.infer.Classifier;
import dev.vit4j.infer.Prediction;
import dev.vit4j.infer.Predictor;
import dev.vit4j.view.PredictionPlot;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The files that predictions go to: a table, JSON lines, plots; each only if asked for. */
final class PredictionFiles implements AutoCloseable {
  private static final String HEADER = "source,rank,index,label,probability,error";

  private final Classifier classifier;
  private final @Nullable GrowingFile csv;
  private final @Nullable GrowingFile jsonl;
  private final @Nullable Path plots;
  private final boolean resumed;
  private int index;

  /**
   * Opens the files.
   *
   * @param done pictures that are in them already
   */
  PredictionFiles(
      Classifier classifier,
      @Nullable Path csv,
      @Nullable Path jsonl,
      @Nullable Path plots,
      int done)
      throws IOException {
    this.classifier = classifier;
    this.csv = csv == null ? null : new GrowingFile(csv);
    this.jsonl = jsonl == null ? null : new GrowingFile(jsonl);
    this.plots = plots;
    this.resumed = done > 0;
    this.index = done;
    if (this.csv != null && done == 0) {
      this.csv.add(HEADER);
    }
    if (plots != null) {
      Files.createDirectories(plots);
    }
  }

  /**
   * Finds out what an interrupted run did, and cuts its files to that: to whole batches, as the
   * last bits of an answer may depend on the pictures beside it.
   *
   * @param pictures all that are asked for
   * @param batchSize pictures that go through the model at once
   * @throws IOException if the files are of other pictures
   */
  static DoneBefore resume(
      @Nullable Path csv, @Nullable Path jsonl, Iterable<Predictor.Picture> pictures, int batchSize)
      throws IOException {
    List<LeftRows> files = new ArrayList<>();
    if (csv != null) {
      files.add(LeftRows.ofPredictions(GrowingFile.part(csv), true));
    }
    if (jsonl != null) {
      files.add(LeftRows.ofPredictions(GrowingFile.part(jsonl), false));
    }
    int done = files.stream().mapToInt(LeftRows::whole).min().orElse(0);
    if (done > 0) {
      Iterator<Predictor.Picture> all = pictures.iterator();
      String last = "nothing";
      for (int i = 0; i < done; i++) {
        last = all.hasNext() ? all.next().source() : "nothing";
      }
      for (LeftRows left : files) {
        requireSame(left, done, last);
      }
    }
    int kept = done - done % batchSize;
    for (LeftRows left : files) {
      left.cut(kept);
    }
    return new DoneBefore(kept, kept == 0 ? 0 : files.get(0).failures(kept));
  }

  private static void requireSame(LeftRows left, int done, String last) throws IOException {
    String there = left.source(done - 1);
    if (!there.equals(last)) {
      throw new IOException(
          "%s is of other pictures: its picture %d is %s, here it is %s: delete it to begin anew"
              .formatted(left.part(), done, there, last));
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

  private static void addRows(
      GrowingFile csv, Predictor.Answer answer, List<Prediction> predictions) throws IOException {
    String source = Csv.quoted(answer.picture().source());
    List<String> rows = new ArrayList<>();
    if (answer.error() != null) {
      rows.add(source + ",,,,," + Csv.quoted(answer.error()));
    }
    for (int i = 0; i < predictions.size(); i++) {
      Prediction p = predictions.get(i);
      rows.add(
          "%s,%d,%d,%s,%s,"
              .formatted(source, i + 1, p.index(), Csv.quoted(p.label()), p.probability()));
    }
    csv.add(String.join("\n", rows));
  }

  /** One PNG, named by its place and its source: 00007-seven.png. */
  private void plot(Path folder, Predictor.Answer answer, int topK) throws IOException {
    BufferedImage picture = answer.picture().reader().read().toBufferedImage();
    BufferedImage drawn =
        PredictionPlot.draw(picture, classifier.classes(), answer.numbers(), topK);
    Path source = Path.of(answer.picture().source()).getFileName();
    String stem = source.toString().replaceAll("\\.[A-Za-z]+$", "").replaceAll("[^\\w-]+", "_");
    Path file = folder.resolve("%05d-%s.png".formatted(index, stem));
    if (!resumed) { // else the picture that the interruption hit may be there
      NewFile.require(file);
    }
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

  /** Leaves what there is for a run that goes on, and nothing if there is nothing. */
  @Override
  public void close() throws IOException {
    for (GrowingFile file : new @Nullable GrowingFile[] {csv, jsonl}) {
      if (file != null) {
        file.close();
        if (index == 0) {
          file.delete();
        }
      }
    }
  }
}
