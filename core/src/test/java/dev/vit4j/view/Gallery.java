package dev.vit4j.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Leaves every tested picture in target/pictures, to be looked at, and reads pixels. */
final class Gallery {
  private static final Path FOLDER = Path.of("target", "pictures");

  private Gallery() {}

  static BufferedImage hang(String name, BufferedImage picture) {
    try {
      Files.createDirectories(FOLDER);
      assertThat(ImageIO.write(picture, "png", FOLDER.resolve(name + ".png").toFile())).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return picture;
  }

  static Color at(BufferedImage picture, double x, double y) {
    return new Color(picture.getRGB((int) x, (int) y));
  }

  /** How many pixels of a rectangle (device pixels) are about as dark as text. */
  static long dark(BufferedImage picture, int x, int y, int width, int height) {
    long count = 0;
    for (int row = y; row < y + height; row++) {
      for (int column = x; column < x + width; column++) {
        Color color = at(picture, column, row);
        count += color.getRed() + color.getGreen() + color.getBlue() < 300 ? 1 : 0;
      }
    }
    return count;
  }

  static long count(BufferedImage picture, Color color) {
    long count = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        count += picture.getRGB(x, y) == color.getRGB() ? 1 : 0;
      }
    }
    return count;
  }

  /** A 28 x 28 grey ring, about what a zero of MNIST looks like; its upper left pixel is 128. */
  static BufferedImage digit() {
    BufferedImage digit = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D g = digit.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.setStroke(new BasicStroke(3));
    g.draw(new Ellipse2D.Double(8, 5, 12, 18));
    g.dispose();
    digit.getRaster().setSample(0, 0, 0, 128);
    return digit;
  }
}
