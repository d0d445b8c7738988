package dev.vit4j.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionPlotTest {
  private static final List<String> NAMES = List.of("cat", "dog", "owl");

  @Test
  void titleIsExact() {
    assertThat(PredictionPlot.title("7", 0.9984)).isEqualTo("Pred: 7 | Prob: 0.998");
  }

  @Test
  void barsAreAsLongAsTheirProbability() {
    float[] probabilities = {0.25f, 0.5f, 0.125f};
    BufferedImage plot =
        Gallery.hang("prediction", PredictionPlot.draw(Gallery.digit(), NAMES, probabilities, 2));
    // Bars are 16 high; 1.0 is 220 long: in device pixels 32 * 440 * share.
    assertThat(Gallery.count(plot, Style.BLUE)).isBetween(32 * 219L, 32 * 221L);
    assertThat(Gallery.count(plot, Style.PALE_BLUE)).isBetween(32 * 109L, 32 * 111L);
    assertThat(Gallery.dark(plot, 40, 40, 300, 40)).as("title").isGreaterThan(100);
  }

  @Test
  void moreBarsThanClassesAreAllClasses() {
    BufferedImage plot = PredictionPlot.draw(Gallery.digit(), List.of("only"), new float[] {1}, 5);
    assertThat(Gallery.count(plot, Style.BLUE)).isEqualTo(32 * 440L);
  }

  @Test
  void nanComesLast() {
    float[] probabilities = {Float.NaN, 0.5f, 0.25f};
    BufferedImage plot = PredictionPlot.draw(Gallery.digit(), NAMES, probabilities, 3);
    assertThat(Gallery.count(plot, Style.BLUE)).isBetween(32 * 219L, 32 * 221L);
  }

  @Test
  void longNamesLeaveTheProbabilityReadable() {
    List<String> names = List.of("a very long name ".repeat(30), "b", "c");
    BufferedImage plot =
        Gallery.hang(
            "prediction-long-name",
            PredictionPlot.draw(Gallery.digit(), names, new float[] {1, 0, 0}, 3));
    assertThat(plot.getWidth()).isLessThan(1600);
    assertThat(Gallery.dark(plot, plot.getWidth() - 40, 0, 40, plot.getHeight())).isZero();
  }

  @Test
  void impossiblePredictionsAreRefusedInWords() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PredictionPlot.draw(Gallery.digit(), NAMES, new float[2], 1))
        .withMessageContaining("3 class names for 2 probabilities");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PredictionPlot.draw(Gallery.digit(), List.of(), new float[0], 1))
        .withMessageContaining("at least one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PredictionPlot.draw(Gallery.digit(), NAMES, new float[3], 0))
        .withMessageContaining("at least 1");
  }
}
