package dev.vit4j.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Python pickle of protocol 0 to 5 as data. Nothing is imported or executed: names in the
 * file are looked up in the caller's table, and a name that is not in the table is an error.
 *
 * <p>A pickle is a program for a machine with a stack, marks on the stack, and a memo of numbered
 * objects. All numbers but floats are little-endian; n is a length in bytes.
 *
 * <pre>
 * 80 n      PROTO, its number             ( MARK   0 POP   1 POP_MARK   2 DUP   . STOP
 * 95 8      FRAME, a length               I L line   J 4   K 1   M 2   8a 1 8b 4: integers
 * N 88 89   None, True, False             F line   G 8: floats
 * S line   U 1   T 4                      Python 2's byte strings
 * C 1   B 4   8e 8   96 8                 bytes, bytearray
 * V line   8c 1   X 4   8d 8              text
 * ] l a e                                 list: empty, of mark, append one, append all
 * ) t 85 86 87                            tuple: empty, of mark, of one, two, three
 * } d s u                                 dict: empty, of mark, set one, set all
 * 8f 90 91                                set: empty, add all; frozen set
 * p line   q 1   r 4   94                 store in the memo, the last at the next number
 * g line   h 1   j 4                      load from the memo
 * c 2 lines   93                          a name: module and name, or both from the stack
 * R   81   92   b                         call, new object, the same with keywords; set its state
 * P line   Q                              a persistent id, which a callback turns into an object
 * i o 82 83 84 97 98                      refused: old objects, extensions, outside buffers
 * </pre>
 *
 * <p>None is null, integers are Long or BigInteger, floats Double, text String, byte strings {@link
 * Bytes}, lists and tuples List, dicts Map, sets Set. Objects repeated through the memo are the
 * same instance, not a copy, so a small file cannot use much memory; the result may therefore be a
 * graph. It has no cycles and is at most {@link #MAX_DEPTH} levels deep.
 *
 * @see <a href="https://github.com/python/cpython/blob/3.13/Lib/pickletools.py">pickletools</a>
 */
public final class Pickle {
  /** Maximum nesting of lists, tuples, dicts and sets. */
  public static final int MAX_DEPTH = 100;

  private final PickleMachine machine;

  /** Defines what calling a global returns. */
  @FunctionalInterface
  public interface Callable {
    /**
     * Creates an object. The pickle may afterwards fill an {@code ArrayList}, a {@code
     * LinkedHashMap} or a {@code LinkedHashSet}, and set the state of a {@link Stateful}.
     *
     * @throws IllegalArgumentException if the arguments are not supported
     */
    @Nullable Object call(List<@Nullable Object> arguments);
  }

  /** Resolves persistent ids. */
  @FunctionalInterface
  public interface Persistent {
    /**
     * Returns the object of a persistent id.
     *
     * @throws IllegalArgumentException if the id is invalid
     */
    @Nullable Object load(@Nullable Object id);
  }

  /** An object created by a {@link Callable} whose content is set in a second step. */
  public interface Stateful {
    /**
     * Sets the content.
     *
     * @throws IllegalArgumentException if the content is invalid
     */
    void setState(@Nullable Object state);
  }

  /**
   * A name in a pickle that was found in the table; as a value, a class.
   *
   * @param name module and name, joined by a dot
   * @param callable called when the pickle calls the name
   */
  public record Global(String name, Callable callable) {}

  /**
   * A byte range of the file, not copied.
   *
   * @param array the array that contains it
   * @param from index of its first byte
   * @param length number of bytes
   */
  public record Bytes(byte[] array, int from, int length) implements Comparable<Bytes> {
    /** The bytes as Latin-1 text. */
    public String text() {
      return new String(array, from, length, StandardCharsets.ISO_8859_1);
    }

    /** Compares as unsigned bytes. */
    @Override
    public int compareTo(Bytes o) {
      return Arrays.compareUnsigned(array, from, from + length, o.array, o.from, o.from + o.length);
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Bytes b
          && Arrays.equals(array, from, from + length, b.array, b.from, b.from + b.length);
    }

    @Override
    public int hashCode() {
      return text().hashCode();
    }

    @Override
    public String toString() {
      return length + " bytes";
    }
  }

  /**
   * Returns text that was stored as text or, by Python 2, as bytes. A list is never converted:
   * lists share their items, so that the text of a small file's list can have any length.
   *
   * @throws IllegalArgumentException if the value is neither
   */
  static String text(@Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Bytes bytes) {
      return bytes.text();
    }
    throw new IllegalArgumentException("text is missing");
  }

  /**
   * Returns a number as text.
   *
   * @throws IllegalArgumentException if the value is not a number
   */
  static String number(@Nullable Object value) {
    if (value instanceof Number number) {
      return number.toString();
    }
    throw new IllegalArgumentException("a number is missing");
  }

  /**
   * Creates a reader.
   *
   * @param source name of the file in messages
   * @param bytes the file, which must not change while the result is in use
   * @param from offset of the pickle
   * @param globals the known names: module and name, joined by a dot
   * @param persistent resolves persistent ids; null to reject them
   */
  public Pickle(
      String source,
      byte[] bytes,
      int from,
      Map<String, Callable> globals,
      @Nullable Persistent persistent) {
    this(source, ByteBuffer.wrap(bytes).position(from), Map.copyOf(globals)::get, persistent);
  }

  /**
   * Creates a reader that starts at a buffer's position.
   *
   * @param names looks up a name (module and name, joined by a dot); returns null or throws an
   *     {@link IllegalArgumentException} with the reason if the name is not supported
   */
  Pickle(
      String source,
      ByteBuffer bytes,
      Function<String, @Nullable Callable> names,
      @Nullable Persistent persistent) {
    machine = new PickleMachine(new PickleInput(source, bytes), names, persistent);
  }

  /** The position after the last {@link #read}, where a further pickle may follow. */
  public int position() {
    return machine.position();
  }

  /**
   * Reads the next pickle.
   *
   * @throws FormatException with the byte offset, if anything is damaged, unknown or too large
   */
  public @Nullable Object read() throws FormatException {
    return machine.run();
  }
}
