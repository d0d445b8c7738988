package dev.vit4j.format;

import dev.vit4j.format.Safetensors.Entry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes the pickle of a state dict, protocol 2, as torch does: an OrderedDict whose values are
 * calls of {@code torch._utils._rebuild_tensor_v2} with storage, offset, sizes and strides; types
 * without a storage class use {@code _rebuild_tensor_v3} and untyped storages.
 */
final class TorchPickle {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private TorchPickle() {}

  static byte[] stateDict(List<Entry> tensors) {
    TorchPickle pickle = new TorchPickle();
    pickle.op(0x80).op(2);
    pickle.orderedDict().op('(');
    for (int i = 0; i < tensors.size(); i++) {
      pickle.text(tensors.get(i).name());
      pickle.tensor(tensors.get(i), Integer.toString(i));
    }
    return pickle.op('u').op('.').out.toByteArray();
  }

  private void tensor(Entry t, String key) {
    String storage = TorchGlobals.storageOf(t.dtype());
    boolean typed = storage != null;
    global("torch._utils", typed ? "_rebuild_tensor_v2" : "_rebuild_tensor_v3").op('(');
    op('(').text("storage");
    if (typed) {
      global("torch", storage);
    } else {
      global("torch.storage", "UntypedStorage");
    }
    long bytes = t.littleEndianData().remaining();
    text(key).text("cpu").number(typed ? bytes / t.dtype().bytes() : bytes);
    op('t').op('Q').number(0).sizes(t.shape()).sizes(strides(t.shape()));
    op(0x89).orderedDict(); // requires_grad is False, no hooks
    if (!typed) {
      global("torch", TorchGlobals.nameOf(t.dtype()));
    }
    op('t').op('R');
  }

  private static long[] strides(long[] shape) {
    long[] strides = new long[shape.length];
    long next = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = next;
      next *= Math.max(1, shape[i]);
    }
    return strides;
  }

  private TorchPickle op(int code) {
    out.write(code);
    return this;
  }

  private TorchPickle global(String module, String name) {
    out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  private TorchPickle orderedDict() {
    return global("collections", "OrderedDict").op(')').op('R');
  }

  private TorchPickle text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    op('X').little(Integer.BYTES, utf8.length);
    out.writeBytes(utf8);
    return this;
  }

  private TorchPickle number(long value) {
    return value == (int) value
        ? op('J').little(Integer.BYTES, value)
        : op(0x8a).op(Long.BYTES).little(Long.BYTES, value);
  }

  private TorchPickle sizes(long[] sizes) {
    op('(');
    for (long size : sizes) {
      number(size);
    }
    return op('t');
  }

  private TorchPickle little(int bytes, long value) {
    ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(buffer.putLong(0, value).array(), 0, bytes);
    return this;
  }
}
