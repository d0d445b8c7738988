package dev.vit4j.image;

import dev.vit4j.format.FormatException;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/**
 * Decodes JPEGs. Small images: the JDK's reader returns the stored samples with upsampled chroma,
 * which are converted to RGB as in libjpeg. Large photos: libjpeg converts and returns row by row.
 * Every thread keeps one reader, since creating one costs more than decoding a small image.
 */
final class JpegDecoder {
  private static final long LARGE = 1_000_000; // pixels; smaller images need little memory

  private static final int BYTES_PER_PIXEL = 3;
  private static final int CMYK_BYTES_PER_PIXEL = 7;
  private static final ThreadLocal<JpegDecoder> OF_THREAD = new ThreadLocal<>();

  private final ImageReader reader;
  private final List<String> warnings = new ArrayList<>();
  private Damage warned = Damage.NONE;

  /** What was wrong with a file whose pixels could be read. */
  private enum Damage {
    NONE,
    NO_END,
    INSIDE
  }

  private JpegDecoder() throws IOException {
    reader = ImageIoReaders.of("jpeg");
    reader.addIIOReadWarningListener((from, warning) -> warnings.add(warning));
  }

  /** Decodes an image. */
  static Image decode(byte[] bytes, PictureLimits limits) throws IOException {
    JpegHeader header = JpegHeader.of(bytes);
    Image stored = NativeJpeg.decode(bytes, header, limits);
    if (stored == null) {
      stored = remarking(bytes, header, limits, (decoder, in) -> decoder.read(in, header, limits));
    }
    return Orientation.apply(stored, header.orientation());
  }

  /** Whether {@link #shrink} applies: a large photo and a resize that starts with rows. */
  static boolean isShrinkable(JpegHeader header, Resize resize) {
    return header.pixels() >= LARGE
        && header.isUprightPhoto()
        && !header.progressive() // the reader delivers every row once per scan
        && resize.width() < header.width()
        && resize.beginsWithRows(header.height(), header.width());
  }

  /** Decodes and resizes an image row by row; null if the rows do not match the header. */
  static @Nullable Image shrink(
      byte[] bytes, JpegHeader header, Resize resize, PictureLimits limits) throws IOException {
    limits.check(resize.width(), header.height(), BYTES_PER_PIXEL);
    ShrinkingRows rows = new ShrinkingRows(header.height(), header.width(), resize);
    return remarking(bytes, header, limits, (decoder, in) -> decoder.readInto(rows, in, limits));
  }

  /** A task for the thread's decoder. */
  @FunctionalInterface
  private interface Work<T extends @Nullable Object> {
    T of(JpegDecoder decoder, ByteStream in) throws IOException;
  }

  /** Runs a task, and checks and notes damage that it met. */
  private static <T extends @Nullable Object> T remarking(
      byte[] bytes, JpegHeader header, PictureLimits limits, Work<T> work) throws IOException {
    AtomicReference<Damage> damage = new AtomicReference<>(Damage.NONE);
    T result =
        run(
            bytes,
            header,
            (decoder, in) -> {
              T done = work.of(decoder, in);
              damage.set(decoder.warned);
              return done;
            });
    if (damage.get() == Damage.NO_END) {
      requireMore(bytes, header, limits);
      ImageRemarks.add(limits.source(), "JPEG without an end marker, but with all its pixels");
    } else if (damage.get() == Damage.INSIDE) {
      ImageRemarks.add(limits.source(), "damaged JPEG data: a part of the image may be wrong");
    }
    return result;
  }

  private static <T extends @Nullable Object> T run(byte[] bytes, JpegHeader header, Work<T> work)
      throws IOException {
    // A reader keeps the tables of the file before, which a file without tables must not get.
    JpegDecoder decoder = header.hasTables() ? OF_THREAD.get() : null;
    if (decoder == null) {
      decoder = new JpegDecoder();
    }
    OF_THREAD.remove(); // not reused after a failure
    try (ByteStream in = new ByteStream(header.pixelFile(bytes), false)) {
      T result = work.of(decoder, in);
      OF_THREAD.set(decoder);
      return result;
    } finally {
      if (OF_THREAD.get() == null) {
        decoder.reader.dispose();
      }
    }
  }

  private @Nullable Image readInto(ShrinkingRows rows, ByteStream in, PictureLimits limits)
      throws IOException {
    warnings.clear();
    reader.setInput(in, true, true);
    limits.check(reader.getWidth(0), reader.getHeight(0), 1);
    if (reader.getWidth(0) != rows.getWidth() || reader.getHeight(0) != rows.getHeight()) {
      return null;
    }
    ImageReadParam param = reader.getDefaultReadParam();
    param.setDestination(rows.asDestination());
    reader.read(0, param);
    warned = warned(limits.source());
    return rows.isComplete() ? rows.resized() : null;
  }

  private Image read(ByteStream in, JpegHeader header, PictureLimits limits) throws IOException {
    warnings.clear();
    reader.setInput(in, true, true);
    int cost = header.components() == 4 ? CMYK_BYTES_PER_PIXEL : BYTES_PER_PIXEL;
    limits.check(reader.getWidth(0), reader.getHeight(0), cost);
    Raster stored = reader.readRaster(0, null);
    warned = warned(limits.source());
    return stored.getNumBands() == 4
        ? Cmyk.toRgb(stored, header.adobeTransform())
        : pixels(stored, header);
  }

  /** The JDK's raster has interleaved samples and is not shared. */
  private static Image pixels(Raster stored, JpegHeader header) throws FormatException {
    byte[] samples = ((DataBufferByte) stored.getDataBuffer()).getData();
    if (stored.getNumBands() == 3 && header.isYcc()) {
      Ycc.toRgb(samples);
    }
    return new Image(stored.getWidth(), stored.getHeight(), stored.getNumBands(), samples);
  }

  /**
   * Returns what libjpeg warned of, if the pixels may be right all the same: the JDK fills the rest
   * of a truncated JPEG with gray and only warns.
   */
  private Damage warned(String source) throws FormatException {
    String all = String.join("; ", warnings).toLowerCase(Locale.ROOT);
    boolean unended = all.contains("eoi") || all.contains("truncated");
    if (unended && all.contains("premature")) {
      throw truncated(source);
    }
    if (unended) {
      return Damage.NO_END;
    }
    return all.contains("corrupt") || all.contains("premature") ? Damage.INSIDE : Damage.NONE;
  }

  private static FormatException truncated(String source) {
    return new FormatException(source, -1, "truncated JPEG: the file ends before its pixels do");
  }

  /**
   * Requires that a file without the end marker (EOI) goes on behind its pixels, as Pillow does;
   * else it is cut off, and nobody knows where. Cut by two more bytes it must still have all
   * pixels.
   */
  private static void requireMore(byte[] bytes, JpegHeader header, PictureLimits limits)
      throws IOException {
    if (header.progressive()) {
      throw truncated(limits.source());
    }
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - 2);
    run(
        shorter,
        header,
        (decoder, in) -> decoder.read(in, header, limits)); // throws if pixels are missing
  }
}
