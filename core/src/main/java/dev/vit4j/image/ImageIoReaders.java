package dev.vit4j.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * Readers for the formats that ImageIO decodes. Each format has one fixed reader, since others on
 * the class path could give different pixels.
 */
final class ImageIoReaders {
  /** Memory for a raster with four 16-bit samples and the result. */
  private static final int BYTES_PER_PIXEL = 11;

  private static final Map<String, ImageReaderSpi> PROVIDERS =
      Map.of(
          "jpeg", ofJdk("jpeg"),
          "png", ofJdk("png"),
          "gif", ofJdk("gif"),
          "bmp", ofJdk("bmp"),
          "webp", new WebPImageReaderSpi());

  private ImageIoReaders() {}

  /** Creates a reader for a format. */
  static ImageReader of(String format) throws IOException {
    return PROVIDERS.get(format).createReaderInstance();
  }

  /** Reads the first image of a file. */
  static Image read(String format, byte[] bytes, PictureLimits limits) throws IOException {
    ImageReader reader = of(format);
    try (ByteStream in = new ByteStream(bytes, format.equals("webp"))) {
      reader.setInput(in, true, true);
      limits.check(reader.getWidth(0), reader.getHeight(0), BYTES_PER_PIXEL);
      return RasterPixels.of(reader.read(0), limits.source());
    } finally {
      reader.dispose();
    }
  }

  private static ImageReaderSpi ofJdk(String format) {
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance()
            .getServiceProviders(
                ImageReaderSpi.class, spi -> isJdk((ImageReaderSpi) spi, format), true);
    return all.next();
  }

  private static boolean isJdk(ImageReaderSpi spi, String format) {
    return spi.getClass().getModule() == ImageIO.class.getModule()
        && java.util.List.of(spi.getFormatNames()).contains(format);
  }
}
