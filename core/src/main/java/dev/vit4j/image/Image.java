package dev.vit4j.image;

import dev.vit4j.format.FormatException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An 8-bit image: height, width, interleaved channels (HWC), starting at the top left.
 *
 * <p>The array is shared, not copied; callers should not modify it afterwards.
 */
public final class Image {
  /** Default of {@link #maxPixels()}; phone photos have 12 to 50 million. */
  public static final long DEFAULT_MAX_PIXELS = 100_000_000L;

  /** System property that overrides {@link #maxPixels()}. */
  public static final String MAX_PIXELS_PROPERTY = "vit4j.maxPixels";

  /** Supported file name extensions, in lower case. */
  public static final List<String> ENDINGS =
      List.of(".png", ".jpg", ".jpeg", ".jfif", ".jpe", ".webp", ".gif", ".bmp", ".dib");

  private final int width;
  private final int height;
  private final int channels;
  private final byte[] pixels;

  /**
   * Creates an image from pixels.
   *
   * @param width pixels, at least 1
   * @param height pixels, at least 1
   * @param channels 1 (gray) or 3 (red, green, blue); 2 or 4 only for the values of {@link
   *     PixelValues}
   * @param pixels {@code height * width * channels} unsigned bytes, not copied
   * @throws IllegalArgumentException if a size is out of range or the length does not fit
   */
  public Image(int width, int height, int channels, byte[] pixels) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "an image needs at least 1 x 1 pixels, not " + width + " x " + height);
    }
    if (channels < 1 || channels > 4) {
      throw new IllegalArgumentException(
          "an image has 1 (gray) or 3 (RGB) channels, not " + channels);
    }
    if (pixels.length != (long) width * height * channels) {
      throw new IllegalArgumentException(
          "a %d x %d image with %d channels needs %d bytes, not %d"
              .formatted(width, height, channels, (long) width * height * channels, pixels.length));
    }
    this.width = width;
    this.height = height;
    this.channels = channels;
    this.pixels = pixels;
  }

  /**
   * Default limit for the number of pixels (width times height) of an image: {@link
   * #DEFAULT_MAX_PIXELS}, or the value of {@code -Dvit4j.maxPixels=N}.
   *
   * @throws IllegalArgumentException if the property is not a positive integer
   */
  public static long maxPixels() {
    String set = System.getProperty(MAX_PIXELS_PROPERTY);
    if (set == null) {
      return DEFAULT_MAX_PIXELS;
    }
    try {
      long limit = Long.parseLong(set.strip());
      if (limit > 0) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new IllegalArgumentException(
        "-D%s must be a whole number above 0, not '%s'".formatted(MAX_PIXELS_PROPERTY, set));
  }

  /** Width in pixels. */
  public int width() {
    return width;
  }

  /** Height in pixels. */
  public int height() {
    return height;
  }

  /**
   * Number of channels: 1 (gray) or 3 (red, green, blue); 2 or 4 for the values of {@link
   * PixelValues}.
   */
  public int channels() {
    return channels;
  }

  /** The pixels, [height, width, channels], not copied. */
  public byte[] pixels() {
    return pixels;
  }

  /**
   * Reads a PNG, JPEG, WebP, GIF (the first frame of either) or BMP file of at most {@link
   * #maxPixels()}.
   *
   * <p>Gray files give 1 channel, all others 3. The values equal Pillow's {@code
   * ImageOps.exif_transpose(Image.open(file)).convert('RGB')}: alpha and transparency are dropped,
   * not composited; gamma and color profiles are ignored; 16-bit gray is clipped at 255, 16-bit
   * color is reduced to its high byte; photos are rotated by the orientation in their EXIF or XMP
   * metadata. {@link ImageRemarks} tells what was cut or damaged.
   *
   * @throws FormatException if the file is missing, empty, not an image, damaged or too large
   */
  public static Image read(Path file) throws IOException {
    return read(file, maxPixels());
  }

  /**
   * As {@link #read(Path)}, with another limit.
   *
   * @param maxPixels maximum of width times height, checked in the file's header
   */
  public static Image read(Path file, long maxPixels) throws IOException {
    return ImageDecoder.read(file, maxPixels);
  }

  /**
   * Same result as {@code resizing.apply(read(file))}, or its center crop; large JPEG photos are
   * resized while decoding, with a fraction of the memory, and of others no more than the crop is
   * computed.
   *
   * @param crop null for the whole image
   * @throws IllegalArgumentException as {@link Resizing#of}
   */
  public static Image readResized(Path file, Resizing resizing, @Nullable CenterCrop crop)
      throws IOException {
    return ImageDecoder.readResized(file, maxPixels(), resizing, crop);
  }

  /**
   * Decodes an image in memory, as {@link #read(Path)}.
   *
   * @param source its name in error messages
   */
  public static Image decode(byte[] bytes, String source, long maxPixels) throws FormatException {
    return ImageDecoder.decode(bytes, source, maxPixels);
  }

  /**
   * As {@link #readResized}, for an encoded image in memory, such as an upload or an archive entry.
   *
   * @param source its name in error messages
   * @param maxPixels maximum of width times height
   * @throws IllegalArgumentException as {@link Resizing#of}
   */
  public static Image decodeResized(
      byte[] bytes, String source, long maxPixels, Resizing resizing, @Nullable CenterCrop crop)
      throws FormatException {
    return ImageDecoder.decodeResized(bytes, source, maxPixels, resizing, crop);
  }

  /** Converts to one channel, as Pillow's {@code convert('L')} (ITU-R 601 luma). */
  public Image toGrey() {
    if (channels == 1) {
      return this;
    }
    requireColors();
    byte[] grey = new byte[width * height];
    for (int i = 0, p = 0; i < grey.length; i++, p += 3) {
      int r = pixels[p] & 0xff;
      int g = pixels[p + 1] & 0xff;
      int b = pixels[p + 2] & 0xff;
      grey[i] = (byte) ((19595 * r + 38470 * g + 7471 * b + 0x8000) >> 16);
    }
    return new Image(width, height, 1, grey);
  }

  /** Converts to three channels; gray is repeated. */
  public Image toRgb() {
    if (channels == 3) {
      return this;
    }
    requireColors();
    byte[] rgb = new byte[Math.multiplyExact(pixels.length, 3)];
    for (int i = 0, p = 0; i < pixels.length; i++, p += 3) {
      rgb[p] = pixels[i];
      rgb[p + 1] = pixels[i];
      rgb[p + 2] = pixels[i];
    }
    return new Image(width, height, 3, rgb);
  }

  private void requireColors() {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "an image of %d channels holds values of pixels, not colors".formatted(channels));
    }
  }

  /** Writes the pixels as [channels, height, width], the layout of model inputs, at an offset. */
  public void writePlanes(byte[] to, int offset) {
    if (channels == 1) {
      System.arraycopy(pixels, 0, to, offset, pixels.length);
      return;
    }
    int o = offset;
    for (int c = 0; c < channels; c++) {
      for (int i = c; i < pixels.length; i += channels) {
        to[o++] = pixels[i];
      }
    }
  }

  /**
   * Converts to a Java 2D image: {@code TYPE_BYTE_GRAY} for gray, {@code TYPE_INT_RGB} for color.
   */
  public BufferedImage toBufferedImage() {
    if (channels == 1) {
      BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
      byte[] grey = ((DataBufferByte) out.getRaster().getDataBuffer()).getData();
      System.arraycopy(pixels, 0, grey, 0, pixels.length);
      return out;
    }
    requireColors();
    BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] packed = ((DataBufferInt) out.getRaster().getDataBuffer()).getData();
    for (int i = 0, p = 0; i < packed.length; i++, p += 3) {
      packed[i] = (pixels[p] & 0xff) << 16 | (pixels[p + 1] & 0xff) << 8 | (pixels[p + 2] & 0xff);
    }
    return out;
  }

  /** Converts a Java 2D image; alpha is dropped, one-band images become gray. */
  public static Image of(BufferedImage image) {
    return RasterPixels.of(image, "image");
  }

  @Override
  public String toString() {
    return "Image[" + height + " x " + width + " x " + channels + "]";
  }
}
