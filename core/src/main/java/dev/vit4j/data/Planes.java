package dev.vit4j.data;

import dev.vit4j.image.Image;

/** The two orders of pixels: pictures hold the channels of a pixel together, models want planes. */
final class Planes {
  private Planes() {}

  /** Writes [H, W, C] as [C, H, W] from {@code offset} on. */
  static void write(Image image, byte[] to, int offset) {
    byte[] in = image.pixels();
    int channels = image.channels();
    if (channels == 1) {
      System.arraycopy(in, 0, to, offset, in.length);
      return;
    }
    int o = offset;
    for (int c = 0; c < channels; c++) {
      for (int i = c; i < in.length; i += channels) {
        to[o++] = in[i];
      }
    }
  }

  /** Reads [C, H, W] from {@code offset} on as a picture. */
  static Image read(byte[] from, int offset, int channels, int height, int width) {
    int plane = height * width;
    byte[] out = new byte[channels * plane];
    for (int c = 0; c < channels; c++) {
      int i = offset + c * plane;
      for (int o = c; o < out.length; o += channels) {
        out[o] = from[i++];
      }
    }
    return new Image(width, height, channels, out);
  }
}
