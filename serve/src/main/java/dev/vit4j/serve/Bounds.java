package dev.vit4j.serve;

import java.util.List;
import java.util.Map;

/**
 * Limits of a server. All are on; beyond one of the first four a request is answered at once with
 * 503 and {@code Retry-After}.
 *
 * @param requests requests that are being answered, after their body has arrived
 * @param queue images and texts that wait for a model or are being computed; also the largest
 *     number of images in a request
 * @param pixels sum of the pixels of images that are being decoded or wait for it
 * @param bodies bytes of request bodies in memory
 * @param imagePixels pixels of one image; a larger one is refused with 413
 * @param body bytes of a request body; a larger one is refused with 413
 * @param header bytes of the request line and the headers; more are refused with 431
 * @param connections open connections; further ones wait to be accepted
 * @param seconds time for a request to arrive, and again for its answer
 * @param rate bytes per second of a body, on average after five seconds
 * @param batch images that a model computes at once
 */
public record Bounds(
    int requests,
    int queue,
    long pixels,
    long bodies,
    long imagePixels,
    int body,
    int header,
    int connections,
    int seconds,
    int rate,
    int batch) {
  /** The limits that a server has by default. */
  public static final Bounds DEFAULT =
      new Bounds(
          128, 256, 256_000_000, 512 << 20, 40_000_000, 32 << 20, 16 << 10, 2000, 60, 1 << 10, 16);

  /** Names of the limits, for {@link #with}. */
  public static final List<String> NAMES =
      List.of(
          "requests",
          "queue",
          "pixels",
          "bodies",
          "image-pixels",
          "body",
          "header",
          "connections",
          "seconds",
          "rate",
          "batch");

  /**
   * Returns these limits with other values.
   *
   * @param changed values by {@link #NAMES}
   * @throws IllegalArgumentException if a name is unknown, or a value cannot be used
   */
  public Bounds with(Map<String, Long> changed) {
    for (String name : changed.keySet()) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException(
            "no limit '%s': use one of %s".formatted(name, String.join(", ", NAMES)));
      }
    }
    return new Bounds(
        small(changed, "requests", requests),
        small(changed, "queue", queue),
        changed.getOrDefault("pixels", pixels),
        changed.getOrDefault("bodies", bodies),
        changed.getOrDefault("image-pixels", imagePixels),
        small(changed, "body", body),
        small(changed, "header", header),
        small(changed, "connections", connections),
        small(changed, "seconds", seconds),
        small(changed, "rate", rate),
        small(changed, "batch", batch));
  }

  private static int small(Map<String, Long> changed, String name, int otherwise) {
    long value = changed.getOrDefault(name, (long) otherwise);
    if (value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("the limit %s=%d is too large".formatted(name, value));
    }
    return (int) value;
  }

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is below 1, or cannot be reached because of another
   */
  public Bounds {
    long least =
        Math.min(
            Math.min(Math.min(requests, queue), Math.min(pixels, bodies)),
            Math.min(
                Math.min(Math.min(imagePixels, body), Math.min(header, connections)),
                Math.min(Math.min(seconds, rate), batch)));
    if (least < 1) {
      throw new IllegalArgumentException("a limit must be at least 1, not " + least);
    }
    if (imagePixels > pixels || body > bodies) {
      throw new IllegalArgumentException(
          "the limit of one image (%d pixels, %d bytes) is above that of all (%d, %d)"
              .formatted(imagePixels, body, pixels, bodies));
    }
  }
}
