package dev.vit4j.image;

import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Finds the {@link PixelDecoder} on the class path. Loading its native libraries takes longer than
 * decoding some images with the JDK's readers: it starts with image number {@link #PATIENCE} of the
 * process, in a thread of its own, and the JDK's readers decode until it is done. The pixels are
 * the same.
 */
public final class PixelDecoders {
  /**
   * System property: {@code auto} (the default), {@code native} (load with the first image) or
   * {@code jdk} (do not load native libraries for images).
   */
  public static final String PROPERTY = "vit4j.decoder";

  private static final int PATIENCE = 100;
  private static final AtomicInteger IMAGES = new AtomicInteger();

  private static volatile boolean searched;
  private static volatile @Nullable PixelDecoder found;
  private static volatile String failure = "";

  private PixelDecoders() {}

  /** Returns the decoder for the next image; null for the JDK's readers. */
  static @Nullable PixelDecoder next() {
    if (searched) {
      return found;
    }
    switch (System.getProperty(PROPERTY, "auto")) {
      case "jdk" -> {
        return null;
      }
      case "native" -> {
        search();
        return found;
      }
      default -> {
        if (IMAGES.incrementAndGet() == PATIENCE) {
          Thread loading = new Thread(PixelDecoders::search, "vit4j image decoder");
          loading.setDaemon(true);
          loading.start();
        }
        return null;
      }
    }
  }

  /** Returns the decoder in use, in words; loads it. */
  public static String description() {
    if (System.getProperty(PROPERTY, "auto").equals("jdk")) {
      return "the JDK's (-D%s=jdk)".formatted(PROPERTY);
    }
    search();
    PixelDecoder decoder = found;
    if (decoder != null) {
      return decoder.name();
    }
    return failure.isEmpty()
        ? "the JDK's (vit4j-opencv is not on the class path)"
        : "the JDK's: " + failure;
  }

  private static synchronized void search() {
    if (searched) {
      return;
    }
    try {
      Iterator<PixelDecoder> all =
          ServiceLoader.load(PixelDecoder.class, PixelDecoder.class.getClassLoader()).iterator();
      found = all.hasNext() ? all.next() : null;
    } catch (LinkageError | ServiceConfigurationError | RuntimeException e) {
      failure = "the native decoder does not load (" + reason(e) + ")";
      ImageRemarks.add("images", failure + "; the JDK's readers decode, more slowly");
    }
    searched = true;
  }

  /** The first line of the innermost cause. */
  private static String reason(Throwable failed) {
    Throwable cause = failed;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
