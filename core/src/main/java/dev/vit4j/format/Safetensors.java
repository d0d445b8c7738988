package dev.vit4j.format;

import dev.vit4j.format.SafetensorsHeader.Placed;
import dev.vit4j.tensor.DType;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file, memory-mapped.
 *
 * <pre>
 * bytes 0 .. 8      N, the length of the header: unsigned 64-bit little-endian, at most 100,000,000
 * bytes 8 .. 8+N    the header: UTF-8 JSON that begins with '{'; spaces may follow it
 *                   {"__metadata__": {"key": "text", …},                      (may be left out)
 *                    "NAME": {"dtype": "F32", "shape": [2, 3], "data_offsets": [BEGIN, END]}, …}
 * bytes 8+N .. end  the data: offsets count from here; row-major, little-endian
 * </pre>
 *
 * <p>Names are unique. END - BEGIN is the product of the shape times the bytes of the {@link
 * DType}, the shape {@code []} is a scalar, and a size of 0 means an empty tensor. In the order of
 * their offsets, the tensors cover the data without gap, overlap or rest, so that the file is
 * unambiguous and cannot contain hidden data.
 *
 * <p>The reader rejects everything else with a {@link FormatException} before it allocates memory;
 * it needs no more memory than the file has bytes. It is stricter than the reference reader in that
 * duplicate names are errors. A tensor over 2 GiB, the limit of a Java buffer, is read in {@link
 * #parts}. The writer orders tensors and pads the header with spaces to a multiple of 8 as the
 * reference writer does, so that every tensor is aligned to its element size and equal content
 * gives equal bytes.
 */
public final class Safetensors implements TensorFile {
  private static final int PREFIX = 8;
  private static final long MAX_HEADER = 100_000_000;
  private static final long MAX_PART = 1L << 30;

  private final String source;
  private final Map<String, TensorInfo> tensors;
  private final Map<String, String> metadata;
  private final Map<String, List<ByteBuffer>> slices;
  private boolean closed;

  private Safetensors(
      String source, SafetensorsHeader header, Map<String, List<ByteBuffer>> slices) {
    this.source = source;
    this.tensors = byName(header.tensors());
    this.metadata = header.metadata();
    this.slices = slices;
  }

  private static Map<String, TensorInfo> byName(List<Placed> tensors) {
    Map<String, TensorInfo> byName = new LinkedHashMap<>();
    tensors.forEach(t -> byName.put(t.name(), t.info()));
    return Collections.unmodifiableMap(byName);
  }

  /**
   * A tensor to be written.
   *
   * @param name its key; not {@code __metadata__}
   * @param dtype element type
   * @param shape sizes, outermost first; empty for a scalar
   * @param littleEndianData exactly the tensor's bytes, from position to limit; not modified
   */
  public record Entry(String name, DType dtype, long[] shape, ByteBuffer littleEndianData) {}

  /**
   * Opens and checks a file; the data is mapped, not read.
   *
   * @throws FormatException if the file does not exist or violates the layout above
   */
  public static Safetensors open(Path file) throws IOException {
    String source = file.toString();
    if (Files.isDirectory(file)) {
      throw new FormatException(source, -1, "is a folder, not a safetensors file");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      byte[] json = readHeader(source, channel, size);
      long dataStart = (long) PREFIX + json.length;
      SafetensorsHeader header = SafetensorsHeader.parse(source, PREFIX, json, size - dataStart);
      return new Safetensors(source, header, map(channel, dataStart, header));
    } catch (FormatException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw new FormatException(source, -1, "no such file");
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
  }

  /** The tensors by name, in the order of their data. */
  @Override
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  /** The file's metadata, in file order; empty if it has none. */
  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Returns the bytes of one tensor: a read-only, little-endian view of the mapped file, which is
   * valid after {@link #close} too.
   *
   * @throws IllegalArgumentException if the file has no such tensor
   * @throws IllegalStateException after {@link #close}
   * @throws UncheckedIOException if the tensor is larger than 2 GiB
   */
  @Override
  public ByteBuffer data(String name) {
    List<ByteBuffer> parts = parts(name);
    if (parts.size() > 1) {
      throw new UncheckedIOException(
          new FormatException(source, -1, "tensor '" + name + "' is larger than 2 GiB"));
    }
    return parts.get(0);
  }

  /**
   * Returns the bytes of one tensor of any size: consecutive views like {@link #data}. A tensor up
   * to 2 GiB has one part. Otherwise all parts but the last have the same number of whole rows
   * (along the first dimension), a power of two, and at most 1 GiB; if a row is larger, each part
   * is 1 GiB.
   *
   * @throws IllegalArgumentException if the file has no such tensor
   * @throws IllegalStateException after {@link #close}
   */
  public List<ByteBuffer> parts(String name) {
    if (closed) {
      throw new IllegalStateException(source + " is closed");
    }
    List<ByteBuffer> parts = slices.get(name);
    if (parts == null) {
      throw new IllegalArgumentException(source + ": no tensor '" + name + "'");
    }
    return parts.stream().map(part -> part.duplicate().order(ByteOrder.LITTLE_ENDIAN)).toList();
  }

  /** Closes the mapping; the JVM unmaps it once no view is in use. */
  @Override
  public void close() {
    closed = true;
    slices.clear();
  }

  /**
   * Writes a file atomically.
   *
   * @param tensors tensors in any order
   * @param metadata written in the map's iteration order
   * @throws IllegalArgumentException if a name occurs twice or a buffer's size does not match its
   *     shape
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, List<Entry> tensors, Map<String, String> metadata)
      throws IOException {
    SafetensorsWriter.write(file, tensors, metadata);
  }

  private static byte[] readHeader(String source, FileChannel channel, long size)
      throws IOException {
    if (size < PREFIX) {
      throw new FormatException(source, size, "a safetensors file has at least 8 bytes");
    }
    ByteBuffer prefix = ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, prefix, 0);
    long length = prefix.getLong(0);
    if (length < 0 || length > MAX_HEADER) {
      String said = Long.toUnsignedString(length);
      throw new FormatException(
          source, 0, "a header of " + said + " bytes is over the limit of " + MAX_HEADER);
    }
    if (length > size - PREFIX) {
      throw new FormatException(
          source, 0, "a header of %d bytes in a file of %d bytes".formatted(length, size));
    }
    byte[] json = new byte[(int) length];
    readFully(channel, ByteBuffer.wrap(json), PREFIX);
    return json;
  }

  private static void readFully(FileChannel channel, ByteBuffer into, long position)
      throws IOException {
    while (into.hasRemaining()) {
      int n = channel.read(into, position + into.position());
      if (n < 0) {
        throw new EOFException();
      }
    }
  }

  /**
   * Maps the data; a mapping holds at most 2 GiB, so larger files get several, each starting at a
   * tensor, and larger tensors several of their own.
   */
  private static Map<String, List<ByteBuffer>> map(
      FileChannel channel, long dataStart, SafetensorsHeader header) throws IOException {
    List<Placed> tensors = header.tensors();
    Map<String, List<ByteBuffer>> slices = new HashMap<>();
    int first = 0;
    while (first < tensors.size()) {
      Placed t = tensors.get(first);
      long begin = t.begin();
      int last = first;
      while (last < tensors.size() && tensors.get(last).end() - begin <= Integer.MAX_VALUE) {
        last++;
      }
      if (last == first) {
        slices.put(t.name(), mapParts(channel, dataStart, t));
        first++;
        continue;
      }
      long length = tensors.get(last - 1).end() - begin;
      ByteBuffer window = channel.map(FileChannel.MapMode.READ_ONLY, dataStart + begin, length);
      for (Placed p : tensors.subList(first, last)) {
        int from = (int) (p.begin() - begin);
        slices.put(p.name(), List.of(window.slice(from, (int) (p.end() - p.begin()))));
      }
      first = last;
    }
    return slices;
  }

  private static List<ByteBuffer> mapParts(FileChannel channel, long dataStart, Placed tensor)
      throws IOException {
    long[] shape = tensor.info().shape();
    long rowBytes = tensor.info().bytes() / shape[0]; // over 2 GiB, so it has a dimension
    long step = rowBytes > MAX_PART ? MAX_PART : rowBytes * Long.highestOneBit(MAX_PART / rowBytes);
    List<ByteBuffer> parts = new ArrayList<>();
    for (long at = tensor.begin(); at < tensor.end(); at += step) {
      long length = Math.min(step, tensor.end() - at);
      parts.add(channel.map(FileChannel.MapMode.READ_ONLY, dataStart + at, length));
    }
    return List.copyOf(parts);
  }
}
