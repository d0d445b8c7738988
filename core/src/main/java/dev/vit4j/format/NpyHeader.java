package dev.vit4j.format;

import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of one array in an {@link NpzFile}, which documents the layout.
 *
 * @param length its size in bytes, including everything before the elements
 * @param bigEndian byte order of the elements
 * @param columnMajor whether the first index varies fastest
 * @param text whether this is a list of texts; the array is then I32 [texts, code points], padded
 *     with zeros
 */
record NpyHeader(
    TensorInfo info, int length, boolean bigEndian, boolean columnMajor, boolean text) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int PREFIX = 12;
  private static final int MAX_LENGTH = 1 << 16;
  private static final int MAX_RANK = 64;
  private static final int ALIGNMENT = 64;

  /** One entry of the dict; a list after descr is a structured type, which is not supported. */
  private static final Pattern ENTRY =
      Pattern.compile(
          "\\G\\s*+'(\\w++)'\\s*+:\\s*+('[^']*+'|\\w++|\\([\\dL,\\s]*+\\)|\\[)\\s*+,?+");

  private static final Map<String, DType> TYPES =
      Map.ofEntries(
          Map.entry("f8", DType.F64),
          Map.entry("f4", DType.F32),
          Map.entry("f2", DType.F16),
          Map.entry("V2", DType.BF16), // numpy lacks bfloat16 and writes JAX's as V2
          Map.entry("i8", DType.I64),
          Map.entry("i4", DType.I32),
          Map.entry("i2", DType.I16),
          Map.entry("i1", DType.I8),
          Map.entry("u8", DType.U64),
          Map.entry("u4", DType.U32),
          Map.entry("u2", DType.U16),
          Map.entry("u1", DType.U8),
          Map.entry("b1", DType.BOOL));

  /** Names the array in messages. */
  private record Place(String source, String name) {
    FormatException wrong(String reason) {
      return new FormatException(source, -1, "array '%s' %s".formatted(name, reason));
    }
  }

  static NpyHeader read(MappedFile file, String name, FilePart part) throws IOException {
    Place place = new Place(file.source(), name);
    ByteBuffer prefix = part.head(file, PREFIX);
    if (prefix.remaining() < PREFIX
        || !prefix.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
      throw place.wrong("is not a .npy array");
    }
    int version = prefix.get(6);
    if (version < 1 || version > 3) {
      throw place.wrong("has .npy version %d: versions 1 to 3 are supported".formatted(version));
    }
    prefix.order(ByteOrder.LITTLE_ENDIAN);
    int start = version == 1 ? 10 : 12;
    long length = version == 1 ? prefix.getShort(8) & 0xffff : prefix.getInt(8) & 0xffff_ffffL;
    if (length > MAX_LENGTH || start + length > part.size()) {
      throw place.wrong("has a header of %d bytes".formatted(length));
    }
    ByteBuffer head = part.head(file, start + length).position(start);
    String dict = StandardCharsets.UTF_8.decode(head).toString();
    return parse(place, dict, (int) (start + length), part.size());
  }

  /** Returns numpy's name of a type, such as {@code <f4}. */
  static String descr(DType dtype) {
    String name =
        TYPES.entrySet().stream()
            .filter(type -> type.getValue() == dtype)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("numpy has no type for " + dtype))
            .getKey();
    return (dtype.bytes() == 1 ? "|" : "<") + name;
  }

  /**
   * Returns a header in version 1 of the format, row-major, padded to a multiple of 64 bytes as
   * numpy's.
   */
  static ByteBuffer of(String descr, long... shape) {
    StringBuilder sizes = new StringBuilder();
    for (long size : shape) {
      sizes.append(size).append(shape.length == 1 ? "," : ", ");
    }
    String tuple = shape.length > 1 ? sizes.substring(0, sizes.length() - 2) : sizes.toString();
    String dict =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(descr, tuple);
    int start = MAGIC.length + 4;
    int length = (start + dict.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer header = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (length - start));
    header.put(dict.getBytes(StandardCharsets.US_ASCII));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').flip();
  }

  private static NpyHeader parse(Place place, String dict, int length, long size)
      throws FormatException {
    Map<String, String> entries = entries(place, dict.strip());
    String descr = entries.getOrDefault("descr", "");
    String order = entries.getOrDefault("fortran_order", "");
    String shape = entries.getOrDefault("shape", "");
    if (!order.matches("True|False") || !shape.startsWith("(")) {
      throw place.wrong("lacks its descr, fortran_order or shape");
    }
    if (descr.endsWith("O'")) {
      throw place.wrong("contains pickled Python objects: code in files is never executed");
    }
    if (!descr.matches("'[<>=|]\\w{2,}'")) {
      throw place.wrong("has type %s, which is not supported".formatted(descr));
    }
    long[] sizes = sizes(place, shape);
    boolean text = sizes.length == 1 && descr.matches("'[<>]U[1-9]\\d{0,8}'");
    if (text) {
      sizes = new long[] {sizes[0], Long.parseLong(descr.substring(3, descr.length() - 1))};
    }
    DType dtype = text ? DType.I32 : TYPES.get(descr.substring(2, descr.length() - 1));
    if (dtype == null) {
      throw place.wrong("has type %s, which is not supported".formatted(descr));
    }
    TensorInfo info = new TensorInfo(place.name(), dtype, sizes);
    long bytes = -1;
    try {
      bytes = info.bytes();
    } catch (ArithmeticException e) {
      // The size overflows.
    }
    if (bytes != size - length || bytes > Integer.MAX_VALUE) {
      throw place.wrong(
          "of type %s and shape %s has %d bytes".formatted(dtype, shape, size - length));
    }
    return new NpyHeader(info, length, descr.charAt(1) == '>', order.equals("True") && !text, text);
  }

  private static Map<String, String> entries(Place place, String dict) throws FormatException {
    Map<String, String> entries = new HashMap<>();
    if (!dict.startsWith("{") || !dict.endsWith("}")) {
      throw place.wrong("has a header that is not a dict");
    }
    Matcher entry = ENTRY.matcher(dict).region(1, dict.length() - 1);
    while (entry.find()) {
      if (entries.put(entry.group(1), entry.group(2)) != null) {
        throw place.wrong("has two entries for %s".formatted(entry.group(1)));
      }
    }
    return entries;
  }

  private static long[] sizes(Place place, String tuple) throws FormatException {
    String inner = tuple.substring(1, tuple.length() - 1).replace("L", "").strip();
    if (inner.endsWith(",")) {
      inner = inner.substring(0, inner.length() - 1);
    }
    if (inner.isEmpty()) {
      return new long[0];
    }
    String[] parts = inner.split(",", MAX_RANK + 1);
    if (parts.length > MAX_RANK) {
      throw place.wrong("has %d dimensions".formatted(parts.length));
    }
    long[] sizes = new long[parts.length];
    for (int i = 0; i < parts.length; i++) {
      String digits = parts[i].strip();
      if (!digits.matches("\\d{1,18}")) {
        throw place.wrong("has the shape " + tuple);
      }
      sizes[i] = Long.parseLong(digits);
    }
    return sizes;
  }
}
