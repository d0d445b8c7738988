package dev.vit4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file of numpy arrays, {@code .npz}, as published by JAX libraries: a zip archive, stored or
 * deflated, with one {@code NAME.npy} per array.
 *
 * <pre>
 * bytes 0 .. 6   93 'N' 'U' 'M' 'P' 'Y'
 * bytes 6, 7     version: 1, 2 or 3; 0
 * bytes 8 ..     N, the length of the header: uint16 in version 1, else uint32; little-endian
 * N bytes        {'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }, spaces, a line feed
 * to the end     the elements; '&gt;' in descr means big-endian, fortran_order column-major
 * </pre>
 *
 * <p>Supported types are floats, integers and booleans; {@code V2} is bfloat16, as numpy writes
 * JAX's; and lists of texts, {@code <U12}, which are not tensors. Arrays of Python objects are
 * pickles and are rejected, as are structured and complex arrays and other arrays of text. An
 * archive that would inflate to over a hundred times its size is rejected before inflating.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">The
 *     format</a>
 */
public final class NpzFile implements TensorFile {
  private static final String ENDING = ".npy";

  private final MappedFile file;
  private final Map<String, FilePart> parts = new HashMap<>();
  private final Map<String, NpyHeader> headers = new HashMap<>();
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Set<String> texts = new LinkedHashSet<>();
  private boolean closed;

  NpzFile(MappedFile file, Map<String, FilePart> records) throws IOException {
    this.file = file;
    for (Map.Entry<String, FilePart> record : records.entrySet()) {
      String path = record.getKey();
      if (!path.endsWith(ENDING)) {
        throw new FormatException(file.source(), -1, "record '%s' is not an array".formatted(path));
      }
      String name = path.substring(0, path.length() - ENDING.length());
      NpyHeader header = NpyHeader.read(file, name, record.getValue());
      parts.put(name, record.getValue());
      headers.put(name, header);
      if (header.text()) {
        texts.add(name);
      } else {
        tensors.put(name, header.info());
      }
    }
  }

  /** Whether an archive with these records is in numpy's format. */
  static boolean isOne(Map<String, FilePart> records) {
    return records.keySet().stream().anyMatch(name -> name.endsWith(ENDING));
  }

  /**
   * Opens a file and checks the headers of its arrays.
   *
   * @throws FormatException if the file does not exist or violates the layout above
   */
  public static NpzFile open(Path path) throws IOException {
    MappedFile file = MappedFile.open(path);
    NpzFile opened = null;
    try {
      opened = new NpzFile(file, ZipRecords.of(path, file.size()));
      return opened;
    } finally {
      if (opened == null) {
        file.close();
      }
    }
  }

  /**
   * Writes a file atomically, with stored arrays.
   *
   * @param texts additional lists of texts
   * @throws IOException if the file cannot be written
   */
  public static void write(
      Path file, List<Safetensors.Entry> tensors, Map<String, List<String>> texts)
      throws IOException {
    NpzWriter.write(file, tensors, texts);
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** Empty: the format has no metadata; see {@link #texts}. */
  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  /** Names of the lists of texts, in file order. */
  public Set<String> texts() {
    return Collections.unmodifiableSet(texts);
  }

  /**
   * Reads a list of texts.
   *
   * @throws IllegalArgumentException if the file has no such list
   * @throws IllegalStateException after {@link #close}
   * @throws IOException if the bytes cannot be read or are damaged
   */
  public List<String> text(String name) throws IOException {
    if (!texts.contains(name)) {
      throw new IllegalArgumentException(file.source() + ": no list of texts '" + name + "'");
    }
    IntBuffer points = bytes(name).asIntBuffer();
    List<String> read = new ArrayList<>();
    // The width of an empty list may be any number.
    int[] one = new int[points.hasRemaining() ? (int) headers.get(name).info().shape()[1] : 0];
    while (points.hasRemaining()) {
      points.get(one);
      int length = one.length;
      while (length > 0 && one[length - 1] == 0) {
        length--;
      }
      for (int i = 0; i < length; i++) {
        if (!Character.isValidCodePoint(one[i])) {
          throw new FormatException(
              file.source(), -1, "array '%s': text %d is not Unicode".formatted(name, read.size()));
        }
      }
      read.add(new String(one, 0, length));
    }
    return read;
  }

  @Override
  public ByteBuffer data(String name) throws IOException {
    if (texts.contains(name)) {
      throw new IllegalArgumentException(file.source() + ": '" + name + "' is a list of texts");
    }
    return bytes(name);
  }

  private ByteBuffer bytes(String name) throws IOException {
    if (closed) {
      throw new IllegalStateException(file.source() + " is closed");
    }
    FilePart part = parts.get(name);
    NpyHeader header = headers.get(name);
    if (part == null || header == null) {
      throw new IllegalArgumentException(file.source() + ": no tensor '" + name + "'");
    }
    ByteBuffer whole = part.read(file);
    if (!part.deflated() && FilePart.crc(whole) != part.crc()) {
      throw part.damaged(file, "CRC-32 does not match");
    }
    TensorInfo info = header.info();
    ByteBuffer bytes =
        whole.slice(header.length(), (int) info.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    if (header.columnMajor()) {
      bytes = StridedView.columnMajor(info.dtype(), info.shape()).contiguous(bytes);
    }
    if (header.bigEndian()) {
      bytes = StridedView.swapped(bytes, info.dtype());
    }
    return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {
    closed = true;
    file.close();
  }
}
