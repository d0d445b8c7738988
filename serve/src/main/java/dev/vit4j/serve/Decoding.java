package dev.vit4j.serve;

import dev.vit4j.image.DeclaredSize;
import dev.vit4j.image.Image;
import dev.vit4j.infer.Predictor;
import dev.vit4j.input.FitToModel;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

  /**
   * A decoded image.
   *
   * @param fitted in the model's size
   * @param size [width, height] of the upright original; null if it was not asked for
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Fitted(Image fitted, int @Nullable [] size) {}

  /**
   * Decodes an upload in a model's size.
   *
   * @param whole whether the size of the original is needed: large photos are not made smaller
   *     while they are decoded then
   * @throws Problem if it is too large (413), or too much is being decoded (503)
   * @throws IOException if it is not an image, or damaged
   */
  Fitted fit(Upload upload, Predictor.Fit fit, boolean whole) throws IOException {
    return within(
        upload,
        () -> {
          Encoded encoded = new Encoded(upload, mostPixels, whole);
          Image fitted = fit.of(encoded);
          return new Fitted(fitted, encoded.size);
        });
  }

  /** Decodes an upload in its own size; otherwise as {@link #fit}. */
  Image read(Upload upload) throws IOException {
    return within(upload, new Encoded(upload, mostPixels, true)::read);
  }

  /** Reads an image. */
  @FunctionalInterface
  private interface Reading<T> {
    T get() throws IOException;
  }

  private <T> T within(Upload upload, Reading<T> reading) throws IOException {
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
        return reading.get();
      } finally {
        permits.release();
      }
    }
  }

  /** Does other work with pixels, when its turn has come. */
  <T> T inTurn(Supplier<T> work) {
    permits.acquireUninterruptibly();
    try {
      return work.get();
    } finally {
      permits.release();
    }
  }

  private static final class Encoded implements Predictor.Reader {
    private final Upload upload;
    private final long mostPixels;
    private final boolean whole;
    private int @Nullable [] size;

    Encoded(Upload upload, long mostPixels, boolean whole) {
      this.upload = upload;
      this.mostPixels = mostPixels;
      this.whole = whole;
    }

    @Override
    public Image read() throws IOException {
      Image image = Image.decode(upload.bytes(), upload.source(), mostPixels);
      size = new int[] {image.width(), image.height()};
      return image;
    }

    @Override
    public Image read(FitToModel fit) throws IOException {
      return whole ? fit.apply(read()) : fit.read(upload.bytes(), upload.source(), mostPixels);
    }
  }
}
