package dev.vit4j.serve;

import dev.vit4j.image.Image;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.imageio.ImageIO;

/** Splits a mask of class indices into a gray PNG for each class. */
final class ClassMasks {
  private static final int BYTE = 0xff;

  private ClassMasks() {}

  /**
   * Returns PNG files in base64 by class index: 255 where the class is, else 0.
   *
   * @param mask class indices in one channel, or in two, the higher byte first
   */
  static Map<Integer, String> of(Image mask) {
    TreeSet<Integer> present = new TreeSet<>();
    int pixels = mask.width() * mask.height();
    for (int i = 0; i < pixels; i++) {
      present.add(label(mask, i));
    }
    Map<Integer, String> all = new TreeMap<>();
    for (int index : present) {
      all.put(index, Base64.getEncoder().encodeToString(png(mask, index)));
    }
    return all;
  }

  private static int label(Image mask, int pixel) {
    byte[] bytes = mask.pixels();
    return mask.channels() == 1
        ? bytes[pixel] & BYTE
        : ((bytes[2 * pixel] & BYTE) << Byte.SIZE) | (bytes[2 * pixel + 1] & BYTE);
  }

  private static byte[] png(Image mask, int index) {
    BufferedImage gray =
        new BufferedImage(mask.width(), mask.height(), BufferedImage.TYPE_BYTE_GRAY);
    byte[] pixels = ((DataBufferByte) gray.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (label(mask, i) == index ? BYTE : 0);
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
