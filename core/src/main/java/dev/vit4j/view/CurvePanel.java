package dev.vit4j.view;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** One panel of the curves: a title, its legend beside it, and lines over epochs. */
final class CurvePanel {
  static final int WIDTH = 300;
  static final int HEIGHT = 300;
  private static final int PADDING = 12;
  private static final int HEAD = 40;
  private static final int FOOT = 50;
  private static final int TICKS = 5;

  /** Up to this many points each is marked; beyond, marks would hide the line. */
  private static final int MOST_MARKED = 30;

  private static final Color NOTHING = new Color(255, 255, 255, 0);

  /** One line; values that are not finite are left out and their neighbours joined. */
  record Line(String name, List<Double> values, Color color) {
    boolean isMeasured() {
      return values.stream().anyMatch(Double::isFinite);
    }
  }

  private final String title;
  private final List<Line> lines;
  private final boolean hasLegend;
  private final double factor;
  private final String unit;

  /**
   * @param factor what values are multiplied with for the labels of the vertical axis
   * @param unit what stands behind these labels
   */
  CurvePanel(String title, double factor, String unit, Line... lines) {
    this.title = title;
    this.lines = Stream.of(lines).filter(Line::isMeasured).toList();
    this.hasLegend = lines.length > 1;
    this.factor = factor;
    this.unit = unit;
  }

  boolean isMeasured() {
    return !lines.isEmpty();
  }

  /** Draws the panel with its left edge at {@code x}; returns where its curves lie. */
  PlotArea draw(Canvas canvas, List<Double> epoch, double x) {
    drawHead(canvas, x);
    List<Double> values = new ArrayList<>();
    lines.forEach(line -> values.addAll(line.values()));
    Ticks ticks = new Ticks(Range.of(values).times(factor), TICKS).rounded();
    List<String> labels = ticks.values().stream().map(tick -> ticks.label(tick) + unit).toList();
    double widest =
        labels.stream().mapToDouble(label -> Text.width(Style.TICK, label)).max().orElse(0);
    double left = Math.ceil(PADDING + widest + 6);
    PlotArea area =
        new PlotArea(
            x + left,
            HEAD,
            WIDTH - left - PADDING,
            HEIGHT - HEAD - FOOT,
            PlotArea.epochs(epoch),
            ticks.range().times(1 / factor));
    List<Double> places = ticks.values().stream().map(tick -> tick / factor).toList();
    area.draw(canvas, places, labels, epoch);
    drawLines(canvas, epoch, area);
    return area;
  }

  private void drawHead(Canvas canvas, double x) {
    double baseline = Text.baseline(Style.TITLE, HEAD / 2.0);
    canvas.text(title, Style.TITLE, Style.INK, Canvas.Align.LEFT, x + PADDING, baseline);
    double right = x + WIDTH - PADDING;
    for (int i = lines.size() - 1; hasLegend && i >= 0; i--) {
      Line line = lines.get(i);
      canvas.text(line.name(), Style.TICK, Style.INK, Canvas.Align.RIGHT, right, baseline);
      right -= Text.width(Style.TICK, line.name()) + 5;
      canvas.fill(right - 16, baseline - 5.5, 16, 2.5, line.color());
      right -= 16 + 12;
    }
  }

  private void drawLines(Canvas canvas, List<Double> epoch, PlotArea area) {
    XYChart chart = new XYChart((int) area.width(), (int) area.height());
    lines.forEach(line -> add(chart, epoch, line));
    leaveOnlyLines(chart.getStyler());
    chart.getStyler().setXAxisMin(area.epochs().low());
    chart.getStyler().setXAxisMax(area.epochs().high());
    chart.getStyler().setYAxisMin(area.values().low());
    chart.getStyler().setYAxisMax(area.values().high());
    Graphics2D g = (Graphics2D) canvas.graphics().create();
    g.translate(area.x(), area.y());
    chart.paint(g, (int) area.width(), (int) area.height());
    g.dispose();
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

  private static void leaveOnlyLines(XYStyler styler) {
    styler.setChartTitleVisible(false);
    styler.setLegendVisible(false);
    styler.setAxisTitlesVisible(false);
    styler.setAxisTicksVisible(false);
    styler.setPlotGridLinesVisible(false);
    styler.setPlotBorderVisible(false);
    styler.setChartBackgroundColor(NOTHING);
    styler.setPlotBackgroundColor(NOTHING);
    styler.setChartPadding(0);
    styler.setPlotMargin(0);
    styler.setPlotContentSize(PlotArea.CONTENT);
    styler.setMarkerSize(4);
  }
}
