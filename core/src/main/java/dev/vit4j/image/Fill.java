package dev.vit4j.image;

import java.util.List;

/** The fill color for pixels outside a transformed image. */
public final class Fill {
  private Fill() {}

  /**
   * Returns one byte per channel.
   *
   * @param fill empty (black), one level for all channels, or red, green and blue, which are
   *     converted to luma for gray images
   */
  public static byte[] of(List<Integer> fill, int channels) {
    byte[] bytes = new byte[channels];
    for (int c = 0; c < channels; c++) {
      bytes[c] = fill.isEmpty() ? 0 : fill.get(fill.size() == 1 ? 0 : c).byteValue();
    }
    if (fill.size() == 3 && channels == 1) {
      byte[] rgb = {fill.get(0).byteValue(), fill.get(1).byteValue(), fill.get(2).byteValue()};
      return new Image(1, 1, 3, rgb).toGrey().pixels();
    }
    return bytes;
  }

  /**
   * Returns a copy of the list.
   *
   * @throws IllegalArgumentException if it is not a valid color
   */
  public static List<Integer> checked(List<Integer> fill) {
    boolean levels = fill.stream().allMatch(v -> v >= 0 && v <= 255);
    if (!levels || (fill.size() != 3 && fill.size() > 1)) {
      throw new IllegalArgumentException(
          "fill needs 1 or 3 levels from 0 to 255, or none, not " + fill);
    }
    return List.copyOf(fill);
  }

  /** Formats as Python does: {@code None}, {@code 128} or {@code (124, 116, 104)}. */
  public static String print(List<Integer> fill) {
    return switch (fill.size()) {
      case 0 -> "None";
      case 1 -> fill.get(0).toString();
      default -> fill.toString().replace('[', '(').replace(']', ')');
    };
  }
}
