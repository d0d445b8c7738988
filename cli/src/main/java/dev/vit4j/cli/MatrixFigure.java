package dev.vit4j.cli;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.infer.Predictor;
import dev.vit4j.view.SimilarityPlot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;

/** Draws the cosines of images and labels as a matrix: {@code vit zeroshot --matrix FILE}. */
final class MatrixFigure implements AnswerOptions.Besides<float[]> {
  private final Path file;
  private final List<String> labels;
  private final Output out;
  private final List<String> sources = new ArrayList<>();
  private final List<SimilarityPlot.Column> columns = new ArrayList<>();

  /**
   * Checks what can be drawn, before a model is opened.
   *
   * @param pictures number of images
   * @throws IllegalArgumentException if there are too many images or labels, or the file is no PNG
   * @throws IOException if the file exists
   */
  MatrixFigure(Path file, List<String> labels, int pictures, Output out) throws IOException {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new IllegalArgumentException("--matrix %s: must be a .png file".formatted(file));
    }
    NewFile.require(file);
    SimilarityPlot.requireRoom(pictures, labels.size());
    this.file = file;
    this.labels = labels;
    this.out = out;
  }

  @Override
  public void accept(Predictor.Answer<float[]> answer) throws IOException {
    if (answer.error() == null) {
      sources.add(answer.picture().source());
      columns.add(
          new SimilarityPlot.Column(
              answer.picture().reader().read().toBufferedImage(), answer.found()));
    }
  }

  @Override
  public Map<String, Object> end() throws IOException {
    Map<String, Object> numbers = new LinkedHashMap<>();
    if (columns.isEmpty()) {
      return numbers;
    }
    AtomicFile.write(
        file,
        to ->
            ImageIO.write(
                SimilarityPlot.draw("Cosine of images and texts", labels, columns), "png", to));
    out.result("Matrix: " + file);
    numbers.put("file", file);
    numbers.put("labels", labels);
    numbers.put("sources", sources);
    numbers.put("similarities", columns.stream().map(c -> boxed(c.cosines())).toList());
    return Map.of("matrix", numbers);
  }

  private static List<Float> boxed(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }
}
