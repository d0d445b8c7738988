package dev.vit4j.image;

import java.util.List;

/** The colors of class indices in mask files and images. */
public final class Palette {
  /** Number of colors in mask files. */
  public static final int COLORS = 256;

  /**
   * The color map of the Pascal VOC development kit: index 0 is black, 1 is (128, 0, 0), 2 is (0,
   * 128, 0), and 255 (ignored) is (224, 224, 192). Its rule also gives larger indices their colors.
   */
  public static final Palette VOC = new Palette(List.of());

  /** The usual colors of CamVid's 11 classes, as in SegNet. */
  public static final Palette CAMVID =
      new Palette(
          List.of(
              0x808080, 0x800000, 0xC0C080, 0x804080, 0x3C28DE, 0x808000, 0xC08080, 0x404080,
              0x400080, 0x404000, 0x0080C0));

  /** Names of CamVid's classes, in the order of {@link #CAMVID}. */
  public static final List<String> CAMVID_CLASSES =
      List.of(
          "sky",
          "building",
          "pole",
          "road",
          "pavement",
          "tree",
          "sign",
          "fence",
          "car",
          "pedestrian",
          "cyclist");

  private final int[] rgb = new int[COLORS];

  private Palette(List<Integer> first) {
    for (int i = 0; i < COLORS; i++) {
      rgb[i] = i < first.size() ? first.get(i) : voc(i);
    }
  }

  /**
   * Creates a palette from the given colors; the other indices have the colors of {@link #VOC}.
   *
   * @param first colors of the first indices as {@code 0xRRGGBB}, at most 256
   * @throws IllegalArgumentException if there are more than 256, or a value is not a color
   */
  public static Palette of(List<Integer> first) {
    if (first.size() > COLORS || first.stream().anyMatch(c -> c < 0 || c > 0xFFFFFF)) {
      throw new IllegalArgumentException(
          "a palette has at most 256 colors from 0x000000 to 0xFFFFFF, not " + first);
    }
    return new Palette(first);
  }

  /** Returns the usual palette for these class names: {@link #CAMVID} or {@link #VOC}. */
  public static Palette forClasses(List<String> names) {
    return names.equals(CAMVID_CLASSES) ? CAMVID : VOC;
  }

  /**
   * Returns the color of an index as {@code 0xRRGGBB}.
   *
   * @param index 0 to 65535; up to 2^24 - 1 no two indices of {@link #VOC} have the same color
   */
  public int rgb(int index) {
    return index < COLORS ? rgb[index] : voc(index);
  }

  /**
   * Bits 0, 3, 6, … of the index are the highest bits of red, bits 1, 4, 7, … those of green, bits
   * 2, 5, 8, … those of blue; the lowest comes first.
   */
  private static int voc(int index) {
    int color = 0;
    for (int bit = 0; bit < 24; bit++) {
      int channel = bit % 3;
      int place = 7 - bit / 3;
      color |= ((index >> bit) & 1) << (place + 16 - 8 * channel);
    }
    return color;
  }
}
