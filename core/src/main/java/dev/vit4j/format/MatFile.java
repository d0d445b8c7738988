package dev.vit4j.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads matrices of whole numbers from MATLAB files of version 5 to 7 ({@code save -v6}, {@code
 * -v7}, scipy's {@code savemat}).
 *
 * <pre>
 * file      128 bytes: text, version 0x0100, "IM" (little-endian) or "MI"; then elements
 * element   tag, data; type 15 is one element of type 14, compressed by zlib
 * tag       u32 type, u32 bytes; or u16 type, u16 bytes, and up to 4 bytes of data (small element)
 * 14        matrix: elements for its flags (6), dimensions (5), name (1), real numbers (1 to 13)
 * data      padded to 8 bytes inside a matrix; numbers are column by column, in any type that holds them
 * </pre>
 *
 * <p>Sizes are checked before memory is taken. Only the number of elements that is asked for is
 * read from a compressed element.
 */
public final class MatFile {
  private static final int HEADER = 128;
  private static final int MATRIX = 14;
  private static final int COMPRESSED = 15;
  private static final int FIRST_NUMERIC = 6; // classes of arrays: double to uint64
  private static final int LAST_NUMERIC = 15;
  private static final int COMPLEX = 0x800;
  private static final int LONGEST_NAME = 4096;
  private static final int BYTES_PER_ELEMENT = 16; // heap while reading and using it
  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  private final ByteBuffer file;
  private final String source;
  private final String variable;
  private final List<String> others = new ArrayList<>();

  private MatFile(byte[] bytes, String source, String variable) {
    this.file = ByteBuffer.wrap(bytes);
    this.source = source;
    this.variable = variable;
  }

  /**
   * A matrix.
   *
   * @param values row by row
   */
  public record Matrix(int rows, int columns, int[] values) {}

  /**
   * Reads a matrix of whole numbers, stored as integers or floating-point numbers.
   *
   * @param bytes content of the file
   * @param source its name in error messages
   * @param variable name of the matrix
   * @param most maximum number of elements
   * @throws FormatException if the file has another format or version, is damaged, or does not have
   *     such a matrix
   */
  public static Matrix read(byte[] bytes, String source, String variable, long most)
      throws FormatException {
    MatFile mat = new MatFile(bytes, source, variable);
    try {
      return mat.read(most);
    } catch (FormatException e) {
      throw e;
    } catch (IOException e) {
      FormatException damaged = mat.wrong("is a damaged MATLAB file: " + FormatException.words(e));
      damaged.initCause(e);
      throw damaged;
    }
  }

  private FormatException wrong(String reason) {
    return new FormatException(source, -1, reason);
  }

  private Matrix read(long most) throws IOException {
    readHeader();
    while (file.remaining() > 0) {
      if (file.remaining() < 8) {
        throw wrong("ends in the middle of an element");
      }
      int type = file.getInt();
      long bytes = Integer.toUnsignedLong(file.getInt());
      if (bytes > file.remaining()) {
        throw wrong(
            "ends too early: an element of %d bytes has only %d"
                .formatted(bytes, file.remaining()));
      }
      InputStream in = new ByteArrayInputStream(file.array(), file.position(), (int) bytes);
      file.position(file.position() + (int) bytes);
      Matrix found = null;
      if (type == MATRIX) {
        found = new Element(in, file.order()).matrix(most);
      } else if (type == COMPRESSED) {
        try (InflaterInputStream inflated = new InflaterInputStream(in)) {
          Element inner = new Element(inflated, file.order());
          inner.tag();
          if (inner.type != MATRIX) {
            throw wrong("has a compressed element of type " + inner.type + " instead of a matrix");
          }
          found = new Element(inflated, file.order()).matrix(most);
        }
      }
      if (found != null) {
        return found;
      }
    }
    throw wrong(
        others.isEmpty()
            ? "has no variables, not even '%s'".formatted(variable)
            : "has no variable '%s', only %s".formatted(variable, FirstFew.of(others)));
  }

  private void readHeader() throws FormatException {
    if (file.capacity() == 0) {
      throw wrong("is empty (0 bytes)");
    }
    for (int at = 0; at + HDF5.length <= file.capacity(); at = at == 0 ? 512 : 2 * at) {
      if (file.slice(at, HDF5.length).equals(ByteBuffer.wrap(HDF5))) {
        throw wrong(
            "is a MATLAB file of version 7.3 (HDF5); save it with -v7, or scipy.io.savemat");
      }
    }
    String order =
        file.capacity() < HEADER
            ? ""
            : new String(file.array(), HEADER - 2, 2, StandardCharsets.ISO_8859_1);
    if (!order.equals("IM") && !order.equals("MI")) {
      throw wrong(
          "is not a MATLAB file of version 5 to 7, whose header of 128 bytes ends with IM or MI (version 4 has none: save it with -v7)");
    }
    file.order(order.equals("IM") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int version = file.getShort(HEADER - 4);
    if (version != 0x0100) {
      throw wrong("has the unknown MATLAB version 0x%04x".formatted(version));
    }
    file.position(HEADER);
  }

  /** The elements inside a matrix, read one after the other. */
  private final class Element {
    private final InputStream in;
    private final ByteOrder order;
    private int type;
    private long bytes;
    private byte[] small = {}; // data of a small element

    Element(InputStream in, ByteOrder order) {
      this.in = in;
      this.order = order;
    }

    private ByteBuffer take(int count) throws IOException {
      byte[] read = in.readNBytes(count);
      if (read.length < count) {
        throw wrong("ends in the middle of a matrix");
      }
      return ByteBuffer.wrap(read).order(order);
    }

    void tag() throws IOException {
      ByteBuffer tag = take(8);
      int first = tag.getInt();
      small = new byte[0];
      if (first >>> 16 == 0) {
        type = first;
        bytes = Integer.toUnsignedLong(tag.getInt());
        return;
      }
      type = first & 0xffff;
      bytes = Integer.toUnsignedLong(first) >>> 16;
      if (bytes > 4) {
        throw wrong("has a small element of %d bytes".formatted(bytes));
      }
      small = new byte[(int) bytes];
      tag.get(small);
    }

    /** Returns the data of the next element, which is short. */
    private ByteBuffer data(String what, int expected, int longest) throws IOException {
      tag();
      if (type != expected || bytes > longest) {
        throw wrong(
            "has %s of type %d and %d bytes, expected type %d and at most %d bytes"
                .formatted(what, type, bytes, expected, longest));
      }
      if (small.length > 0) {
        return ByteBuffer.wrap(small).order(order);
      }
      ByteBuffer data = take((int) bytes);
      take((int) (-bytes & 7)); // padding
      return data;
    }

    /** Returns the matrix, or null if it has another name. */
    @Nullable Matrix matrix(long most) throws IOException {
      ByteBuffer flags = data("array flags", 6, 8);
      int kind = flags.remaining() < 4 ? 0 : flags.getInt();
      ByteBuffer dims = data("dimensions", 5, 4 * 64);
      ByteBuffer text = data("a name", 1, LONGEST_NAME);
      String name = StandardCharsets.UTF_8.decode(text).toString();
      if (!name.equals(variable)) {
        others.add(name);
        return null;
      }
      int numeric = kind & 0xff;
      if (numeric < FIRST_NUMERIC || numeric > LAST_NUMERIC || (kind & COMPLEX) != 0) {
        throw wrong("variable '%s' is not a matrix of real numbers".formatted(variable));
      }
      if (dims.remaining() != 8) {
        throw wrong(
            "variable '%s' has %d dimensions, not 2".formatted(variable, dims.remaining() / 4));
      }
      int rows = dims.getInt();
      int columns = dims.getInt();
      requireSize(rows, columns, most);
      return new Matrix(rows, columns, numbers(rows, columns));
    }

    private void requireSize(int rows, int columns, long most) throws FormatException {
      long count = (long) rows * columns;
      long memory = Runtime.getRuntime().maxMemory() / 2 / BYTES_PER_ELEMENT;
      if (rows < 1 || columns < 1 || count > Math.min(Math.min(most, memory), Integer.MAX_VALUE)) {
        throw wrong(
            "variable '%s' is %d x %d: expected 1 to %d elements"
                .formatted(variable, rows, columns, Math.min(most, memory)));
      }
    }

    private int[] numbers(int rows, int columns) throws IOException {
      tag();
      int size = size(type);
      long expected = (long) rows * columns * size;
      if (size == 0 || bytes != expected) {
        throw wrong(
            "variable '%s' has %d bytes of numbers of type %d for %d x %d elements"
                .formatted(variable, bytes, type, rows, columns));
      }
      int[] values = new int[rows * columns];
      for (int c = 0; c < columns; c++) {
        ByteBuffer column =
            small.length > 0
                ? ByteBuffer.wrap(small, c * rows * size, rows * size).order(order)
                : take(rows * size);
        for (int r = 0; r < rows; r++) {
          values[r * columns + c] = number(column, r, c);
        }
      }
      return values;
    }

    private int number(ByteBuffer from, int row, int column) throws FormatException {
      double value =
          switch (type) {
            case 1 -> from.get();
            case 2 -> from.get() & 0xff;
            case 3 -> from.getShort();
            case 4 -> from.getShort() & 0xffff;
            case 5 -> from.getInt();
            case 6 -> Integer.toUnsignedLong(from.getInt());
            case 7 -> from.getFloat();
            case 9 -> from.getDouble();
            default -> from.getLong(); // a u64 above 2^63 is negative, and refused like it
          };
      if ((int) value != value) {
        throw wrong(
            "variable '%s' has the value %s at row %d, column %d, which is not a whole number of 32 bits"
                .formatted(variable, value, row, column));
      }
      return (int) value;
    }

    private static int size(int type) {
      return switch (type) {
        case 1, 2 -> 1;
        case 3, 4 -> 2;
        case 5, 6, 7 -> 4;
        case 9, 12, 13 -> 8;
        default -> 0;
      };
    }
  }
}
