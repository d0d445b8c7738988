package dev.vit4j.view;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** One panel of the curves: a title, its legend beside it, and lines over epochs. */
final class CurvePanel {
  static final int WIDTH = 300;
  static final int HEIGHT = 300;
  private static final int HEAD = 30;
  private static final int FOOT = 38;
  private static final int PADDING = 10;
  private static final int CHART = HEIGHT - HEAD - FOOT;
  private static final int TICKS = 5;

  /** Up to this many points each is marked; beyond, marks would hide the line. */
  private static final int MOST_MARKED = 30;

  /** One line; values that are not finite are left out and their neighbours joined. */
  record Line(String name, List<Double> values, Color color) {
    boolean isMeasured() {
      return values.stream().anyMatch(Double::isFinite);
    }
  }

  private final String title;
  private final List<Line> lines;
  private final double factor;
  private final String unit;

  /**
   * @param factor what values are multiplied with for the labels of the vertical axis
   * @param unit what stands behind these labels
   */
  CurvePanel(String title, double factor, String unit, Line... lines) {
    this.title = title;
    this.lines = List.of(lines).stream().filter(Line::isMeasured).toList();
    this.factor = factor;
    this.unit = unit;
  }

  boolean isMeasured() {
    return !lines.isEmpty();
  }

  /** Draws the panel with its left edge at {@code x}; the chart converts values to places. */
  XYChart draw(Canvas canvas, List<Double> epoch, double x) {
    drawHead(canvas, x);
    XYChart chart = new XYChart(WIDTH, CHART);
    lines.forEach(line -> add(chart, epoch, line));
    restrain(chart.getStyler());
    scale(chart.getStyler(), epoch);
    Graphics2D g = (Graphics2D) canvas.graphics().create();
    g.translate(x, HEAD);
    chart.paint(g, WIDTH, CHART);
    g.dispose();
    drawEpochs(canvas, chart, epoch, x);
    return chart;
  }

  /** Where {@code value} stands on the canvas, in a chart that {@link #draw} returned. */
  static double y(XYChart chart, double value) {
    return HEAD + chart.getScreenYFromChart(value);
  }

  static double bottom() {
    return HEAD + CHART - PADDING;
  }

  private void drawHead(Canvas canvas, double x) {
    double middle = HEAD / 2.0;
    double baseline = Text.baseline(Style.TITLE, middle);
    canvas.text(title, Style.TITLE, Style.INK, Canvas.Align.LEFT, x + PADDING, baseline);
    double right = x + WIDTH - PADDING;
    for (int i = lines.size() - 1; i >= 0 && lines.size() > 1; i--) {
      Line line = lines.get(i);
      canvas.text(line.name(), Style.TICK, Style.INK, Canvas.Align.RIGHT, right, baseline);
      right -= Text.width(Style.TICK, line.name()) + 5;
      canvas.fill(right - 16, baseline - 5.5, 16, 2.5, line.color());
      right -= 16 + 12;
    }
  }

  private static void add(XYChart chart, List<Double> epoch, Line line) {
    int[] measured =
        IntStream.range(0, epoch.size())
            .filter(i -> Double.isFinite(line.values().get(i)))
            .toArray();
    double[] x = IntStream.of(measured).mapToDouble(epoch::get).toArray();
    double[] y = IntStream.of(measured).mapToDouble(line.values()::get).toArray();
    XYSeries series = chart.addSeries(line.name(), x, y);
    series.setLineColor(line.color());
    series.setLineStyle(new BasicStroke(2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    series.setMarkerColor(line.color());
    series.setMarker(x.length <= MOST_MARKED ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
  }

  private void scale(XYStyler styler, List<Double> epoch) {
    List<Double> values = new ArrayList<>();
    lines.forEach(line -> values.addAll(line.values()));
    Ticks ticks = new Ticks(Range.of(values).times(factor), TICKS);
    Range range = ticks.rounded();
    styler.setYAxisMin(range.low() / factor);
    styler.setYAxisMax(range.high() / factor);
    // The chart seeks its own step from this hint: hand it the one that the labels are made for.
    styler.setYAxisTickMarkSpacingHint((int) (0.9 * CHART / ticks.intervals()));
    styler.setYAxisTickLabelsFormattingFunction(value -> ticks.label(value * factor) + unit);
    Range epochs = epochs(epoch);
    styler.setXAxisMin(epochs.low());
    styler.setXAxisMax(epochs.high());
  }

  /** What the horizontal axis shows: a single epoch stands in the middle. */
  static Range epochs(List<Double> epoch) {
    double first = epoch.get(0);
    double last = epoch.get(epoch.size() - 1);
    return first < last ? new Range(first, last) : new Range(first - 1, first + 1);
  }

  private static void restrain(XYStyler styler) {
    styler.setChartTitleVisible(false);
    styler.setLegendVisible(false);
    styler.setAxisTitlesVisible(false);
    styler.setChartPadding(PADDING);
    styler.setChartBackgroundColor(Style.PAPER);
    styler.setPlotBackgroundColor(Style.PAPER);
    styler.setPlotBorderColor(Style.EDGE);
    styler.setPlotMargin(0);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(Style.GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1f));
    styler.setXAxisTicksVisible(false);
    styler.setAxisTicksLineVisible(false);
    styler.setAxisTickMarksColor(Style.EDGE);
    styler.setAxisTickLabelsFont(Style.TICK);
    styler.setAxisTickLabelsColor(Style.SOFT_INK);
    styler.setYAxisLabelAlignment(AxesChartStyler.TextAlignment.Right);
    styler.setMarkerSize(4);
  }

  /**
   * Written by hand: the chart labels every n-th epoch from the first (1, 35, 69), not round ones.
   */
  private static void drawEpochs(Canvas canvas, XYChart chart, List<Double> epoch, double x) {
    double first = epoch.get(0);
    double last = epoch.get(epoch.size() - 1);
    Ticks ticks = Ticks.whole(epochs(epoch), 6);
    for (double tick : ticks.values()) {
      if (tick >= first && tick <= last) {
        double at = x + chart.getScreenXFromChart(tick);
        canvas.fill(at - 0.5, bottom(), 1, 4, Style.EDGE);
        String label = ticks.label(tick);
        canvas.text(label, Style.TICK, Style.SOFT_INK, Canvas.Align.CENTER, at, bottom() + 17);
      }
    }
    Range epochs = epochs(epoch);
    double middle = x + chart.getScreenXFromChart((epochs.low() + epochs.high()) / 2);
    canvas.text("epoch", Style.TICK, Style.SOFT_INK, Canvas.Align.CENTER, middle, bottom() + 34);
  }
}
