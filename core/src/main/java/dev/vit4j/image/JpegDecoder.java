package dev.vit4j.image;

import dev.vit4j.format.FormatException;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageReader;

/**
 * JPEG to pixels: the JDK's reader gives the stored samples, chroma brought to full size, and the
 * colours are made here as libjpeg makes them. Every thread keeps one reader, since making one
 * costs more than a small picture.
 */
final class JpegDecoder {
  private static final int BYTES_PER_PIXEL = 3;
  private static final int CMYK_BYTES_PER_PIXEL = 7;
  private static final ThreadLocal<JpegDecoder> OF_THREAD = new ThreadLocal<>();

  private final ImageReader reader;
  private final List<String> warnings = new ArrayList<>();

  private JpegDecoder() throws IOException {
    reader = ImageIoReaders.of("jpeg");
    reader.addIIOReadWarningListener((from, warning) -> warnings.add(warning));
  }

  static Image decode(byte[] bytes, PictureLimits limits) throws IOException {
    JpegHeader header = JpegHeader.of(bytes);
    JpegDecoder decoder = OF_THREAD.get();
    if (decoder == null) {
      decoder = new JpegDecoder();
    }
    OF_THREAD.remove(); // one that fails is not used again
    try (ByteStream in = new ByteStream(header.pixelFile(bytes), false)) {
      Image image = decoder.read(in, header, limits);
      OF_THREAD.set(decoder);
      return Orientation.apply(image, header.orientation());
    } finally {
      if (OF_THREAD.get() == null) {
        decoder.reader.dispose();
      }
    }
  }

  private Image read(ByteStream in, JpegHeader header, PictureLimits limits) throws IOException {
    warnings.clear();
    reader.setInput(in, true, true);
    int cost = header.components() == 4 ? CMYK_BYTES_PER_PIXEL : BYTES_PER_PIXEL;
    limits.check(reader.getWidth(0), reader.getHeight(0), cost);
    Raster stored = reader.readRaster(0, null);
    checkComplete(limits.source());
    return stored.getNumBands() == 4
        ? Cmyk.toRgb(stored, header.adobeTransform())
        : pixels(stored, header);
  }

  /** The JDK's raster has its samples side by side and belongs to nobody else. */
  private static Image pixels(Raster stored, JpegHeader header) throws FormatException {
    byte[] samples = ((DataBufferByte) stored.getDataBuffer()).getData();
    if (stored.getNumBands() == 3 && header.isYcc()) {
      Ycc.toRgb(samples);
    }
    return new Image(stored.getWidth(), stored.getHeight(), stored.getNumBands(), samples);
  }

  /** The JDK fills the rest of a cut-off JPEG with grey and only warns. */
  private void checkComplete(String source) throws FormatException {
    for (String warning : warnings) {
      String text = warning.toLowerCase(Locale.ROOT);
      if (text.contains("eoi") || text.contains("premature") || text.contains("truncated")) {
        throw new FormatException(source, -1, "truncated picture: " + warning);
      }
    }
  }
}
