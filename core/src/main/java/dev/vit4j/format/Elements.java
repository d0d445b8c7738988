package dev.vit4j.format;

import dev.vit4j.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Iterates over the elements of a tensor as doubles. */
final class Elements {
  private final DType dtype;
  private final ByteBuffer data;

  Elements(DType dtype, ByteBuffer data) {
    this.dtype = dtype;
    this.data = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads into an array; returns the number of elements read, fewer than its length at the end. */
  int read(double[] into) {
    int n = Math.min(into.length, data.remaining() / dtype.bytes());
    for (int i = 0; i < n; i++) {
      into[i] = next();
    }
    return n;
  }

  private double next() {
    return switch (dtype) {
      case F64 -> data.getDouble();
      case F32 -> data.getFloat();
      case F16 -> half(data.getShort());
      case BF16 -> Float.intBitsToFloat(data.getShort() << 16);
      case I64 -> data.getLong();
      case I32 -> data.getInt();
      case I16 -> data.getShort();
      case I8 -> data.get();
      case U8 -> data.get() & 0xff;
      case BOOL -> data.get() == 0 ? 0 : 1;
      case U16 -> data.getShort() & 0xffff;
      case U32 -> Integer.toUnsignedLong(data.getInt());
      case U64 -> unsigned(data.getLong());
      case F8_E4M3 -> e4m3(data.get());
      case F8_E5M2 -> half((short) (data.get() << 8)); // the upper 8 bits of a half
    };
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? bits : (bits >>> 1) * 2.0 + (bits & 1);
  }

  /** Sign, 5 bits of exponent, 10 of fraction: IEEE 754's binary16. */
  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    double size =
        switch (exponent) {
          case 0 -> Math.scalb((double) fraction, -24);
          case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb((double) (fraction | 0x400), exponent - 25);
        };
    return bits < 0 ? -size : size;
  }

  /** Sign, 4 bits of exponent, 3 of fraction; all ones is NaN, there is no infinity. */
  private static double e4m3(byte bits) {
    int exponent = bits >> 3 & 0xf;
    int fraction = bits & 7;
    if ((bits & 0x7f) == 0x7f) {
      return Double.NaN;
    }
    double size =
        exponent == 0
            ? Math.scalb((double) fraction, -9)
            : Math.scalb((double) (fraction | 8), exponent - 10);
    return bits < 0 ? -size : size;
  }
}
