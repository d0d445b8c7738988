package dev.vit4j.view;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.font.GlyphVector;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Draws points of a plane in the colors of their classes, with a legend and the name of each class
 * where its points are. Both axes have the same scale and no numbers.
 */
public final class ScatterPlot {
  private static final double SIDE = 640;
  private static final double INSET = 0.03; // of the frame, on each side
  private static final double HEAD = 24;
  private static final double NOTE = 18;
  private static final double LINE = 14;
  private static final double HALO = 3;
  private static final int MOST_NAMES = 40; // in the plot

  /** Colors of the first ten classes; further ones are computed. */
  private static final int[] COLORS = {
    0x2B6CB0, 0xDD7A1E, 0x2E9E5B, 0xD13B3B, 0x8464C4, 0x8C5A45, 0xD973B5, 0x374151, 0xB5B021,
    0x1FA9BC
  };

  private final List<String> classes;
  private final double[][] points;
  private final int[] labels;
  private final double scale;
  private final double[] middle;

  private ScatterPlot(List<String> classes, double[][] points, int[] labels) {
    this.classes = classes;
    this.points = points;
    this.labels = labels;
    Range[] ranges = new Range[2];
    for (int axis = 0; axis < 2; axis++) {
      int a = axis;
      ranges[axis] = Range.of(Arrays.stream(points).map(p -> p[a]).toList());
    }
    this.scale =
        SIDE
            * (1 - 2 * INSET)
            / Math.max(ranges[0].high() - ranges[0].low(), ranges[1].high() - ranges[1].low());
    this.middle =
        new double[] {
          (ranges[0].low() + ranges[0].high()) / 2, (ranges[1].low() + ranges[1].high()) / 2
        };
  }

  /**
   * Draws the points in their order, later ones over earlier ones.
   *
   * @param title one line above
   * @param note meaning of the plane
   * @param points at least one, (x, y) each; finite
   * @param labels class of each point, an index; -1 for none, drawn gray
   * @param classes names by class index
   * @throws IllegalArgumentException if there are no points, or their numbers differ
   */
  public static BufferedImage draw(
      String title, String note, double[][] points, int[] labels, List<String> classes) {
    if (points.length == 0 || labels.length != points.length) {
      throw new IllegalArgumentException(
          "%d labels for %d points: give one per point, and at least one point"
              .formatted(labels.length, points.length));
    }
    return new ScatterPlot(List.copyOf(classes), points, labels).draw(title, note);
  }

  /** Returns the color of a class. */
  static Color color(int label) {
    if (label < 0) {
      return Style.EDGE;
    }
    if (label < COLORS.length) {
      return new Color(COLORS[label]);
    }
    float hue = (label * 0.618034f) % 1; // neighbors differ by the golden ratio
    float light = label % 2 == 0 ? 0.85f : 0.6f;
    return Color.getHSBColor(hue, label % 3 == 0 ? 0.45f : 0.8f, light);
  }

  private BufferedImage draw(String title, String note) {
    List<String> notes = Text.lines(Style.TEXT, note, SIDE);
    ClassLegend legend = new ClassLegend(entries(), SIDE);
    double top = Style.MARGIN + HEAD + notes.size() * NOTE + 8;
    double bottom = top + SIDE + 14;
    try (Canvas canvas =
        new Canvas(SIDE + 2 * Style.MARGIN, bottom + legend.height() + Style.MARGIN)) {
      String line = Text.fit(Style.TITLE, title, SIDE);
      double baseline = Text.baseline(Style.TITLE, Style.MARGIN + 8);
      canvas.text(line, Style.TITLE, Style.INK, Canvas.Align.LEFT, Style.MARGIN, baseline);
      for (int i = 0; i < notes.size(); i++) {
        double at = Text.baseline(Style.TEXT, Style.MARGIN + HEAD + i * NOTE + 6);
        canvas.text(notes.get(i), Style.TEXT, Style.SOFT_INK, Canvas.Align.LEFT, Style.MARGIN, at);
      }
      canvas.frame(Style.MARGIN, top, SIDE, SIDE, 1, Style.EDGE);
      drawPoints(canvas, top);
      drawNames(canvas, top);
      legend.draw(canvas, Style.MARGIN, bottom);
      return canvas.image();
    }
  }

  /** Returns the classes that occur, with their numbers of points. */
  private List<ClassLegend.Entry> entries() {
    List<ClassLegend.Entry> entries = new ArrayList<>();
    for (int label = -1; label < classes.size(); label++) {
      int wanted = label;
      long count = Arrays.stream(labels).filter(l -> l == wanted).count();
      if (count > 0) {
        String name = label < 0 ? "no label" : classes.get(label);
        entries.add(
            new ClassLegend.Entry(
                String.format(Locale.ROOT, "%s (%,d)", name, count), color(label)));
      }
    }
    return entries;
  }

  private double x(double[] point) {
    return Style.MARGIN + SIDE / 2 + (point[0] - middle[0]) * scale;
  }

  private double y(double[] point, double top) {
    return top + SIDE / 2 - (point[1] - middle[1]) * scale;
  }

  private void drawPoints(Canvas canvas, double top) {
    Graphics2D g = canvas.graphics();
    double size = Math.max(2, Math.min(7, 7 - 2 * Math.log10(points.length / 100.0)));
    for (int i = 0; i < points.length; i++) {
      Color color = color(labels[i]);
      g.setColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), 200));
      g.fill(
          new Ellipse2D.Double(x(points[i]) - size / 2, y(points[i], top) - size / 2, size, size));
    }
  }

  /** Writes the name of each class at the medians of its points. */
  private void drawNames(Canvas canvas, double top) {
    int[] present = Arrays.stream(labels).filter(l -> l >= 0).distinct().sorted().toArray();
    if (present.length > MOST_NAMES) {
      return;
    }
    for (int label : present) {
      double[] center = {median(label, 0), median(label, 1)};
      String name = Text.fit(Style.TITLE, classes.get(label), SIDE / 4);
      double half = Text.width(Style.TITLE, name) / 2 + HALO;
      double x = Math.max(Style.MARGIN + half, Math.min(Style.MARGIN + SIDE - half, x(center)));
      drawName(canvas, name, x, Math.max(top + LINE, y(center, top)));
    }
  }

  private double median(int label, int axis) {
    double[] values =
        IntStream.range(0, points.length)
            .filter(i -> labels[i] == label)
            .mapToDouble(i -> points[i][axis])
            .sorted()
            .toArray();
    return values[values.length / 2];
  }

  /** Draws a name with a white halo. */
  private static void drawName(Canvas canvas, String name, double x, double y) {
    Graphics2D g = canvas.graphics();
    GlyphVector glyphs = Style.TITLE.createGlyphVector(g.getFontRenderContext(), name);
    double left = x - glyphs.getLogicalBounds().getWidth() / 2;
    AffineTransform before = g.getTransform();
    g.translate(left, Text.baseline(Style.TITLE, y));
    g.setStroke(new BasicStroke((float) (2 * HALO), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    g.setColor(new Color(255, 255, 255, 220));
    g.draw(glyphs.getOutline());
    g.setColor(Style.INK);
    g.fill(glyphs.getOutline());
    g.setTransform(before);
  }
}
