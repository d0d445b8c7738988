package dev.vit4j.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** Conversion between Java arrays and libtorch tensors, row-major; copies, except {@link #over}. */
final class HostArrays {
  private HostArrays() {}

  static Tensor put(float[] data, long... shape) {
    Tensor t = room(DType.F32, data.length, shape);
    if (data.length > 0) {
      t.raw.data_ptr_float().put(data);
    }
    return t;
  }

  static Tensor put(double[] data, long... shape) {
    Tensor t = room(DType.F64, data.length, shape);
    if (data.length > 0) {
      t.raw.data_ptr_double().put(data);
    }
    return t;
  }

  static Tensor put(long[] data, long... shape) {
    Tensor t = room(DType.I64, data.length, shape);
    if (data.length > 0) {
      t.raw.data_ptr_long().put(data);
    }
    return t;
  }

  static Tensor put(byte[] data, int offset, long... shape) {
    long count = count(shape);
    if (offset < 0 || offset + count > data.length) {
      throw new IllegalArgumentException(
          "shape %s at offset %d needs more than the %d bytes given"
              .formatted(Arrays.toString(shape), offset, data.length));
    }
    Tensor t = room(DType.U8, count, shape);
    if (count > 0) {
      t.raw.data_ptr_byte().put(data, offset, (int) count);
    }
    return t;
  }

  static Tensor put(ByteBuffer data, DType dtype, long... shape) {
    long bytes = Math.multiplyExact(count(shape), dtype.bytes());
    if (data.remaining() < bytes) {
      throw new IllegalArgumentException(
          dtype + Arrays.toString(shape) + " needs " + bytes + " bytes, got " + data.remaining());
    }
    Tensor t = Tensor.empty(dtype, Device.CPU, shape);
    if (bytes > 0) {
      ByteBuffer source = data.slice();
      source.limit((int) bytes);
      memory(t).put(source);
    }
    return t;
  }

  static Tensor over(ByteBuffer data, DType dtype, long... shape) {
    long bytes = Math.multiplyExact(count(shape), dtype.bytes());
    if (data.remaining() < bytes
        || !data.isDirect()
        || data.alignmentOffset(data.position(), dtype.bytes()) != 0) {
      throw new IllegalArgumentException(
          "%s%s needs %d bytes of a direct buffer, aligned to %d; got %d of %s"
              .formatted(
                  dtype, Arrays.toString(shape), bytes, dtype.bytes(), data.remaining(), data));
    }
    TensorOptions options =
        new TensorOptions().dtype(new ScalarTypeOptional(ScalarTypes.of(dtype)));
    return new Tensor(torch.from_blob(new BytePointer(data.slice()), shape, options));
  }

  static float[] floats(Tensor tensor) {
    float[] out = new float[Math.toIntExact(tensor.count())];
    if (out.length > 0) {
      try (Scope s = Scope.open()) {
        onHost(tensor, DType.F32).raw.data_ptr_float().get(out);
      }
    }
    return out;
  }

  static double[] doubles(Tensor tensor) {
    double[] out = new double[Math.toIntExact(tensor.count())];
    if (out.length > 0) {
      try (Scope s = Scope.open()) {
        onHost(tensor, DType.F64).raw.data_ptr_double().get(out);
      }
    }
    return out;
  }

  static long[] longs(Tensor tensor) {
    long[] out = new long[Math.toIntExact(tensor.count())];
    if (out.length > 0) {
      try (Scope s = Scope.open()) {
        onHost(tensor, DType.I64).raw.data_ptr_long().get(out);
      }
    }
    return out;
  }

  static ByteBuffer bytes(Tensor tensor) {
    int size = Math.toIntExact(tensor.count() * tensor.dtype().bytes());
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    if (size > 0) {
      try (Scope s = Scope.open()) {
        out.put(memory(onHost(tensor, tensor.dtype()))).flip();
      }
    }
    return out;
  }

  private static Tensor onHost(Tensor tensor, DType dtype) {
    return tensor.detach().to(Device.CPU).to(dtype).contiguous();
  }

  private static ByteBuffer memory(Tensor tensor) {
    return new BytePointer(tensor.raw.data_ptr())
        .capacity(tensor.count() * tensor.dtype().bytes())
        .asByteBuffer();
  }

  private static Tensor room(DType dtype, long length, long... shape) {
    if (length != count(shape)) {
      throw new IllegalArgumentException(
          length + " numbers do not fill shape " + Arrays.toString(shape));
    }
    return Tensor.empty(dtype, Device.CPU, shape);
  }

  static long count(long... shape) {
    long n = 1;
    for (long s : shape) {
      if (s < 0) {
        throw new IllegalArgumentException("negative size in shape " + Arrays.toString(shape));
      }
      n = Math.multiplyExact(n, s);
    }
    return n;
  }
}
