package dev.vit4j.image;

import java.util.Arrays;

/**
 * Converts between values of pixels and mask images. A mask stores the value of a pixel in the
 * bytes of its channels, highest byte first, so that transforms which move whole pixels apply to
 * all masks.
 *
 * <pre>
 * channels  value                    no value (every byte is 255)
 * 1         class index, 0 to 254    255, as in Pascal VOC's masks
 * 2         class index, 0 to 65534  65535
 * 4         bits of an f32           NaN
 * </pre>
 */
public final class PixelValues {
  /** Class index of pixels without a class. */
  public static final int IGNORED = -1;

  /** Maximum number of classes. */
  public static final int MOST_CLASSES = 0xffff;

  private static final int MOST_CLASSES_OF_A_BYTE = ImageAndMask.IGNORE_INDEX;

  private PixelValues() {}

  /** Returns the number of channels of masks with this number of classes: 1 up to 255, else 2. */
  public static int channels(int classes) {
    return classes <= MOST_CLASSES_OF_A_BYTE ? 1 : 2;
  }

  /**
   * Returns the class index of every pixel, row by row; {@link #IGNORED} for pixels without one.
   *
   * @throws IllegalArgumentException if the mask has no class indices (3 or 4 channels)
   */
  public static int[] labels(Image mask) {
    return labels(mask.pixels(), mask.channels());
  }

  /**
   * Returns the class indices that are stored in the pixels of masks.
   *
   * @param pixels bytes of one or more masks
   * @param channels channels of the masks, 1 or 2
   * @throws IllegalArgumentException if there are 3 or 4 channels
   */
  public static int[] labels(byte[] pixels, int channels) {
    requireClasses(channels);
    int[] labels = new int[pixels.length / channels];
    if (channels == 1) {
      for (int i = 0; i < labels.length; i++) {
        int value = pixels[i] & 0xff;
        labels[i] = value == ImageAndMask.IGNORE_INDEX ? IGNORED : value;
      }
    } else {
      for (int i = 0, p = 0; i < labels.length; i++, p += 2) {
        int value = (pixels[p] & 0xff) << 8 | (pixels[p + 1] & 0xff);
        labels[i] = value == MOST_CLASSES ? IGNORED : value;
      }
    }
    return labels;
  }

  /**
   * Returns a mask.
   *
   * @param labels class indices, row by row; {@link #IGNORED} for pixels without one
   * @param classes number of classes, which determines the number of channels
   * @throws IllegalArgumentException if a label is out of range, or there are more than {@link
   *     #MOST_CLASSES} classes
   */
  public static Image ofLabels(int[] labels, int width, int height, int classes) {
    if (classes > MOST_CLASSES) {
      throw new IllegalArgumentException(
          "masks have at most %d classes, not %d".formatted(MOST_CLASSES, classes));
    }
    int channels = channels(classes);
    byte[] pixels = new byte[Math.multiplyExact(labels.length, channels)];
    for (int i = 0, p = 0; i < labels.length; i++) {
      int label = labels[i];
      if (label < IGNORED || label >= classes) {
        throw new IllegalArgumentException(
            "label %d of pixel %d is outside 0 to %d".formatted(label, i, classes - 1));
      }
      if (channels == 2) {
        pixels[p++] = (byte) (label >> 8);
      }
      pixels[p++] = (byte) label; // all bits of IGNORED are 1
    }
    return new Image(width, height, channels, pixels);
  }

  /**
   * Returns the number of every pixel, row by row; NaN for pixels without one.
   *
   * @throws IllegalArgumentException if the image does not have 4 channels
   */
  public static float[] numbers(Image values) {
    if (values.channels() != 4) {
      throw new IllegalArgumentException(
          "pixels with a number have 4 channels, not " + values.channels());
    }
    byte[] in = values.pixels();
    float[] numbers = new float[in.length / 4];
    for (int i = 0, p = 0; i < numbers.length; i++, p += 4) {
      numbers[i] =
          Float.intBitsToFloat(
              in[p] << 24
                  | (in[p + 1] & 0xff) << 16
                  | (in[p + 2] & 0xff) << 8
                  | (in[p + 3] & 0xff));
    }
    return numbers;
  }

  /**
   * Returns an image of 4 channels with a number for every pixel.
   *
   * @param numbers row by row; NaN for pixels without one
   */
  public static Image ofNumbers(float[] numbers, int width, int height) {
    byte[] out = new byte[Math.multiplyExact(numbers.length, 4)];
    for (int i = 0, p = 0; i < numbers.length; i++, p += 4) {
      if (Float.isNaN(numbers[i])) {
        Arrays.fill(out, p, p + 4, (byte) -1);
        continue;
      }
      int bits = Float.floatToRawIntBits(numbers[i]);
      out[p] = (byte) (bits >> 24);
      out[p + 1] = (byte) (bits >> 16);
      out[p + 2] = (byte) (bits >> 8);
      out[p + 3] = (byte) bits;
    }
    return new Image(width, height, 4, out);
  }

  /** Checks that a mask has class indices. */
  static void requireClasses(int channels) {
    if (channels > 2) {
      throw new IllegalArgumentException("a mask has 1 channel of class indices, not " + channels);
    }
  }
}
