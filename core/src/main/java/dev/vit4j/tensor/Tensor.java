package dev.vit4j.tensor;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * An n-dimensional array in libtorch's memory. Operations follow PyTorch's names and broadcasting;
 * those ending in {@code _} change the tensor in place. A tensor is freed by the {@link Scope} in
 * which it was created; without a scope, by {@link #close} or the garbage collector.
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

  // ---- creation

  /** Creates an f32 tensor from numbers in row-major order. */
  public static Tensor of(float[] data, long... shape) {
    return HostArrays.put(data, shape);
  }

  /** Creates an f64 tensor from numbers in row-major order. */
  public static Tensor of(double[] data, long... shape) {
    return HostArrays.put(data, shape);
  }

  /** Creates an i64 tensor from numbers in row-major order. */
  public static Tensor of(long[] data, long... shape) {
    return HostArrays.put(data, shape);
  }

  /** Creates a u8 tensor from a range of bytes in row-major order. */
  public static Tensor of(byte[] data, int offset, long... shape) {
    return HostArrays.put(data, offset, shape);
  }

  /** Creates a tensor from little-endian bytes, copied from the buffer's position on. */
  public static Tensor of(ByteBuffer data, DType dtype, long... shape) {
    return HostArrays.put(data, dtype, shape);
  }

  /**
   * Creates a tensor that uses the memory of a direct buffer, such as a mapped file, without a
   * copy. The buffer must stay reachable while the tensor is used; a tensor over a read-only buffer
   * must not be changed.
   *
   * @param data little-endian bytes from the buffer's position on
   * @throws IllegalArgumentException if the buffer is not direct, too short, or its elements are
   *     not aligned to their size
   */
  public static Tensor over(ByteBuffer data, DType dtype, long... shape) {
    return HostArrays.over(data, dtype, shape);
  }

  /** Creates an uninitialized tensor. */
  public static Tensor empty(DType dtype, Device device, long... shape) {
    HostArrays.count(shape); // libtorch's message for a negative size is a page long
    return new Tensor(
        torch.empty(
            shape,
            new ScalarTypeOptional(ScalarTypes.of(dtype)),
            new org.bytedeco.pytorch.LayoutOptional(),
            device.optional(),
            new org.bytedeco.pytorch.BoolOptional(),
            new org.bytedeco.pytorch.MemoryFormatOptional()));
  }

  /** Creates an f32 tensor filled with one value. */
  public static Tensor full(double value, Device device, long... shape) {
    return empty(DType.F32, device, shape).fill_(value);
  }

  /** Creates a tensor of zeros with this one's shape, type, device and memory layout. */
  public Tensor zerosLike() {
    return new Tensor(torch.zeros_like(raw));
  }

  // ---- properties

  /** Size of each dimension. */
  public long[] shape() {
    long[] shape = new long[(int) raw.dim()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = raw.size(i);
    }
    return shape;
  }

  /** Size of one dimension; negative indices count from the end. */
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

  /** The device on which the tensor is stored. */
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

  /** The elements as little-endian bytes in row-major order, in the tensor's element type. */
  public ByteBuffer toBytes() {
    return HostArrays.bytes(this);
  }

  /** The value of a tensor with one element. */
  public double item() {
    return raw.item_double();
  }

  // ---- gradients

  /** Whether operations on this tensor are recorded for gradients. */
  public boolean requiresGrad() {
    return raw.requires_grad();
  }

  /** Enables or disables gradient recording. */
  public Tensor requiresGrad(boolean on) {
    raw.set_requires_grad(on);
    return this;
  }

  /** Whether this tensor has a gradient from {@link #backward}. */
  public boolean hasGrad() {
    try (Scope s = Scope.open()) {
      return raw.grad().defined();
    }
  }

  /** Retains the gradient of a computed tensor, as for parameters. */
  public Tensor retainGrad() {
    raw.retain_grad();
    return this;
  }

  /** The gradient computed by {@link #backward}. */
  public Tensor grad() {
    return new Tensor(raw.grad());
  }

  /** Clears the gradient. */
  public void clearGrad() {
    try (Scope s = Scope.open()) {
      raw.mutable_grad().reset();
    }
  }

  /**
   * Computes the gradients of this scalar with respect to all leaf tensors and adds them to theirs.
   */
  public void backward() {
    raw.backward();
  }

  /** Returns a tensor that shares this one's memory and is not recorded. */
  public Tensor detach() {
    return new Tensor(raw.detach());
  }

  /** Makes this tensor share the memory of another of the same shape and type. */
  public void share(Tensor other) {
    raw.set_data(other.raw);
  }

  /**
   * Whether this tensor can {@link #share} exactly the other's memory: same type, shape and memory
   * layout, and the memory contains no other elements.
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

  /** The address of its memory, equal for tensors that share it. */
  public long address() {
    return raw.data_ptr().address();
  }

  // ---- device and type conversion

  /** Returns this tensor on a device; itself if it is already there. */
  public Tensor to(Device device) {
    return device.equals(device()) ? this : new Tensor(raw.to(device.raw(), raw.scalar_type()));
  }

  /** Returns this tensor with an element type; itself if it already has it. */
  public Tensor to(DType dtype) {
    return dtype == dtype() ? this : new Tensor(raw.to(ScalarTypes.of(dtype)));
  }

  public Tensor contiguous() {
    return new Tensor(raw.contiguous());
  }

  /** Returns these images [B, C, H, W] in channels-last memory format. */
  public Tensor channelsLast() {
    return new Tensor(raw.contiguous(torch.MemoryFormat.ChannelsLast));
  }

  public Tensor copy() {
    return new Tensor(raw.clone());
  }

  // ---- shape operations

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

  /** Merges dimensions {@code from} to {@code to} (inclusive) into one. */
  public Tensor flatten(int from, int to) {
    return new Tensor(raw.flatten(from, to));
  }

  public Tensor expand(long... shape) {
    return new Tensor(raw.expand(shape));
  }

  public Tensor unsqueeze(int dim) {
    return new Tensor(raw.unsqueeze(dim));
  }

  /** Selects one index along a dimension, which is removed. */
  public Tensor select(int dim, long index) {
    return new Tensor(raw.select(dim, index));
  }

  /** Selects {@code length} indices along a dimension, starting at {@code start}. */
  public Tensor narrow(int dim, long start, long length) {
    return new Tensor(raw.narrow(dim, start, length));
  }

  /** Selects indices along a dimension, in their order and as often as they occur: i64 [n]. */
  public Tensor indexSelect(int dim, Tensor indices) {
    if (raw.is_meta()) { // libtorch has no shape inference for this operator
      long[] shape = shape();
      shape[dim] = indices.count();
      return empty(dtype(), Device.META, shape);
    }
    return new Tensor(raw.index_select(dim, indices.raw));
  }

  /** Selects one element of each row of a matrix [N, K]: columns i64 [N], returns [N]. */
  public Tensor pick(Tensor columns) {
    return new Tensor(raw.gather(1, columns.raw.unsqueeze(1)).squeeze(1));
  }

  /** Selects elements along a dimension: indices i64, of this shape except in that dimension. */
  public Tensor gather(int dim, Tensor indices) {
    return new Tensor(raw.gather(dim, indices.raw));
  }

  /**
   * Returns a copy with the elements of {@code source} written to the indices along a dimension.
   *
   * @param indices i64, with the shape of the source
   */
  public Tensor scatter(int dim, Tensor indices, Tensor source) {
    return new Tensor(raw.scatter(dim, indices.raw, source.raw));
  }

  /** The k largest elements along the last dimension, in descending order, and their indices. */
  public Tensor[] topK(long k) {
    org.bytedeco.pytorch.T_TensorTensor_T found = raw.topk(k, -1, true, true);
    return new Tensor[] {new Tensor(found.get0()), new Tensor(found.get1())};
  }

  /** Adds a value to one element of each row of this matrix [N, K], in place: columns i64 [N]. */
  public Tensor addAt_(Tensor columns, double value) {
    Tensor values = empty(dtype(), device(), columns.count(), 1).fill_(value);
    raw.scatter_add_(1, columns.raw.unsqueeze(1), values.raw);
    return this;
  }

  /** Selects every {@code step}-th index along a dimension, starting with the first. */
  public Tensor every(int dim, long step) {
    return new Tensor(raw.slice(dim, new LongOptional(0), new LongOptional(), step));
  }

  /** Splits a dimension into consecutive chunks of equal size. */
  public Tensor[] split(long size, int dim) {
    return all(raw.split(size, dim));
  }

  /** Splits along the first dimension, which is removed. */
  public List<Tensor> unbind() {
    return List.of(all(raw.unbind()));
  }

  /** Reverses a dimension. */
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

  // ---- access for this package

  static TensorVector vector(Iterable<Tensor> tensors) {
    TensorVector v = new TensorVector();
    for (Tensor t : tensors) {
      v.push_back(t.raw);
    }
    return v;
  }
}
