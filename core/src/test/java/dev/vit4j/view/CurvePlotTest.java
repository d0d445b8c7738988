package dev.vit4j.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurvePlotTest {
  private static final List<Double> NONE = List.of();

  private static List<Double> series(int epochs, DoubleUnaryOperator value) {
    return IntStream.rangeClosed(1, epochs).mapToObj(i -> value.applyAsDouble(i)).toList();
  }

  private static List<Curves.Score> accuracy(List<Double> train, List<Double> val) {
    return List.of(new Curves.Score("Accuracy", true, train, val));
  }

  private static Curves curves(int epochs) {
    return new Curves(
        series(epochs, i -> i),
        series(epochs, i -> 2 / (i + 0.5)),
        series(epochs, i -> 2 / (i + 0.5) + 0.1),
        accuracy(series(epochs, i -> 1 - 0.5 / i), series(epochs, i -> 0.95 - 0.5 / i - 0.001 * i)),
        series(epochs, i -> 0.005 * (1 + Math.cos(Math.PI * i / epochs))));
  }

  @Test
  void threePanelsStandSideBySide() {
    BufferedImage plot = Gallery.hang("curves", CurvePlot.draw(curves(60)));
    assertThat(plot.getWidth()).isEqualTo(1800);
    assertThat(plot.getHeight()).isEqualTo(600);
    for (int panel = 0; panel < 3; panel++) {
      assertThat(Gallery.dark(plot, panel * 600 + 20, 10, 300, 60)).as("title").isPositive();
    }
    assertThat(Gallery.at(plot, 0, 0)).isEqualTo(Color.WHITE);
    assertThat(Gallery.count(plot, Style.BLUE)).isGreaterThan(500);
    assertThat(Gallery.count(plot, Style.ORANGE)).isGreaterThan(500);
    assertThat(Gallery.count(plot, Style.PURPLE)).isGreaterThan(500);
  }

  @Test
  void linesRunWhereTheAxesSay() {
    List<Double> epoch = series(20, i -> i);
    List<Double> values = series(20, i -> 3 - 0.1 * i);
    CurvePanel panel =
        new CurvePanel("Loss", 1, "", new CurvePanel.Line("train", values, Style.BLUE));
    try (Canvas canvas = new Canvas(CurvePanel.WIDTH, CurvePanel.HEIGHT)) {
      PlotArea area = panel.draw(canvas, epoch, 0);
      for (int i = 0; i < 20; i++) {
        double x = area.x(epoch.get(i)) * Canvas.DENSITY;
        double y = area.y(values.get(i)) * Canvas.DENSITY;
        assertThat(Gallery.at(canvas.image(), x, y)).as("epoch " + (i + 1)).isEqualTo(Style.BLUE);
      }
    }
  }

  @Test
  void bestIsTheFirstHighestValidationAccuracy() {
    List<Double> val = List.of(0.5, Double.NaN, 0.9, 0.9, 0.8);
    Curves curves = new Curves(series(5, i -> i), NONE, NONE, accuracy(NONE, val), NONE);
    assertThat(curves.best()).isEqualTo(2);
    BufferedImage plot = Gallery.hang("curves-gaps", CurvePlot.draw(curves));
    assertThat(plot.getWidth()).isEqualTo(600);
  }

  @Test
  void bestIsNeverChosenOnTrainingAccuracy() {
    List<Double> nan = series(3, i -> Double.NaN);
    Curves curves =
        new Curves(series(3, i -> i), NONE, NONE, accuracy(series(3, i -> i / 4), nan), NONE);
    assertThat(curves.best()).isEqualTo(-1);
    assertThat(Gallery.count(CurvePlot.draw(curves), Style.ORANGE)).isZero();
  }

  @Test
  void oneEpochIsAPointInTheMiddle() {
    BufferedImage plot = Gallery.hang("curves-one-epoch", CurvePlot.draw(curves(1)));
    assertThat(plot.getWidth()).isEqualTo(1800);
    assertThat(Gallery.count(plot, Style.BLUE)).isPositive();
  }

  @Test
  void panelsWithoutValuesAreLeftOut() {
    Curves curves = new Curves(series(4, i -> i), series(4, i -> 1 / i), NONE, List.of(), NONE);
    assertThat(CurvePlot.draw(curves).getWidth()).isEqualTo(600);
  }

  @Test
  void infiniteLossesAndConstantRatesAreDrawn() {
    List<Double> loss = List.of(2.0, 1.0, Double.POSITIVE_INFINITY, Double.NaN);
    Curves curves = new Curves(series(4, i -> i), loss, NONE, List.of(), series(4, i -> 0.01));
    BufferedImage plot = Gallery.hang("curves-diverged", CurvePlot.draw(curves));
    assertThat(Gallery.count(plot, Style.BLUE)).isPositive();
    assertThat(Gallery.count(plot, Style.PURPLE)).isPositive();
  }

  @Test
  void impossibleCurvesAreRefusedInWords() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Curves(NONE, NONE, NONE, List.of(), NONE))
        .withMessageContaining("no epoch");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Curves(List.of(1.0, 1.0), NONE, NONE, List.of(), NONE))
        .withMessageContaining("must be ascending");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Curves(List.of(1.0), NONE, List.of(1.0, 2.0), List.of(), NONE))
        .withMessageContaining("valLoss has 2 entries for 1 epochs");
    Curves empty = new Curves(List.of(1.0), List.of(Double.NaN), NONE, List.of(), NONE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CurvePlot.draw(empty))
        .withMessageContaining("no finite value");
  }
}
