package dev.vit4j.task;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * Scores and labels of a batch.
 *
 * @param logits scores of each class, [samples, classes]
 * @param labels class of each sample
 */
@SuppressWarnings("ArrayRecordComponent")
public record Scores(float[] logits, long[] labels) {
  /** Reads what {@link #write} has written. */
  public static Scores read(DataInputStream in) throws IOException {
    return new Scores(Numbers.readFloats(in), Numbers.readLongs(in));
  }

  /** Writes all bits. */
  public void write(DataOutputStream out) throws IOException {
    Numbers.write(logits, out);
    Numbers.write(labels, out);
  }
}
