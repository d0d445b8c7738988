package dev.vit4j.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Small picture files for tests. */
public final class PictureFolders {
  private PictureFolders() {}

  /** A PNG of one colour: its red is {@code red}, its size follows from it. */
  public static byte[] png(int red) throws IOException {
    BufferedImage image = new BufferedImage(2 + red % 3, 2 + red % 2, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, (red << 16) | 0x1020);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  /** A large photo: soft colours as JPEG. */
  public static byte[] jpeg(int height, int width) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = (int) (127 + 120 * Math.sin(x / 37.0));
        int green = (int) (127 + 120 * Math.cos(y / 51.0));
        image.setRGB(x, y, red << 16 | green << 8 | (x * y / 999 & 0xff));
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", out);
    return out.toByteArray();
  }

  /** Writes PNGs, the n-th with red n. */
  public static void write(Path root, String... files) throws IOException {
    for (int i = 0; i < files.length; i++) {
      Path file = root.resolve(files[i]);
      Files.createDirectories(file.getParent());
      Files.write(file, png(i));
    }
  }

  public static int red(Dataset data, int index) throws IOException {
    return data.image(index).pixels()[0] & 0xff;
  }
}
