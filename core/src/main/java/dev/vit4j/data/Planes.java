package dev.vit4j.data;

import dev.vit4j.image.Image;

/** From the order of models, channel planes, back to that of images. */
final class Planes {
  private Planes() {}

  /** Reads [C, H, W] from {@code offset} on as an image. */
  static Image read(byte[] from, int offset, Shape shape) {
    int channels = shape.channels();
    int plane = shape.height() * shape.width();
    byte[] out = new byte[channels * plane];
    for (int c = 0; c < channels; c++) {
      int i = offset + c * plane;
      for (int o = c; o < out.length; o += channels) {
        out[o] = from[i++];
      }
    }
    return new Image(shape.width(), shape.height(), channels, out);
  }
}
