package dev.vit4j.view;

import dev.vit4j.image.Image;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A figure of depths: each image beside its depths, their prediction, or both, in one color map for
 * all of them, with a caption below each sample. Pixels without a depth are gray.
 */
public final class DepthSheet {
  /** Maximum width and height of a panel in logical pixels. */
  private static final int BOX = 200;

  private final List<Sample> samples = new ArrayList<>();

  private record Sample(
      Image image, float @Nullable [] meters, float @Nullable [] predicted, String caption) {
    List<float[]> maps() {
      List<float[]> maps = new ArrayList<>();
      if (meters != null) {
        maps.add(meters);
      }
      if (predicted != null) {
        maps.add(predicted);
      }
      return maps;
    }

    List<String> heads() {
      List<String> heads = new ArrayList<>(List.of("image"));
      if (meters != null) {
        heads.add("depth");
      }
      if (predicted != null) {
        heads.add("prediction");
      }
      return heads;
    }
  }

  /**
   * Adds a sample. Either all samples have depths or none has; likewise for predictions.
   *
   * @param image [H, W, C]
   * @param meters depths [H, W]; null for none
   * @param predicted predicted depths [H, W]; null for none
   * @param caption shown below the image; may be empty
   * @throws IllegalArgumentException if the sizes differ, or the panels differ from those of the
   *     first sample
   */
  public void add(
      Image image, float @Nullable [] meters, float @Nullable [] predicted, String caption) {
    Sample sample = new Sample(image, meters, predicted, caption);
    int pixels = image.width() * image.height();
    for (float[] map : sample.maps()) {
      if (map.length != pixels) {
        throw new IllegalArgumentException(
            "%d depths do not fit an image of %d pixels".formatted(map.length, pixels));
      }
    }
    if (!samples.isEmpty() && !samples.get(0).heads().equals(sample.heads())) {
      throw new IllegalArgumentException(
          "a sample of %s does not fit a sheet of %s: give all samples the same panels"
              .formatted(sample.heads(), samples.get(0).heads()));
    }
    samples.add(sample);
  }

  /**
   * Draws the sheet.
   *
   * @param title may be empty
   * @param columns samples per row, at least 1
   * @throws IllegalArgumentException if there is no sample or {@code columns} is below 1
   */
  public BufferedImage draw(String title, int columns) {
    if (samples.isEmpty() || columns < 1) {
      throw new IllegalArgumentException(
          "a sheet of %d samples in %d columns: give at least one of each"
              .formatted(samples.size(), columns));
    }
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    for (Sample sample : samples) {
      for (float[] map : sample.maps()) {
        for (float value : map) {
          if (value > 0 && value < Float.POSITIVE_INFINITY) {
            low = Math.min(low, value);
            high = Math.max(high, value);
          }
        }
      }
    }
    BufferedImage first = samples.get(0).image().toRgb().toBufferedImage();
    double factor = Pictures.factor(first, BOX);
    int width = (int) Math.round(Pictures.width(first, factor) * Canvas.DENSITY);
    int height = (int) Math.round(Pictures.height(first, factor) * Canvas.DENSITY);
    List<BufferedImage> panels = new ArrayList<>();
    List<String> captions = new ArrayList<>();
    for (Sample sample : samples) {
      panels.add(Pictures.fitted(sample.image().toRgb().toBufferedImage(), width, height));
      captions.add(Text.fit(Style.TICK, sample.caption(), BOX));
      for (float[] map : sample.maps()) {
        panels.add(Pictures.fitted(colored(map, sample.image(), low, high), width, height));
        captions.add("");
      }
    }
    List<String> heads = samples.get(0).heads();
    int inRow = Math.min(columns, samples.size());
    List<String> names = new ArrayList<>();
    Collections.nCopies(inRow, heads).forEach(names::addAll);
    PanelSheet sheet =
        new PanelSheet(panels, inRow * heads.size(), BOX)
            .title(title, "")
            .axes(PanelSheet.Axis.NONE, new PanelSheet.Axis("", names));
    if (captions.stream().anyMatch(c -> !c.isEmpty())) {
      sheet.captions(captions);
    }
    return high == 0 ? sheet.draw() : sheet.legend(ColorMap.VIRIDIS, marks(low, high)).draw();
  }

  private static List<ColorBar.Mark> marks(double low, double high) {
    List<ColorBar.Mark> marks = new ArrayList<>();
    for (int i = 0; i <= 4; i++) {
      double place = i / 4.0;
      marks.add(
          new ColorBar.Mark(
              place, String.format(Locale.ROOT, "%.2f m", low + place * (high - low))));
    }
    return marks;
  }

  private static BufferedImage colored(float[] map, Image size, double low, double high) {
    BufferedImage drawn =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
    double span = Math.max(high - low, 1e-6);
    for (int i = 0; i < map.length; i++) {
      double value = map[i] > 0 ? (map[i] - low) / span : Double.NaN;
      drawn.setRGB(i % size.width(), i / size.width(), ColorMap.VIRIDIS.at(value).getRGB());
    }
    return drawn;
  }
}
