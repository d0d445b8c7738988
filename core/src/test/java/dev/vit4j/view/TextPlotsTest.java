package dev.vit4j.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures of texts and images: similarity matrix, shaded words, maps side by side, points. */
class TextPlotsTest {
  private static SimilarityPlot.Column column(float... cosines) {
    return new SimilarityPlot.Column(Gallery.digit(), cosines);
  }

  @Test
  void everyCosineHasItsColor() {
    BufferedImage drawn =
        Gallery.hang(
            "similarity",
            SimilarityPlot.draw(
                "Cosine of images and texts",
                List.of("a zero", "a photo of a <cat>\nwith a very long description of a garden"),
                List.of(column(0.4f, -0.1f), column(0.15f, 0.3f), column(0.2f, 0.1f))));
    long cell = 144 * 88; // device pixels, some covered by the number and the frame of the best
    assertThat(Gallery.count(drawn, ColorMap.VIRIDIS.at(1))).isBetween(cell / 2, cell);
    assertThat(Gallery.count(drawn, ColorMap.VIRIDIS.at(0))).isBetween(cell / 2, cell);
    assertThat(Gallery.count(drawn, Style.RED)).as("one frame per image").isPositive();
    assertThat(Gallery.count(drawn, new Color(128, 128, 128))).as("the images").isPositive();
  }

  @Test
  void aMatrixHasRoomFor64() {
    List<SimilarityPlot.Column> columns = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < SimilarityPlot.MOST; i++) {
      float[] cosines = new float[SimilarityPlot.MOST];
      cosines[i] = 1;
      columns.add(column(cosines));
      texts.add("text " + i);
    }
    BufferedImage drawn =
        Gallery.hang("similarity-64", SimilarityPlot.draw("64 x 64", texts, columns));
    assertThat(drawn.getWidth()).isGreaterThan(64 * 26 * 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SimilarityPlot.requireRoom(65, 3))
        .withMessage("a similarity matrix has 1 to 64 images and 1 to 64 texts, not 65 and 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SimilarityPlot.draw("", List.of("a"), List.of(column(1, 2))))
        .withMessage("2 cosines for 1 texts: give one per text");
  }

  @Test
  void wordsAreShadedByTheirShare() {
    List<String> words = List.of("a ", "pho", "to ", "of ", "a ", "dog ");
    BufferedImage drawn =
        Gallery.hang(
            "words",
            WordsPlot.draw(
                "Relevance of the words",
                "Each text has its own scale.",
                List.of(
                    new WordsPlot.Line(
                        words, new float[] {0, 0.01f, 0.02f, 0.001f, 0, 0.04f}, "cosine 0.25"),
                    new WordsPlot.Line(List.of("nothing "), new float[] {0}, "cosine 0.0"))));
    assertThat(Gallery.count(drawn, ColorMap.BLUES.at(1))).as("dog").isGreaterThan(1000);
    assertThat(Gallery.count(drawn, ColorMap.BLUES.at(0.5))).as("to").isGreaterThan(500);
    assertThat(Gallery.count(drawn, ColorMap.BLUES.at(0.9))).isZero();
  }

  @Test
  void mapsOfTextsStandSideBySide() {
    BufferedImage drawn =
        Gallery.hang(
            "saliency-several",
            SaliencyPlot.several(
                "Relevance for the texts",
                "note",
                Gallery.digit(),
                List.of(new float[][] {{0, 1}, {2, 3}}, new float[][] {{0, 0}, {0, 9}}),
                List.of("a zero", "a photo of a dog on a very green meadow in the summer"),
                List.of("cosine 0.3000", "cosine 0.1000")));
    assertThat(drawn.getWidth()).isGreaterThan(3 * 2 * 196);
  }

  @Test
  void pointsHaveTheColorsOfTheirClasses() {
    double[][] points = new double[90][];
    int[] labels = new int[90];
    for (int i = 0; i < points.length; i++) {
      labels[i] = i % 3 - 1;
      points[i] = new double[] {10 * labels[i] + Math.sin(i), Math.cos(i * i)};
    }
    BufferedImage drawn =
        Gallery.hang(
            "scatter", ScatterPlot.draw("Points", "note", points, labels, List.of("cat", "dog")));
    for (int label = 0; label < 2; label++) {
      assertThat(Gallery.count(drawn, ScatterPlot.color(label))).as("legend").isGreaterThan(300);
    }
    assertThat(Gallery.count(drawn, ScatterPlot.color(2))).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScatterPlot.draw("", "", points, new int[3], List.of()))
        .withMessage("3 labels for 90 points: give one per point, and at least one point");
  }

  @Test
  void onePointIsDrawn() {
    BufferedImage drawn =
        ScatterPlot.draw("", "", new double[][] {{5, 5}}, new int[] {-1}, List.of());
    assertThat(Gallery.at(drawn, drawn.getWidth() / 2.0, 20)).isEqualTo(Style.PAPER);
  }
}
