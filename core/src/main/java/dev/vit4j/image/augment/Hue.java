package dev.vit4j.image.augment;

import dev.vit4j.image.Image;

/** torchvision's {@code adjust_hue} of a PIL image, with Pillow's 8-bit HSV. */
final class Hue {
  private Hue() {}

  /**
   * Shifts the hue; gray images are unchanged.
   *
   * @param factor -0.5 to 0.5 of the circle
   */
  static Image adjust(Image image, double factor) {
    if (image.channels() == 1) {
      return image;
    }
    int shift = (int) (factor * 255);
    byte[] in = image.pixels();
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i += 3) {
      turn(in, out, i, shift);
    }
    return new Image(image.width(), image.height(), 3, out);
  }

  private static void turn(byte[] in, byte[] out, int i, int shift) {
    int r = in[i] & 0xff;
    int g = in[i + 1] & 0xff;
    int b = in[i + 2] & 0xff;
    int most = Math.max(r, Math.max(g, b));
    int least = Math.min(r, Math.min(g, b));
    int saturation = most == least ? 0 : (int) ((most - least) / (float) most * 255.0);
    if (saturation == 0) {
      write(out, i, most, most, most);
      return;
    }
    int hue = (hue(r, g, b, most, most - least) + shift) & 0xff;
    // Floats and doubles as in Pillow's Convert.c, whose rounding affects the pixels.
    double sixth = hue * 6.0 / 255.0;
    int sector = (int) sixth;
    float f = (float) (sixth - sector);
    float s = (float) (saturation / 255.0);
    int p = (int) Math.round(most * (1.0 - s));
    int q = (int) Math.round(most * (1.0 - s * f));
    int t = (int) Math.round(most * (1.0 - s * (1.0 - f)));
    switch (sector % 6) {
      case 0 -> write(out, i, most, t, p);
      case 1 -> write(out, i, q, most, p);
      case 2 -> write(out, i, p, most, t);
      case 3 -> write(out, i, p, q, most);
      case 4 -> write(out, i, t, p, most);
      default -> write(out, i, most, p, q);
    }
  }

  /** The hue, 0 to 255, of a pixel that is not gray. */
  private static int hue(int r, int g, int b, int most, float range) {
    float red = (most - r) / range;
    float green = (most - g) / range;
    float blue = (most - b) / range;
    float h;
    if (r == most) {
      h = blue - green;
    } else if (g == most) {
      h = (float) (2.0 + red - blue);
    } else {
      h = (float) (4.0 + green - red);
    }
    h = (float) ((h / 6.0 + 1.0) % 1.0);
    return Math.min(255, (int) (h * 255.0));
  }

  private static void write(byte[] out, int i, int r, int g, int b) {
    out[i] = (byte) r;
    out[i + 1] = (byte) g;
    out[i + 2] = (byte) b;
  }
}
