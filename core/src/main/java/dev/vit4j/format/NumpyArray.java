package dev.vit4j.format;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A numpy array in a {@link Pickle}, as in CIFAR's Python files. */
public final class NumpyArray implements Pickle.Stateful {
  /** The names used by numpy's pickles, from numpy 1 and 2, written by Python 2 or 3. */
  public static final Map<String, Pickle.Callable> GLOBALS = globals();

  private static final int MAX_RANK = 32;

  private String dtype = "";
  private List<Integer> shape = List.of();
  private boolean columnsFirst;
  private Pickle.@Nullable Bytes data;

  private NumpyArray() {}

  private static Map<String, Pickle.Callable> globals() {
    Map<String, Pickle.Callable> all = new TreeMap<>();
    for (String core : List.of("numpy.core", "numpy._core")) {
      all.put(core + ".multiarray._reconstruct", arguments -> new NumpyArray());
      all.put(core + ".numeric._frombuffer", NumpyArray::ofBuffer);
      all.put(core + ".multiarray.scalar", NumpyArray::scalar);
    }
    all.put(
        "numpy.ndarray",
        arguments -> {
          throw refused("is only named, never called");
        });
    all.put("numpy.dtype", arguments -> new Dtype(Pickle.text(arguments.get(0))));
    all.put("_codecs.encode", NumpyArray::encode);
    return Map.copyOf(all);
  }

  /** A type such as u1; the byte order is part of its state. */
  private static final class Dtype implements Pickle.Stateful {
    private final String name;
    private String order = "|";

    Dtype(String name) {
      this.name = name;
    }

    @Override
    public void setState(@Nullable Object state) {
      if (!(state instanceof List<?> list) || list.size() < 2) {
        throw refused("a type's state is missing");
      }
      order = Pickle.text(list.get(1));
    }
  }

  /**
   * A single number or text, as in training scripts' best accuracy and class names; of other types
   * only the type is kept.
   */
  private static Object scalar(List<@Nullable Object> arguments) {
    if (!(arguments.get(0) instanceof Dtype type)
        || !(arguments.get(1) instanceof Pickle.Bytes bytes)) {
      throw refused("a number's type or content is missing");
    }
    ByteBuffer one =
        ByteBuffer.wrap(bytes.array(), bytes.from(), bytes.length())
            .slice()
            .order(type.order.equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    try {
      return switch (type.name) {
        case "f8" -> one.getDouble();
        case "f4" -> (double) one.getFloat();
        case "f2" -> (double) half(one.getShort());
        case "i8" -> one.getLong();
        case "i4" -> (long) one.getInt();
        case "i2" -> (long) one.getShort();
        case "i1" -> (long) one.get();
        case "u8" -> new BigInteger(Long.toUnsignedString(one.getLong()));
        case "u4" -> Integer.toUnsignedLong(one.getInt());
        case "u2" -> (long) Short.toUnsignedInt(one.getShort());
        case "u1" -> (long) Byte.toUnsignedInt(one.get());
        case "b1" -> one.get() != 0;
        default -> textOf(type, bytes);
      };
    } catch (BufferUnderflowException e) {
      throw refused("a number without its bytes");
    }
  }

  /** Reads an IEEE 754 number of 16 bits: sign, 5 bits of exponent, 10 of fraction. */
  private static float half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float size =
        switch (exponent) {
          case 0 -> Math.scalb((float) fraction, -24);
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Math.scalb(1024f + fraction, exponent - 25);
        };
    return bits < 0 ? -size : size;
  }

  /** U3 is text of three code points of four bytes, S3 of three bytes, both padded with zeros. */
  private static String textOf(Dtype type, Pickle.Bytes bytes) {
    Charset charset =
        type.order.equals(">") ? Charset.forName("UTF-32BE") : Charset.forName("UTF-32LE");
    return switch (type.name.isEmpty() ? ' ' : type.name.charAt(0)) {
      case 'U' ->
          new String(bytes.array(), bytes.from(), bytes.length(), charset).replace("\0", "");
      case 'S' -> bytes.text().replace("\0", "");
      default -> "numpy value of type " + type.name;
    };
  }

  private static IllegalArgumentException refused(String reason) {
    return new IllegalArgumentException(reason);
  }

  private static NumpyArray ofBuffer(List<@Nullable Object> arguments) {
    NumpyArray array = new NumpyArray();
    array.set(arguments.get(2), arguments.get(1), arguments.get(0));
    array.columnsFirst = Pickle.text(arguments.get(3)).equals("F");
    return array;
  }

  /** Python 3 writes bytes in old protocols as text to be encoded. */
  private static Pickle.Bytes encode(List<@Nullable Object> arguments) {
    String text = Pickle.text(arguments.get(0));
    String encoding = Pickle.text(arguments.get(1));
    if (!encoding.equals("latin1")) {
      throw refused("encoding " + encoding + " is not supported");
    }
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new Pickle.Bytes(bytes, 0, bytes.length);
  }

  @Override
  public void setState(@Nullable Object state) {
    if (!(state instanceof List<?> list) || list.size() != 5) {
      throw refused("an array's state has five parts");
    }
    set(list.get(1), list.get(2), list.get(4));
    columnsFirst = Boolean.TRUE.equals(list.get(3));
  }

  private void set(@Nullable Object sizes, @Nullable Object type, @Nullable Object content) {
    if (!(sizes instanceof List<?> list) || list.size() > MAX_RANK) {
      throw refused("an array's sizes are missing");
    }
    if (!(type instanceof Dtype known) || !(content instanceof Pickle.Bytes bytes)) {
      throw refused("an array's type or content is missing");
    }
    shape = list.stream().map(NumpyArray::size).toList();
    dtype = known.order + known.name;
    data = bytes;
  }

  private static int size(@Nullable Object size) {
    if (size instanceof Long n && n >= 0 && n <= Integer.MAX_VALUE) {
      return n.intValue();
    }
    throw refused("an array has a size that is not an integer from 0 to 2147483647");
  }

  /** Sizes, outermost first. */
  public List<Integer> shape() {
    return shape;
  }

  /**
   * Returns the elements of an array of unsigned bytes in row-major order, not copied.
   *
   * @throws IllegalArgumentException if the type or order is different, or the number of elements
   *     does not match the shape
   */
  public Pickle.Bytes unsignedBytes() {
    if (!dtype.equals("|u1") || (columnsFirst && shape.size() > 1)) {
      throw refused(
          "an array of type %s%s, not |u1".formatted(dtype, columnsFirst ? " in columns" : ""));
    }
    long count = 1;
    for (int size : shape) {
      count *= size; // both below 2^31
      if (count > Integer.MAX_VALUE) {
        throw refused("an array of sizes " + shape + " is too large");
      }
    }
    Pickle.Bytes bytes = Objects.requireNonNull(data);
    if (count != bytes.length()) {
      throw refused("an array of sizes %s has %d bytes".formatted(shape, bytes.length()));
    }
    return bytes;
  }
}
