package dev.vit4j.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of reading every sample of a set.
 *
 * @param checked number of samples read
 * @param problems samples that cannot be used, in order
 */
public record Verify(int checked, List<Problem> problems) {
  /**
   * A bad sample.
   *
   * @param index in the set
   * @param source where it comes from
   * @param reason one line
   */
  public record Problem(int index, String source, String reason) {}

  /** Reads all samples; goes on after a bad one. */
  public static Verify of(Dataset data) {
    Shape shape = data.shape();
    byte[] pixels = new byte[shape == null ? 0 : shape.bytes()];
    List<Problem> problems = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      try {
        if (shape == null) {
          data.image(i);
        } else {
          data.copyInto(i, pixels, 0);
        }
        int label = data.label(i);
        if (label < 0 || label >= data.classes().size()) {
          throw new IOException(
              "label " + label + " is not one of " + data.classes().size() + " classes");
        }
      } catch (IOException | RuntimeException e) {
        problems.add(new Problem(i, data.source(i), String.valueOf(e.getMessage())));
      }
    }
    return new Verify(data.size(), List.copyOf(problems));
  }

  /** Whether every sample can be used. */
  public boolean good() {
    return problems.isEmpty();
  }
}
