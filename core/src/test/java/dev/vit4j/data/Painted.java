package dev.vit4j.data;

import dev.vit4j.image.Image;
import dev.vit4j.image.PngBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Images with masks that are made when they are asked for: a rectangle of one class, in the color
 * of the class, on a background of class 0; a border of the rectangle is ignored.
 *
 * @param size number of samples
 * @param height of the images, pixels
 * @param width of the images, pixels
 * @param numClasses at least 2
 * @param broken sample whose mask cannot be read; -1 for none
 */
public record Painted(int size, int height, int width, int numClasses, int broken)
    implements Dataset, Masks {
  private static final int BACKGROUND = 30;

  /** A rectangle of a class: rows and columns from, to (exclusive). */
  private record Area(int c, int top, int bottom, int left, int right) {
    boolean has(int y, int x) {
      return y >= top && y < bottom && x >= left && x < right;
    }

    boolean isBorder(int y, int x) {
      return y == top && x >= left && x < right;
    }
  }

  private Area area(int index) {
    Random random = new Random(index * 31L + 7);
    int h = height / 2 + random.nextInt(height / 4);
    int w = width / 2 + random.nextInt(width / 4);
    int top = random.nextInt(height - h);
    int left = random.nextInt(width - w);
    return new Area(1 + index % (numClasses - 1), top, top + h, left, left + w);
  }

  @Override
  public String name() {
    return "painted";
  }

  @Override
  public Painted targets() {
    return this;
  }

  @Override
  public List<String> classes() {
    return IntStream.range(0, numClasses).mapToObj(c -> "c" + c).toList();
  }

  @Override
  public @Nullable Shape shape() {
    return new Shape(3, height, width);
  }

  @Override
  public String source(int index) {
    return "painted/" + index + ".png";
  }

  @Override
  public Image image(int index) {
    Area area = area(index);
    Random random = new Random(index);
    byte[] pixels = new byte[3 * height * width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int c = area.has(y, x) ? area.c() : 0;
        for (int channel = 0; channel < 3; channel++) {
          int color = c == 0 ? BACKGROUND : 80 + (c * (37 + 53 * channel)) % 160;
          pixels[3 * (y * width + x) + channel] = (byte) (color + random.nextInt(12));
        }
      }
    }
    return new Image(width, height, 3, pixels);
  }

  @Override
  public Image mask(int index) throws IOException {
    if (index == broken) {
      throw new IOException("painted/masks/" + index + ".png: is damaged");
    }
    Area area = area(index);
    byte[] labels = new byte[height * width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int label = area.has(y, x) ? area.c() : 0;
        labels[y * width + x] = (byte) (area.isBorder(y, x) ? IGNORED : label);
      }
    }
    return new Image(width, height, 1, labels);
  }

  /** Writes samples as {@code images/NUMBER.png} and {@code masks/NUMBER.png} below a folder. */
  public void write(Path folder, int from, int to) throws IOException {
    Files.createDirectories(folder.resolve("images"));
    Files.createDirectories(folder.resolve("masks"));
    for (int i = from; i < to; i++) {
      Files.write(
          folder.resolve("images/" + i + ".png"),
          PngBytes.of(width, height, 8, 2, ints(image(i).pixels())));
      Files.write(
          folder.resolve("masks/" + i + ".png"),
          PngBytes.gray(width, height, ints(mask(i).pixels())));
    }
  }

  private static int[] ints(byte[] bytes) {
    return IntStream.range(0, bytes.length).map(i -> bytes[i] & 0xff).toArray();
  }
}
