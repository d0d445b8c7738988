package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Mean and standard deviation of a data set's pixels, scaled to 0 to 1.
 *
 * @param pictures number of images read: all, or a sample
 * @param mean mean of each channel
 * @param std population standard deviation of each channel
 */
public record Moments(int pictures, List<Double> mean, List<Double> std) {
  /** Maximum number of image files to decode. */
  public static final int SAMPLE = 5000;

  /**
   * Computes the moments of all images if they have one shape, else of at most {@link #SAMPLE}.
   *
   * @param channels 1 or 3; other images are converted
   * @throws IOException if a sample cannot be read
   */
  public static Moments of(Dataset data, int channels) throws IOException {
    Levels levels = new Levels();
    for (int i : indices(data)) {
      Image image = read(data, i);
      levels.add(channels == 1 ? image.toGrey() : image.toRgb());
    }
    return levels.moments();
  }

  /** Returns all indices, or a random sample with a fixed seed, in order. */
  static int[] indices(Dataset data) {
    int[] all = IntStream.range(0, data.size()).toArray();
    if (data.shape() != null || all.length <= SAMPLE) {
      return all;
    }
    Shuffle.shuffle(all, 0);
    int[] some = Arrays.copyOf(all, SAMPLE);
    Arrays.sort(some);
    return some;
  }

  static Image read(Dataset data, int index) throws IOException {
    try {
      return data.image(index);
    } catch (IOException e) {
      throw new IOException(BrokenFiles.named(data.source(index), e), e);
    }
  }

  /** Histogram of values, which is exact, unlike a running sum of squares. */
  static final class Levels {
    private final long[] grey = new long[256];
    private final long[][] colour = new long[3][256];
    private boolean coloured;
    private int pictures;

    void add(Image image) {
      byte[] pixels = image.pixels();
      if (image.channels() == 1) {
        for (byte pixel : pixels) {
          grey[pixel & 0xff]++;
        }
      } else {
        coloured = true;
        for (int p = 0; p < pixels.length; p += 3) {
          colour[0][pixels[p] & 0xff]++;
          colour[1][pixels[p + 1] & 0xff]++;
          colour[2][pixels[p + 2] & 0xff]++;
        }
      }
      pictures++;
    }

    /** Gray images mixed with color images count as three equal channels. */
    Moments moments() {
      long[][] channels = coloured ? new long[3][256] : new long[][] {grey};
      for (int c = 0; coloured && c < channels.length; c++) {
        for (int v = 0; v < grey.length; v++) {
          channels[c][v] = grey[v] + colour[c][v];
        }
      }
      return new Moments(
          pictures,
          Arrays.stream(channels).map(Levels::mean).toList(),
          Arrays.stream(channels).map(Levels::std).toList());
    }

    private static double mean(long[] levels) {
      double sum = 0;
      for (int v = 0; v < levels.length; v++) {
        sum += (double) v * levels[v];
      }
      return sum / Arrays.stream(levels).sum() / 255;
    }

    private static double std(long[] levels) {
      double mean = mean(levels);
      double sum = 0;
      for (int v = 0; v < levels.length; v++) {
        double d = v / 255.0 - mean;
        sum += d * d * levels[v];
      }
      return Math.sqrt(sum / Arrays.stream(levels).sum());
    }
  }
}
