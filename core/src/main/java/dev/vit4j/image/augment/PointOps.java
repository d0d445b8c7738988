package dev.vit4j.image.augment;

import dev.vit4j.image.Image;
import java.util.Arrays;

/**
 * Operations on single values: a table of 256 entries per channel, as Pillow's {@code ImageOps} and
 * {@code point}. All support gray and color.
 */
final class PointOps {
  private static final int LEVELS = 256;

  private PointOps() {}

  /** Stretches each channel to 0..255; constant channels are unchanged. */
  static Image autocontrast(Image image) {
    int[] counts = histogram(image);
    byte[] table = new byte[counts.length];
    for (int from = 0; from < counts.length; from += LEVELS) {
      int low = 0;
      int high = LEVELS - 1;
      while (counts[from + low] == 0) {
        low++;
      }
      while (counts[from + high] == 0) {
        high--;
      }
      double scale = high == low ? 1 : 255.0 / (high - low);
      double offset = high == low ? 0 : -low * scale;
      for (int v = 0; v < LEVELS; v++) {
        table[from + v] = (byte) Math.max(0, Math.min(255, (int) (v * scale + offset)));
      }
    }
    return mapEach(image, table);
  }

  /** Equalizes each channel's histogram; constant channels are unchanged. */
  static Image equalize(Image image) {
    int[] counts = histogram(image);
    byte[] table = new byte[counts.length];
    int pixels = image.width() * image.height();
    for (int from = 0; from < counts.length; from += LEVELS) {
      int high = LEVELS - 1;
      while (counts[from + high] == 0) {
        high--;
      }
      int step = (pixels - counts[from + high]) / 255;
      int sum = step / 2;
      for (int v = 0; v < LEVELS; v++) {
        table[from + v] = (byte) (step == 0 ? v : Math.min(255, sum / step));
        sum += counts[from + v];
      }
    }
    return mapEach(image, table);
  }

  /** 255 - v. */
  static Image invert(Image image) {
    return solarize(image, 0);
  }

  /**
   * Keeps the upper bits of each value.
   *
   * @param bits 0 gives black, 8 or more the unchanged image
   */
  static Image posterize(Image image, int bits) {
    if (bits >= 8) {
      return image;
    }
    byte[] table = new byte[LEVELS];
    for (int v = 0; v < LEVELS; v++) {
      table[v] = (byte) (v & -(1 << (8 - bits)));
    }
    return map(image, table);
  }

  /** 255 - v if v is at least the threshold. */
  static Image solarize(Image image, double threshold) {
    byte[] table = new byte[LEVELS];
    for (int v = 0; v < LEVELS; v++) {
      table[v] = (byte) (v < threshold ? v : 255 - v);
    }
    return map(image, table);
  }

  /** v + add, at most 255, if v is below 128. */
  static Image solarizeAdd(Image image, int add) {
    byte[] table = new byte[LEVELS];
    for (int v = 0; v < LEVELS; v++) {
      table[v] = (byte) (v < 128 ? Math.min(255, v + add) : v);
    }
    return map(image, table);
  }

  /** torchvision's {@code adjust_gamma} of a PIL image: (256 - 0.001) (v / 255)^gamma. */
  static Image gamma(Image image, double gamma) {
    byte[] table = new byte[LEVELS];
    for (int v = 0; v < LEVELS; v++) {
      table[v] = (byte) (int) ((255 + 1 - 1e-3) * Math.pow(v / 255.0, gamma));
    }
    return map(image, table);
  }

  /** Maps all values with one table. */
  static Image map(Image image, byte[] table) {
    byte[] in = image.pixels();
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = table[in[i] & 0xff];
    }
    return new Image(image.width(), image.height(), image.channels(), out);
  }

  /** Maps every channel with its own 256 entries. */
  private static Image mapEach(Image image, byte[] tables) {
    if (image.channels() == 1) {
      return map(image, tables);
    }
    byte[] red = Arrays.copyOfRange(tables, 0, LEVELS);
    byte[] green = Arrays.copyOfRange(tables, LEVELS, 2 * LEVELS);
    byte[] blue = Arrays.copyOfRange(tables, 2 * LEVELS, 3 * LEVELS);
    byte[] in = image.pixels();
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i += 3) {
      out[i] = red[in[i] & 0xff];
      out[i + 1] = green[in[i + 1] & 0xff];
      out[i + 2] = blue[in[i + 2] & 0xff];
    }
    return new Image(image.width(), image.height(), 3, out);
  }

  /** Counts the pixels of each value: 256 counts per channel, channel by channel. */
  private static int[] histogram(Image image) {
    int channels = image.channels();
    int[] counts = new int[LEVELS * channels];
    byte[] in = image.pixels();
    for (int i = 0; i < in.length; i += channels) {
      for (int c = 0; c < channels; c++) {
        counts[LEVELS * c + (in[i + c] & 0xff)]++;
      }
    }
    return counts;
  }
}
