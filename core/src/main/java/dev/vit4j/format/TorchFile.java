package dev.vit4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A PyTorch file: {@code .pth}, {@code .pt}, {@code .bin}, {@code .th}, memory-mapped. The pickle
 * in it is read as data by {@link Pickle}; nothing in it is executed.
 *
 * <p>Since torch 1.6, the format is a zip archive of stored records:
 *
 * <pre>
 * NAME/data.pkl        a pickle: dicts and lists of tensors and plain values
 * NAME/byteorder       "little" or "big"; optional
 * NAME/data/KEY        the bytes of the storage KEY, aligned to 64 bytes in the file
 * NAME/version, …      not needed
 * NAME/code/…          in a TorchScript archive: its program, which is not read
 * </pre>
 *
 * <p>Before that, and with {@code _use_new_zipfile_serialization=False}, the format is a sequence
 * of pickles and bytes:
 *
 * <pre>
 * pickle   0x1950a86a20f9469cfc6c          the magic number
 * pickle   1001                            the version
 * pickle   {little_endian: True, …}        the machine that wrote the file
 * pickle   the object, as in data.pkl
 * pickle   [KEY, …]                        the storages, in the order in which they follow
 * for each: int64 number of elements, little-endian, then their bytes
 * </pre>
 *
 * <p>A storage is the persistent id ('storage', torch.FloatStorage, KEY, device, elements). A
 * tensor is a view of a storage by offset, sizes and strides, all in elements; several tensors may
 * share a storage.
 *
 * <p>Names of nested dicts and lists are joined by dots: {@code state_dict.module.conv1.weight}.
 * Small values other than tensors are in {@link #metadata} as text; for an object such as {@code
 * argparse.Namespace}, the class name and the attributes. The reader rejects unknown classes,
 * complex and quantized tensors, tensors over 2 GiB, and views that would expand beyond the size of
 * the file.
 *
 * @see <a href="https://docs.pytorch.org/docs/stable/notes/serialization.html">Serialization</a>
 */
public final class TorchFile implements TensorFile {
  /** Expanded tensors may be larger than their file if both are small. */
  private static final long SMALL = 1 << 16;

  private final MappedFile file;
  private final ByteOrder order;
  private final Map<String, TorchTensor> views;
  private final Map<String, FilePart> storages;
  private final Map<String, TensorInfo> tensors;
  private final Map<String, String> metadata;
  private boolean closed;

  TorchFile(
      MappedFile file,
      ByteOrder order,
      Map<String, TorchTensor> views,
      Map<String, FilePart> storages,
      Map<String, String> metadata)
      throws FormatException {
    this.file = file;
    this.order = order;
    this.views = views;
    this.storages = storages;
    this.tensors = checked(file, views);
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /**
   * Opens and checks a file; tensors are mapped, not read.
   *
   * @throws FormatException if the file does not exist, violates the layout above, or refers to
   *     names that files of tensors do not contain
   */
  public static TorchFile open(Path path) throws IOException {
    MappedFile file = MappedFile.open(path);
    TorchFile opened = null;
    try {
      opened =
          ZipRecords.isZip(file)
              ? TorchZip.open(file, ZipRecords.of(path, file.size()))
              : TorchLegacy.open(file);
      return opened;
    } finally {
      if (opened == null) {
        file.close();
      }
    }
  }

  private static Map<String, TensorInfo> checked(MappedFile file, Map<String, TorchTensor> views)
      throws FormatException {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, TorchTensor> entry : views.entrySet()) {
      String name = entry.getKey();
      StridedView view = entry.getValue().view();
      TensorInfo info = new TensorInfo(name, view.dtype(), view.shape());
      String reason = null;
      long bytes = Long.MAX_VALUE;
      try {
        bytes = info.bytes();
      } catch (ArithmeticException e) {
        // The size overflows.
      }
      if (bytes > Math.max(SMALL, file.size())) {
        reason = "expands to more bytes than the file has";
      } else if (bytes > Integer.MAX_VALUE) {
        reason = "is larger than 2 GiB";
      }
      if (reason != null) {
        throw new FormatException(file.source(), -1, "tensor '%s' %s".formatted(name, reason));
      }
      tensors.put(name, info);
    }
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public ByteBuffer data(String name) throws IOException {
    if (closed) {
      throw new IllegalStateException(file.source() + " is closed");
    }
    TorchTensor tensor = views.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(file.source() + ": no tensor '" + name + "'");
    }
    StridedView view = tensor.view();
    ByteBuffer bytes = view.contiguous(span(tensor.storage(), view));
    return (order == ByteOrder.BIG_ENDIAN ? StridedView.swapped(bytes, view.dtype()) : bytes)
        .asReadOnlyBuffer()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer span(TorchStorage announced, StridedView view) throws IOException {
    long first = view.firstByte();
    long length = view.spannedBytes();
    FilePart storage = storages.get(announced.key());
    if (length == 0 || storage == null) {
      return ByteBuffer.allocate(0);
    }
    return storage.deflated()
        ? storage.read(file).slice((int) first, (int) length).order(ByteOrder.LITTLE_ENDIAN)
        : file.slice(storage.position() + first, length);
  }

  @Override
  public void close() {
    closed = true;
    file.close();
  }

  /**
   * Writes a state dict, an OrderedDict of tensors in list order, as a zip archive that {@code
   * torch.load(file, weights_only=True)} opens, also with {@code mmap=True}. Atomic.
   *
   * @throws IllegalArgumentException if a name occurs twice or a buffer's size does not match its
   *     shape
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, List<Safetensors.Entry> tensors) throws IOException {
    TorchWriter.write(file, tensors);
  }
}
