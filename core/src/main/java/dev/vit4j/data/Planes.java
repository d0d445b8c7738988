package dev.vit4j.data;

import dev.vit4j.image.Image;

/** Converts channel planes to interleaved images. */
final class Planes {
  private Planes() {}

  /** Reads [C, H, W] starting at {@code offset} as an image. */
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
