package dev.vit4j.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A Python pickle of protocol 0 to 5, read as data. Nothing is imported and nothing is executed: a
 * name in the file stands for what the reader's own table says, and one that is not in the table
 * ends the reading.
 *
 * <p>A pickle is a program for a machine with a stack, marks on the stack, and a memo of numbered
 * objects. All numbers are little-endian, but for the float; n stands for the bytes of a length.
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
 * p line   q 1   r 4   94                 into the memo, the last at the next number
 * g line   h 1   j 4                      out of the memo
 * c 2 lines   93                          a name: module and name, or both from the stack
 * R   81   92   b                         call, new object, the same with words; set its state
 * P line   Q                              a persistent id, which a callback turns into an object
 * i o 82 83 84 97 98                      refused: old objects, extensions, outside buffers
 * </pre>
 *
 * <p>None is null, integers are Long or BigInteger, floats Double, text String, byte strings {@link
 * Bytes}, lists and tuples List, dicts Map, sets Set. What the memo repeats is the same object, not
 * a copy, so a small file never becomes a large memory; whoever walks the result should know that
 * it can be a net. It is never a circle, nor deeper than {@link #MAX_DEPTH}.
 *
 * @see <a href="https://github.com/python/cpython/blob/3.13/Lib/pickletools.py">pickletools</a>
 */
public final class Pickle {
  /** Deepest nesting of lists, tuples, dicts and sets. */
  public static final int MAX_DEPTH = 100;

  private final PickleMachine machine;

  /** What a global does when the pickle calls it. */
  @FunctionalInterface
  public interface Callable {
    /**
     * Makes an object. The pickle may go on to fill an {@code ArrayList}, a {@code LinkedHashMap}
     * or a {@code LinkedHashSet}, and to set the state of a {@link Stateful}.
     *
     * @throws IllegalArgumentException if the arguments are none that it takes
     */
    @Nullable Object call(List<@Nullable Object> arguments);
  }

  /** Turns a persistent id into an object. */
  @FunctionalInterface
  public interface Persistent {
    /**
     * Finds or makes the object.
     *
     * @throws IllegalArgumentException if the id is none
     */
    @Nullable Object load(@Nullable Object id);
  }

  /** An object of a {@link Callable} that gets its content in a second step. */
  public interface Stateful {
    /**
     * Takes the content.
     *
     * @throws IllegalArgumentException if it is none
     */
    void setState(@Nullable Object state);
  }

  /**
   * A name in a pickle that was found in the table; as a value of its own, a class.
   *
   * @param name module and name with a dot between
   * @param callable what calling it does
   */
  public record Global(String name, Callable callable) {}

  /**
   * A part of the file, not copied.
   *
   * @param array that holds it
   * @param from its first byte
   * @param length its number of bytes
   */
  public record Bytes(byte[] array, int from, int length) implements Comparable<Bytes> {
    /** The bytes as Latin-1 text. */
    public String text() {
      return new String(array, from, length, StandardCharsets.ISO_8859_1);
    }

    /** In the order of the bytes as unsigned numbers. */
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
   * Prepares to read.
   *
   * @param source what messages call the file
   * @param bytes the file, which must not change while the result is in use
   * @param from where the pickle begins
   * @param globals what names stand for, by module and name with a dot between
   * @param persistent for persistent ids, or null to refuse them
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
   * Prepares to read from a buffer's position on.
   *
   * @param names what a name stands for, by module and name with a dot between; null, or an {@link
   *     IllegalArgumentException} with the reason, if it is not read
   */
  Pickle(
      String source,
      ByteBuffer bytes,
      Function<String, @Nullable Callable> names,
      @Nullable Persistent persistent) {
    machine = new PickleMachine(new PickleInput(source, bytes), names, persistent);
  }

  /** Where the last {@link #read} ended: files of several pickles go on there. */
  public int position() {
    return machine.position();
  }

  /**
   * Reads the next pickle.
   *
   * @throws FormatException with the byte at which something is damaged, unknown or too large
   */
  public @Nullable Object read() throws FormatException {
    return machine.run();
  }
}
