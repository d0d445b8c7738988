package dev.vit4j.view;

import dev.vit4j.view.CurvePanel.Line;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Draws training curves side by side: loss, a panel for each metric, with the best epoch marked in
 * the first, and learning rate. Panels without values are left out; missing values are
 * interpolated.
 */
public final class CurvePlot {
  private final Curves curves;
  private final CurvePanel loss;
  private final List<CurvePanel> scores;
  private final CurvePanel rate;

  private CurvePlot(Curves curves) {
    this.curves = curves;
    loss =
        new CurvePanel(
            "Loss",
            1,
            "",
            new Line("train", curves.trainLoss(), Style.BLUE),
            new Line("val", curves.valLoss(), Style.ORANGE));
    scores = curves.scores().stream().map(CurvePlot::panel).toList();
    rate =
        new CurvePanel(
            "Learning rate", 1, "", new Line("learning rate", curves.learningRate(), Style.PURPLE));
  }

  private static CurvePanel panel(Curves.Score score) {
    return new CurvePanel(
        score.title(),
        score.percent() ? 100 : 1,
        score.percent() ? " %" : "",
        new Line("train", score.train(), Style.BLUE),
        new Line("val", score.val(), Style.ORANGE));
  }

  /**
   * Draws the curves.
   *
   * @return 600 pixels per panel wide, 600 high: 1800 x 600 with one metric
   * @throws IllegalArgumentException if there are no values
   */
  public static BufferedImage draw(Curves curves) {
    return new CurvePlot(curves).draw();
  }

  private BufferedImage draw() {
    List<CurvePanel> panels =
        Stream.of(List.of(loss), scores, List.of(rate))
            .flatMap(List::stream)
            .filter(CurvePanel::isMeasured)
            .toList();
    if (panels.isEmpty()) {
      throw new IllegalArgumentException(
          "curves have no finite values: add losses, metrics or learning rates");
    }
    try (Canvas canvas = new Canvas(CurvePanel.WIDTH * panels.size(), CurvePanel.HEIGHT)) {
      for (int i = 0; i < panels.size(); i++) {
        double x = i * CurvePanel.WIDTH;
        PlotArea area = panels.get(i).draw(canvas, curves.epoch(), x);
        if (!scores.isEmpty() && panels.get(i) == scores.get(0) && curves.best() >= 0) {
          markBest(canvas, area);
        }
      }
      return canvas.image();
    }
  }

  /** Marks the best epoch on the curve and writes its value at the bottom of the plot. */
  private void markBest(Canvas canvas, PlotArea area) {
    Curves.Score score = curves.scores().get(0);
    double value = score.val().get(curves.best());
    double epoch = curves.epoch().get(curves.best());
    double x = area.x(epoch);
    double y = area.y(value);
    double foot = area.bottom();
    Graphics2D g = canvas.graphics();
    g.setColor(Style.ORANGE);
    g.setStroke(
        new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, new float[] {3, 3}, 0));
    g.draw(new Line2D.Double(x, y, x, foot));
    g.setColor(Style.PAPER);
    g.fill(new Ellipse2D.Double(x - 6, y - 6, 12, 12));
    g.setColor(Style.ORANGE);
    g.fill(new Ellipse2D.Double(x - 4.5, y - 4.5, 9, 9));

    String text =
        score.percent()
            ? String.format(Locale.ROOT, "best %.2f %%, epoch %s", 100 * value, whole(epoch))
            : String.format(Locale.ROOT, "best %.4f, epoch %s", value, whole(epoch));
    double half = Text.width(Style.TICK, text) / 2 + 4;
    double least = area.x() + 6 + half;
    double most = area.x() + area.width() - 6 - half;
    double middle = Math.max(least, Math.min(x, most));
    double baseline = y < foot - 40 ? foot - 16 : y - 14;
    canvas.fill(middle - half, baseline - 13, 2 * half, 18, Style.PAPER);
    canvas.text(text, Style.TICK, Style.INK, Canvas.Align.CENTER, middle, baseline);
  }

  private static String whole(double epoch) {
    return epoch == Math.rint(epoch) ? Long.toString((long) epoch) : Double.toString(epoch);
  }
}
