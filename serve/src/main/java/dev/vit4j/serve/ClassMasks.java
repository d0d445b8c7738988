package dev.vit4j.serve;

import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Splits a mask of class indices into a gray PNG for each class. */
final class ClassMasks {
  private static final int WHITE = 0xff;

  private ClassMasks() {}

  /**
   * Returns PNG files in base64 by class index: 255 where the class is, else 0.
   *
   * @param mask class indices as in {@link PixelValues}
   */
  static Map<Integer, String> of(Image mask) {
    int[] labels = PixelValues.labels(mask);
    Map<Integer, String> all = new TreeMap<>();
    for (int index : IntStream.of(labels).distinct().sorted().toArray()) {
      byte[] png = png(labels, index, mask.width(), mask.height());
      all.put(index, Base64.getEncoder().encodeToString(png));
    }
    return all;
  }

  private static byte[] png(int[] labels, int index, int width, int height) {
    BufferedImage gray = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    byte[] pixels = ((DataBufferByte) gray.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (labels[i] == index ? WHITE : 0);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(gray, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not thrown in memory
    }
    return out.toByteArray();
  }
}
