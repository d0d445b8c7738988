package dev.vit4j.view;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Draws an image with its prediction and a bar chart of the top probabilities. */
public final class PredictionPlot {
  private static final int BOX = 240;
  private static final int HEAD = 34;
  private static final int GAP = 24;
  private static final int ROW = 26;
  private static final int BAR = 220;
  private static final int VALUE = 48;
  private static final int WIDEST_LABEL = 150;

  private final BufferedImage picture;
  private final List<String> labels;
  private final float[] probabilities;
  private final List<Integer> top;

  private PredictionPlot(
      BufferedImage picture, List<String> labels, float[] probabilities, int topK) {
    this.picture = picture;
    this.labels = labels;
    this.probabilities = probabilities;
    this.top =
        IntStream.range(0, probabilities.length)
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> rank(probabilities[i])).reversed())
            .limit(topK)
            .toList();
  }

  /** NaN ranks last; equal probabilities keep the order of their classes. */
  private static float rank(float probability) {
    return Float.isNaN(probability) ? Float.NEGATIVE_INFINITY : probability;
  }

  /**
   * Draws an image and its most probable classes.
   *
   * @param picture image of any size and type
   * @param labels one name per class
   * @param probabilities one per class, 0 to 1
   * @param topK maximum number of bars, at least 1
   * @throws IllegalArgumentException if there is no class, the numbers of names and probabilities
   *     differ, or {@code topK} is below 1
   */
  public static BufferedImage draw(
      BufferedImage picture, List<String> labels, float[] probabilities, int topK) {
    if (probabilities.length == 0 || labels.size() != probabilities.length) {
      throw new IllegalArgumentException(
          "%d class names for %d probabilities: use one name per probability, at least one"
              .formatted(labels.size(), probabilities.length));
    }
    if (topK < 1) {
      throw new IllegalArgumentException("top %d of the classes: use at least 1".formatted(topK));
    }
    return new PredictionPlot(picture, List.copyOf(labels), probabilities.clone(), topK).draw();
  }

  /** Returns the title of the plot, {@code Pred: 7 | Prob: 0.998}. */
  public static String title(String label, double probability) {
    return String.format(Locale.ROOT, "Pred: %s | Prob: %.3f", label, probability);
  }

  private BufferedImage draw() {
    double factor = Pictures.factor(picture, BOX);
    double pictureWidth = Pictures.width(picture, factor);
    double pictureHeight = Pictures.height(picture, factor);
    double names = 0;
    for (int index : top) {
      names = Math.max(names, Text.width(Style.TEXT, name(index)));
    }
    names = Math.ceil(names);
    double bodyHeight = Math.max(pictureHeight, ROW * top.size());
    double width = 2 * Style.MARGIN + pictureWidth + GAP + names + 10 + BAR + VALUE;
    double height = 2 * Style.MARGIN + HEAD + bodyHeight;
    try (Canvas canvas = new Canvas(width, height)) {
      drawTitle(canvas, width);
      double y = Style.MARGIN + HEAD;
      double pictureTop = y + Math.floor((bodyHeight - pictureHeight) / 2);
      Pictures.draw(canvas, picture, factor, Style.MARGIN, pictureTop);
      canvas.frame(Style.MARGIN, pictureTop, pictureWidth, pictureHeight, 0.5, Style.EDGE);
      double bars = Style.MARGIN + pictureWidth + GAP + names + 10;
      drawBars(canvas, bars, y + Math.floor((bodyHeight - ROW * top.size()) / 2));
      return canvas.image();
    }
  }

  /** Draws the title and shortens the name if it is too long. */
  private void drawTitle(Canvas canvas, double width) {
    double probability = probabilities[top.get(0)];
    double room = width - 2 * Style.MARGIN - Text.width(Style.TITLE, title("", probability));
    String line = title(Text.fit(Style.TITLE, labels.get(top.get(0)), room), probability);
    double baseline = Text.baseline(Style.TITLE, Style.MARGIN + 8);
    canvas.text(line, Style.TITLE, Style.INK, Canvas.Align.LEFT, Style.MARGIN, baseline);
  }

  private void drawBars(Canvas canvas, double x, double y) {
    for (int i = 0; i < top.size(); i++) {
      int index = top.get(i);
      double middle = y + (i + 0.5) * ROW;
      double baseline = Text.baseline(Style.TEXT, middle);
      float probability = probabilities[index];
      double length = BAR * Math.max(0, Math.min(1, Float.isNaN(probability) ? 0 : probability));
      Color color = i == 0 ? Style.BLUE : Style.PALE_BLUE;
      canvas.text(name(index), Style.TEXT, Style.INK, Canvas.Align.RIGHT, x - 10, baseline);
      canvas.fill(x, middle - 8, BAR, 16, Style.TRACK);
      canvas.fill(x, middle - 8, length, 16, color);
      String value = String.format(Locale.ROOT, "%.3f", probability);
      canvas.text(value, Style.TEXT, Style.SOFT_INK, Canvas.Align.RIGHT, x + BAR + VALUE, baseline);
    }
  }

  private String name(int index) {
    return Text.fit(Style.TEXT, labels.get(index), WIDEST_LABEL);
  }
}
