package dev.vit4j.serve;

import dev.vit4j.image.DeclaredSize;
import dev.vit4j.image.Image;
import dev.vit4j.infer.Predictor;
import dev.vit4j.input.FitToModel;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * Decodes uploads within the limits of pixels. As many as there are compute threads are decoded at
 * once, so that a burst of large photos does not take the processor from the models.
 */
final class Decoding {
  private final long mostPixels;
  private final Gate pixels;
  private final Semaphore permits;

  Decoding(Bounds bounds, int threads) {
    this.mostPixels = bounds.imagePixels();
    this.pixels = new Gate("pixels in images that are being decoded", bounds.pixels());
    this.permits = new Semaphore(threads, true);
  }

  /** Pixels of images that are being decoded or wait for it. */
  Gate pixels() {
    return pixels;
  }

  /** Something that reads an image. */
  @FunctionalInterface
  interface Reading<T> {
    T of(Predictor.Reader reader) throws IOException;
  }

  /**
   * Reads an upload.
   *
   * @throws Problem if it is no image or too large (415, 413), or too much is being decoded (503)
   * @throws IOException if it is damaged
   */
  <T> T read(Upload upload, Reading<T> reading) throws IOException {
    DeclaredSize size = DeclaredSize.of(upload.bytes());
    if (size.pixels() > mostPixels) {
      throw new Problem(
          Problem.TOO_LARGE,
          "%s: %d x %d pixels; the limit is %d pixels"
              .formatted(upload.source(), size.width(), size.height(), mostPixels));
    }
    try (Gate.Pass pass = pixels.enter(Math.max(1, size.pixels()))) {
      permits.acquireUninterruptibly();
      try {
        return reading.of(new Encoded(upload, mostPixels));
      } finally {
        permits.release();
      }
    }
  }

  private record Encoded(Upload upload, long mostPixels) implements Predictor.Reader {
    @Override
    public Image read() throws IOException {
      return Image.decode(upload.bytes(), upload.source(), mostPixels);
    }

    @Override
    public Image read(FitToModel fit) throws IOException {
      return fit.read(upload.bytes(), upload.source());
    }
  }
}
