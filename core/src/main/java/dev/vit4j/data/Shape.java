package dev.vit4j.data;

import dev.vit4j.format.Count;
import java.util.List;

/**
 * The shape of an image.
 *
 * @param channels 1 (gray) or 3 (red, green, blue)
 * @param height rows
 * @param width columns
 */
public record Shape(int channels, int height, int width) {
  /** Returns the number of bytes of an image. */
  public int bytes() {
    return Math.multiplyExact(Math.multiplyExact(channels, height), width);
  }

  /** [channels, height, width]. */
  public List<Integer> toList() {
    return List.of(channels, height, width);
  }

  /** Returns a text for messages. */
  @Override
  public String toString() {
    return "%d x %d with %s".formatted(height, width, Count.of(channels, "channel"));
  }
}
