package dev.vit4j.task;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Arrays of numbers in a stream: their length, then their bits. */
public final class Numbers {
  private Numbers() {}

  /** Writes an array. */
  public static void write(float[] numbers, DataOutputStream out) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(numbers.length, Float.BYTES));
    bytes.asFloatBuffer().put(numbers);
    out.writeInt(numbers.length);
    out.write(bytes.array());
  }

  /** Reads an array. */
  public static float[] readFloats(DataInputStream in) throws IOException {
    float[] numbers = new float[in.readInt()];
    ByteBuffer.wrap(in.readNBytes(numbers.length * Float.BYTES)).asFloatBuffer().get(numbers);
    return numbers;
  }

  /** Writes an array. */
  public static void write(long[] numbers, DataOutputStream out) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(numbers.length, Long.BYTES));
    bytes.asLongBuffer().put(numbers);
    out.writeInt(numbers.length);
    out.write(bytes.array());
  }

  /** Reads an array. */
  public static long[] readLongs(DataInputStream in) throws IOException {
    long[] numbers = new long[in.readInt()];
    ByteBuffer.wrap(in.readNBytes(numbers.length * Long.BYTES)).asLongBuffer().get(numbers);
    return numbers;
  }
}
