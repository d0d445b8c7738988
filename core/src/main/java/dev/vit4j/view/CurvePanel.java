package dev.vit4j.view;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A panel with title, legend and curves over epochs. */
final class CurvePanel {
  static final int WIDTH = 300;
  static final int HEIGHT = 300;
  private static final int PADDING = 12;
  private static final int HEAD = 40;
  private static final int FOOT = 50;
  private static final int TICKS = 5;

  /** Maximum number of points that are marked. */
  private static final int MOST_MARKED = 30;

  private static final double MARK = 4;

  /** A curve; values that are not finite are skipped and their neighbors connected. */
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
   * @param factor factor of the values in the labels of the vertical axis
   * @param unit unit that is appended to these labels
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

  /** Draws the panel with its left edge at {@code x} and returns the area of its curves. */
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
    Graphics2D g = canvas.graphics();
    g.setStroke(new BasicStroke(2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    for (Line line : lines) {
      List<Point2D> points = points(epoch, line, area);
      g.setColor(line.color());
      g.draw(path(points));
      if (points.size() <= MOST_MARKED) {
        for (Point2D p : points) {
          g.fill(new Ellipse2D.Double(p.getX() - MARK / 2, p.getY() - MARK / 2, MARK, MARK));
        }
      }
    }
  }

  /** Returns the positions of the measured values of a curve. */
  private static List<Point2D> points(List<Double> epoch, Line line, PlotArea area) {
    List<Point2D> points = new ArrayList<>();
    for (int i = 0; i < epoch.size(); i++) {
      if (Double.isFinite(line.values().get(i))) {
        points.add(new Point2D.Double(area.x(epoch.get(i)), area.y(line.values().get(i))));
      }
    }
    return points;
  }

  private static Path2D path(List<Point2D> points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points.get(0).getX(), points.get(0).getY());
    points.forEach(p -> path.lineTo(p.getX(), p.getY()));
    return path;
  }
}
