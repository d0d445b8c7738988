package dev.vit4j.view;

import dev.vit4j.image.Image;
import dev.vit4j.image.Palette;
import dev.vit4j.image.PixelValues;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A figure of segmentation samples: each image beside its labels, its prediction, or both, drawn
 * over the image in the colors of the classes, with a caption below each sample and a legend of the
 * classes that occur, of at most {@value #MOST_NAMED} those of the largest areas. Large images are
 * stored reduced.
 */
public final class MaskSheet {
  /** Maximum number of classes in the legend. */
  static final int MOST_NAMED = 40;

  /** Maximum width and height of a panel in logical pixels. */
  private static final int BOX = 200;

  private static final double PANEL_GAP = 6;
  private static final double SAMPLE_GAP = 24;
  private static final double TITLE = 34;
  private static final double HEAD = 20;
  private static final double CAPTION = 22;
  private static final double ROW_GAP = 12;
  private static final double NARROWEST = 420;

  private final List<String> classes;
  private final Palette palette;
  private final long[] areas; // pixels of each class
  private long ignored;
  private final List<Sample> samples = new ArrayList<>();
  private List<String> heads = List.of();

  private record Sample(List<BufferedImage> panels, String caption) {}

  /**
   * Creates an empty sheet.
   *
   * @param classes class names
   * @param palette color of each class
   */
  public MaskSheet(List<String> classes, Palette palette) {
    this.classes = List.copyOf(classes);
    this.palette = palette;
    this.areas = new long[classes.size()];
  }

  /**
   * Adds a sample. Either all samples have labels or none has; likewise for predictions.
   *
   * @param image [H, W, C]
   * @param labels true classes [H, W, 1 or 2]; ignored pixels are not colored; null for none
   * @param predicted predicted classes [H, W, 1 or 2]; null for none
   * @param caption shown below the panels; may be empty
   * @throws IllegalArgumentException if the sizes differ, or the panels differ from those of the
   *     first sample
   */
  public void add(Image image, @Nullable Image labels, @Nullable Image predicted, String caption) {
    List<BufferedImage> panels = new ArrayList<>();
    List<String> names = new ArrayList<>();
    names.add("image");
    panels.add(Pictures.reduced(image.toRgb().toBufferedImage(), BOX));
    if (labels != null) {
      names.add("labels");
      panels.add(overlay(image, labels));
    }
    if (predicted != null) {
      names.add("prediction");
      panels.add(overlay(image, predicted));
    }
    if (!samples.isEmpty() && !heads.equals(names)) {
      throw new IllegalArgumentException(
          "a sample of %s does not fit a sheet of %s: give all samples the same panels"
              .formatted(names, heads));
    }
    heads = List.copyOf(names);
    samples.add(new Sample(List.copyOf(panels), caption));
  }

  private BufferedImage overlay(Image image, Image mask) {
    BufferedImage drawn = MaskOverlay.draw(image, mask, palette);
    for (int c : PixelValues.labels(mask)) {
      if (c < 0) {
        ignored++;
      } else if (c < areas.length) {
        areas[c]++;
      }
    }
    return Pictures.reduced(drawn, BOX);
  }

  /**
   * Draws the sheet.
   *
   * @param title single-line title; may be empty
   * @param columns samples per row, at least 1
   * @throws IllegalArgumentException if there is no sample, {@code columns} is below 1, or the
   *     figure would exceed 100 million pixels
   */
  public BufferedImage draw(String title, int columns) {
    if (samples.isEmpty() || columns < 1) {
      throw new IllegalArgumentException(
          "a sheet of %d samples in %d columns: give at least one of each"
              .formatted(samples.size(), columns));
    }
    double panelWidth = 0;
    double panelHeight = 0;
    for (Sample sample : samples) {
      BufferedImage picture = sample.panels().get(0);
      double factor = Pictures.factor(picture, BOX);
      panelWidth = Math.max(panelWidth, Pictures.width(picture, factor));
      panelHeight = Math.max(panelHeight, Pictures.height(picture, factor));
    }
    boolean hasCaptions = samples.stream().anyMatch(s -> !s.caption().isEmpty());
    double sampleWidth = heads.size() * (panelWidth + PANEL_GAP) - PANEL_GAP;
    double rowHeight = panelHeight + (hasCaptions ? CAPTION : 0) + ROW_GAP;
    int inRow = Math.min(columns, samples.size());
    int rows = (samples.size() + inRow - 1) / inRow;
    double body = inRow * (sampleWidth + SAMPLE_GAP) - SAMPLE_GAP;
    double width = Math.max(NARROWEST, body + 2 * Style.MARGIN);
    ClassLegend legend = new ClassLegend(entries(), width - 2 * Style.MARGIN);
    double top = Style.MARGIN + (title.isEmpty() ? 0 : TITLE) + HEAD;
    double bottom = top + rows * rowHeight;
    try (Canvas canvas = new Canvas(width, bottom + legend.height() + Style.MARGIN)) {
      drawTitle(canvas, title, width - 2 * Style.MARGIN);
      for (int i = 0; i < samples.size(); i++) {
        int row = i / inRow;
        int column = i % inRow;
        double x = Style.MARGIN + column * (sampleWidth + SAMPLE_GAP);
        double y = top + row * rowHeight;
        if (i < inRow) {
          drawHeads(canvas, x, top - 7, panelWidth);
        }
        drawSample(canvas, samples.get(i), x, y, panelWidth, panelHeight);
      }
      legend.draw(canvas, Style.MARGIN, bottom);
      return canvas.image();
    }
  }

  /**
   * Returns the classes that occur in order of their indices, those of the largest areas if they
   * are too many, and an entry for ignored pixels.
   */
  private List<ClassLegend.Entry> entries() {
    List<Integer> present =
        IntStream.range(0, areas.length)
            .filter(c -> areas[c] > 0)
            .boxed()
            .sorted(Comparator.comparingLong(c -> -areas[c]))
            .toList();
    List<ClassLegend.Entry> entries = new ArrayList<>();
    present.stream()
        .limit(MOST_NAMED)
        .sorted()
        .map(c -> new ClassLegend.Entry(classes.get(c), new Color(palette.rgb(c))))
        .forEach(entries::add);
    if (present.size() > MOST_NAMED) {
      entries.add(
          new ClassLegend.Entry(
              "%d more classes".formatted(present.size() - MOST_NAMED), Style.SOFT_INK));
    }
    if (ignored > 0) {
      entries.add(new ClassLegend.Entry("ignored", null));
    }
    return entries;
  }

  private static void drawTitle(Canvas canvas, String title, double width) {
    String line = Text.fit(Style.TITLE, title, width);
    double baseline = Text.baseline(Style.TITLE, Style.MARGIN + 8);
    canvas.text(line, Style.TITLE, Style.INK, Canvas.Align.LEFT, Style.MARGIN, baseline);
  }

  private void drawHeads(Canvas canvas, double x, double baseline, double panelWidth) {
    for (int p = 0; p < heads.size(); p++) {
      double middle = x + p * (panelWidth + PANEL_GAP) + panelWidth / 2;
      canvas.text(heads.get(p), Style.TICK, Style.SOFT_INK, Canvas.Align.CENTER, middle, baseline);
    }
  }

  private static void drawSample(
      Canvas canvas, Sample sample, double x, double y, double boxWidth, double boxHeight) {
    for (int p = 0; p < sample.panels().size(); p++) {
      BufferedImage picture = sample.panels().get(p);
      double factor = Pictures.factor(picture, BOX);
      double width = Pictures.width(picture, factor);
      double height = Pictures.height(picture, factor);
      double left = x + p * (boxWidth + PANEL_GAP) + Math.floor((boxWidth - width) / 2);
      double top = y + Math.floor((boxHeight - height) / 2);
      Pictures.draw(canvas, picture, factor, left, top);
      canvas.frame(left, top, width, height, 0.5, Style.EDGE);
    }
    double room = sample.panels().size() * (boxWidth + PANEL_GAP) - PANEL_GAP;
    String caption = Text.fit(Style.TICK, sample.caption(), room);
    canvas.text(caption, Style.TICK, Style.INK, Canvas.Align.LEFT, x, y + boxHeight + 16);
  }
}
