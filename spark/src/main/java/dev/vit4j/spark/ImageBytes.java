package dev.vit4j.spark;

import dev.vit4j.image.DeclaredSize;
import dev.vit4j.image.Image;
import dev.vit4j.infer.Predictor;
import dev.vit4j.input.FitToModel;
import java.io.IOException;

/** An encoded image of a row, and its size once it was read. */
final class ImageBytes implements Predictor.Reader {
  private byte[] bytes;
  private final String source;
  private int width;
  private int height;

  /**
   * @param source name for error messages
   */
  ImageBytes(byte[] bytes, String source) {
    this.bytes = bytes;
    this.source = source;
  }

  @Override
  public Image read() throws IOException {
    Image image = Image.decode(bytes, source, Image.maxPixels());
    width = image.width();
    height = image.height();
    return image;
  }

  /** Large JPEGs shrink while they are decoded; their header has the size of the upright image. */
  @Override
  public Image read(FitToModel fit) throws IOException {
    boolean isJpeg = bytes.length > 2 && bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xd8;
    DeclaredSize size = isJpeg ? DeclaredSize.of(bytes) : new DeclaredSize(0, 0);
    if (size.pixels() == 0) {
      return fit.apply(read());
    }
    Image fitted = fit.read(bytes, source);
    width = Math.toIntExact(size.width());
    height = Math.toIntExact(size.height());
    return fitted;
  }

  /** Frees the encoded image, which cannot be read any more. */
  void forget() {
    bytes = new byte[0];
  }

  /** Width of the upright image in pixels; 0 before it was read. */
  int width() {
    return width;
  }

  /** Height of the upright image in pixels; 0 before it was read. */
  int height() {
    return height;
  }
}
