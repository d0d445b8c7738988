package dev.vit4j.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfusionPlotTest {
  private static List<String> names(int classes) {
    return IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
  }

  /** 90 right in each row, 10 taken for the next class. */
  private static long[][] counts(int classes) {
    long[][] counts = new long[classes][classes];
    for (int i = 0; i < classes; i++) {
      counts[i][i] += 90;
      counts[i][(i + 1) % classes] += 10;
    }
    return counts;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 20, 21, 100, 1000})
  void everyNumberOfClassesFitsAScreen(int classes) {
    BufferedImage plot =
        Gallery.hang("confusion-" + classes, ConfusionPlot.draw(counts(classes), names(classes)));
    assertThat(plot.getWidth()).isBetween(600, 1800);
    assertThat(plot.getHeight()).isBetween(400, 1800);
    assertThat(Gallery.dark(plot, 40, 40, 300, 30)).as("title").isPositive();
    if (classes > 1) {
      Color right = ColorMap.BLUES.at(Math.sqrt(0.9));
      Color wrong = ColorMap.BLUES.at(Math.sqrt(0.1));
      assertThat(Gallery.count(plot, right)).isGreaterThanOrEqualTo(classes);
      assertThat(Gallery.count(plot, wrong)).isGreaterThanOrEqualTo(classes);
    }
  }

  @Test
  void countsAreWrittenWhileTheyCanBeRead() {
    long twenty = whiteInBlue(ConfusionPlot.draw(counts(20), names(20)));
    long more = whiteInBlue(ConfusionPlot.draw(counts(21), names(21)));
    assertThat(twenty).isPositive();
    assertThat(more).isZero();
  }

  /** White pixels directly right of the colour of a 90 percent cell: digits, seen on paper too. */
  private static long whiteInBlue(BufferedImage plot) {
    int blue = ColorMap.BLUES.at(Math.sqrt(0.9)).getRGB();
    long count = 0;
    for (int y = 0; y < plot.getHeight(); y++) {
      boolean inside = false;
      int run = 0;
      for (int x = 1; x < plot.getWidth(); x++) {
        boolean isBlue = plot.getRGB(x, y) == blue;
        count += isBlue && inside && run > 0 && run < 12 ? 1 : 0;
        inside |= isBlue;
        run = isBlue ? 0 : run + 1;
      }
    }
    return count;
  }

  @Test
  void rowsWithoutSamplesStayWhite() {
    BufferedImage plot = ConfusionPlot.draw(new long[][] {{3, 0}, {0, 0}}, names(2));
    assertThat(Gallery.count(plot, ColorMap.BLUES.at(1))).isPositive();
  }

  @Test
  void longNamesAreShortened() {
    String name = "American Staffordshire terrier, Staffordshire terrier ".repeat(40);
    BufferedImage plot =
        Gallery.hang(
            "confusion-long-names", ConfusionPlot.draw(counts(3), List.of(name, "a\nb\tc", "")));
    assertThat(plot.getWidth()).isLessThan(1200);
  }

  @Test
  void impossibleMatricesAreRefusedInWords() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfusionPlot.draw(new long[0][0], List.of()))
        .withMessageContaining("0 classes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfusionPlot.draw(new long[2][2], names(2)))
        .withMessageContaining("no sample");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfusionPlot.draw(new long[2][2], names(3)))
        .withMessageContaining("2 rows for 3 class names");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfusionPlot.draw(new long[][] {{1, 2}, {3}}, names(2)))
        .withMessageContaining("row 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfusionPlot.draw(new long[][] {{-1}}, names(1)))
        .withMessageContaining("-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfusionPlot.draw(new long[0][0], names(21843)))
        .withMessageContaining("1 to 2000");
  }
}
