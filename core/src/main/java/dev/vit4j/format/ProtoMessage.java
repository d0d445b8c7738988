package dev.vit4j.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Builds a protocol-buffers message (protobuf.dev, "Encoding"). A field is a varint {@code number
 * << 3 | type}, followed by type: 0 a varint, 1 eight bytes, 2 a varint length and that many bytes,
 * 5 four bytes; numbers are little-endian.
 */
final class ProtoMessage {
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Adds an int32, int64 or enum field. */
  ProtoMessage number(int field, long value) {
    key(field, VARINT);
    varint(value);
    return this;
  }

  ProtoMessage decimal(int field, double value) {
    key(field, EIGHT_BYTES);
    bytes.writeBytes(little(8).putDouble(value).array());
    return this;
  }

  ProtoMessage decimal(int field, float value) {
    key(field, FOUR_BYTES);
    bytes.writeBytes(little(4).putFloat(value).array());
    return this;
  }

  ProtoMessage text(int field, String value) {
    return raw(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtoMessage message(int field, ProtoMessage value) {
    return raw(field, value.toBytes());
  }

  ProtoMessage raw(int field, byte[] value) {
    key(field, LENGTH);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  /** Starts a field of the given length, whose bytes the caller writes afterwards. */
  ProtoMessage open(int field, long length) {
    key(field, LENGTH);
    varint(length);
    return this;
  }

  /** Appends the fields of another message. */
  ProtoMessage append(ProtoMessage other) {
    bytes.writeBytes(other.toBytes());
    return this;
  }

  int size() {
    return bytes.size();
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  private void key(int field, int type) {
    varint((long) field << 3 | type);
  }

  /** Writes seven bits per byte, lowest first; the high bit means that more follow. */
  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
