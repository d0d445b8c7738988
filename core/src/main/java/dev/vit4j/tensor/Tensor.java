package dev.vit4j.tensor;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * An n-dimensional array of libtorch. Operations follow PyTorch's names and broadcasting; those
 * ending in {@code _} change the tensor in place. Memory belongs to the {@link Scope} in which the
 * tensor was made; without one, to whoever closes it or to the garbage collector.
 */
public final class Tensor extends Arithmetic implements AutoCloseable {
  static {
    Native.load();
  }

  Tensor(org.bytedeco.pytorch.Tensor raw) {
    super(raw);
  }

  @Override
  Tensor self() {
    return this;
  }

  // ---- making

  /** An f32 tensor from numbers in row-major order. */
  public static Tensor of(float[] data, long... shape) {
    return HostArrays.put(data, shape);
  }

  /** An f64 tensor from numbers in row-major order. */
  public static Tensor of(double[] data, long... shape) {
    return HostArrays.put(data, shape);
  }

  /** An i64 tensor from numbers in row-major order. */
  public static Tensor of(long[] data, long... shape) {
    return HostArrays.put(data, shape);
  }

  /** A u8 tensor from a stretch of bytes in row-major order. */
  public static Tensor of(byte[] data, int offset, long... shape) {
    return HostArrays.put(data, offset, shape);
  }

  /** A tensor from the little-endian bytes of a buffer, from its position on; they are copied. */
  public static Tensor of(ByteBuffer data, DType dtype, long... shape) {
    return HostArrays.put(data, dtype, shape);
  }

  /** A tensor whose numbers are whatever the memory held. */
  public static Tensor empty(DType dtype, Device device, long... shape) {
    HostArrays.count(shape); // libtorch's own message for a negative size is a page long
    return new Tensor(
        torch.empty(
            shape,
            new ScalarTypeOptional(ScalarTypes.of(dtype)),
            new org.bytedeco.pytorch.LayoutOptional(),
            device.optional(),
            new org.bytedeco.pytorch.BoolOptional(),
            new org.bytedeco.pytorch.MemoryFormatOptional()));
  }

  /** An f32 tensor of one value. */
  public static Tensor full(double value, Device device, long... shape) {
    return empty(DType.F32, device, shape).fill_(value);
  }

  /** A tensor of zeros of this one's shape, type, device and order in memory. */
  public Tensor zerosLike() {
    return new Tensor(torch.zeros_like(raw));
  }

  // ---- asking

  /** The size of every dimension. */
  public long[] shape() {
    long[] shape = new long[(int) raw.dim()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = raw.size(i);
    }
    return shape;
  }

  /** The size of one dimension; negative ones count from the end. */
  public long size(int dim) {
    return raw.size(dim);
  }

  /** Number of dimensions. */
  public int dim() {
    return (int) raw.dim();
  }

  /** Number of elements. */
  public long count() {
    return raw.numel();
  }

  /** The element type. */
  public DType dtype() {
    return ScalarTypes.dtype(raw.scalar_type());
  }

  /** Where it lives. */
  public Device device() {
    org.bytedeco.pytorch.Device d = raw.device();
    if (d.is_cuda()) {
      return new Device(Device.Type.CUDA, Math.max(0, d.index()));
    }
    return d.is_meta() ? Device.META : Device.CPU;
  }

  /** The elements as floats, in row-major order. */
  public float[] toFloats() {
    return HostArrays.floats(this);
  }

  /** The elements as doubles, in row-major order. */
  public double[] toDoubles() {
    return HostArrays.doubles(this);
  }

  /** The elements as longs, in row-major order. */
  public long[] toLongs() {
    return HostArrays.longs(this);
  }

  /** The elements as little-endian bytes in row-major order, in this element type. */
  public ByteBuffer toBytes() {
    return HostArrays.bytes(this);
  }

  /** The only element. */
  public double item() {
    return raw.item_double();
  }

  // ---- gradients

  /** Whether operations on this tensor are recorded. */
  public boolean requiresGrad() {
    return raw.requires_grad();
  }

  /** Starts or stops recording. */
  public Tensor requiresGrad(boolean on) {
    raw.set_requires_grad(on);
    return this;
  }

  /** Whether {@link #backward} has left a gradient here. */
  public boolean hasGrad() {
    try (Scope s = Scope.open()) {
      return raw.grad().defined();
    }
  }

  /** Lets a tensor that was computed keep its gradient, as parameters do. */
  public Tensor retainGrad() {
    raw.retain_grad();
    return this;
  }

  /** The gradient, as {@link #backward} left it. */
  public Tensor grad() {
    return new Tensor(raw.grad());
  }

  /** Forgets the gradient. */
  public void clearGrad() {
    try (Scope s = Scope.open()) {
      raw.mutable_grad().reset();
    }
  }

  /** Adds the gradient of this single number to every leaf that it was computed from. */
  public void backward() {
    raw.backward();
  }

  /** The same memory, not recorded. */
  public Tensor detach() {
    return new Tensor(raw.detach());
  }

  /** Lets this tensor share the memory of another of the same shape and type. */
  public void share(Tensor other) {
    raw.set_data(other.raw);
  }

  /**
   * Whether this tensor could {@link #share} the other's memory and nothing else of it: same type,
   * shape and order in memory, and a memory that holds no more than the other's elements.
   */
  public boolean liesAs(Tensor other) {
    return dtype() == other.dtype()
        && device().equals(other.device())
        && Arrays.equals(shape(), other.shape())
        && Arrays.equals(strides(), other.strides())
        && other.raw.storage().nbytes() == count() * dtype().bytes();
  }

  private long[] strides() {
    long[] strides = new long[(int) raw.dim()];
    Arrays.setAll(strides, raw::stride);
    return strides;
  }

  /** Where its memory begins: tensors that share it have the same. */
  public long address() {
    return raw.data_ptr().address();
  }

  // ---- moving and casting

  /** This tensor on a device; itself if it is there already. */
  public Tensor to(Device device) {
    return device.equals(device()) ? this : new Tensor(raw.to(device.raw(), raw.scalar_type()));
  }

  /** This tensor in an element type; itself if it has it already. */
  public Tensor to(DType dtype) {
    return dtype == dtype() ? this : new Tensor(raw.to(ScalarTypes.of(dtype)));
  }

  public Tensor contiguous() {
    return new Tensor(raw.contiguous());
  }

  /** The same images [B, C, H, W], a pixel's channels side by side in memory. */
  public Tensor channelsLast() {
    return new Tensor(raw.contiguous(torch.MemoryFormat.ChannelsLast));
  }

  public Tensor copy() {
    return new Tensor(raw.clone());
  }

  // ---- shapes

  public Tensor reshape(long... shape) {
    return new Tensor(raw.reshape(shape));
  }

  public Tensor view(long... shape) {
    return new Tensor(raw.view(shape));
  }

  public Tensor permute(long... dims) {
    return new Tensor(raw.permute(dims));
  }

  public Tensor transpose(int a, int b) {
    return new Tensor(raw.transpose(a, b));
  }

  /** Dimensions {@code from} to {@code to} (inclusive) as one. */
  public Tensor flatten(int from, int to) {
    return new Tensor(raw.flatten(from, to));
  }

  public Tensor expand(long... shape) {
    return new Tensor(raw.expand(shape));
  }

  public Tensor unsqueeze(int dim) {
    return new Tensor(raw.unsqueeze(dim));
  }

  /** One index of a dimension, which disappears. */
  public Tensor select(int dim, long index) {
    return new Tensor(raw.select(dim, index));
  }

  /** {@code length} indices of a dimension, from {@code start} on. */
  public Tensor narrow(int dim, long start, long length) {
    return new Tensor(raw.narrow(dim, start, length));
  }

  /** Every {@code step}th index of a dimension, from the first on. */
  public Tensor every(int dim, long step) {
    return new Tensor(raw.slice(dim, new LongOptional(0), new LongOptional(), step));
  }

  /** Pieces of one size along a dimension, one after the other. */
  public Tensor[] split(long size, int dim) {
    return all(raw.split(size, dim));
  }

  /** Every index of the first dimension, which disappears. */
  public List<Tensor> unbind() {
    return List.of(all(raw.unbind()));
  }

  /** The indices of a dimension in reverse order. */
  public Tensor flip(int dim) {
    return new Tensor(raw.flip(new long[] {dim}));
  }

  private static Tensor[] all(TensorVector parts) {
    Tensor[] out = new Tensor[(int) parts.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = new Tensor(parts.get(i));
    }
    return out;
  }

  /** Frees the native memory now. The tensor must not be used afterwards. */
  @Override
  public void close() {
    raw.close();
  }

  /** Type and shape, such as {@code F32[64, 17, 8]}. */
  @Override
  public String toString() {
    return dtype() + Arrays.toString(shape());
  }

  // ---- the border to JavaCPP

  static TensorVector vector(Iterable<Tensor> tensors) {
    TensorVector v = new TensorVector();
    for (Tensor t : tensors) {
      v.push_back(t.raw);
    }
    return v;
  }
}
