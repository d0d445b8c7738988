package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files written by Python's pickle, and hostile ones written by hand. */
class PickleTest {
  private static byte[] resource(String name) throws IOException {
    try (InputStream in = PickleTest.class.getResourceAsStream("/pickle/" + name)) {
      return in.readAllBytes();
    }
  }

  private static Object read(byte[] bytes) throws FormatException {
    return new Pickle("x.pkl", bytes, 0, NumpyArray.GLOBALS, null).read();
  }

  /** Latin-1 text as bytes: a pickle by hand. */
  private static Object run(String program) throws FormatException {
    return read(program.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void refused(String program, int at, String reason) {
    assertThatThrownBy(() -> run(program))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("x.pkl: at byte " + at + ": ")
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void readsWhatPythonWrites(int protocol) throws IOException {
    Map<?, ?> all = (Map<?, ?>) read(resource("misc_p" + protocol + ".pkl"));
    assertThat(all.containsKey("none")).isTrue();
    assertThat(all.get("none")).isNull();
    assertThat(all.get("flags")).isEqualTo(List.of(true, false));
    assertThat(all.get("ints"))
        .isEqualTo(
            List.of(
                0L,
                -1L,
                255L,
                65_535L,
                (1L << 31) - 1,
                -(1L << 31),
                1L << 40,
                Long.MIN_VALUE,
                BigInteger.ONE.shiftLeft(63),
                BigInteger.ONE.shiftLeft(100)));
    assertThat(all.get("floats")).isEqualTo(List.of(0.0, -1.5, Double.POSITIVE_INFINITY));
    assertThat(all.get("text")).isEqualTo("grün € 😀");
    assertThat(all.get("tuple"))
        .isEqualTo(List.of(1L, List.of(2L, 3L), List.of(4L, 5L, 6L, 7L), List.of()));
    assertThat(all.get("nested")).isEqualTo(Map.of("a", List.of(Map.of("b", List.of()))));
    List<?> twice = (List<?>) all.get("twice");
    assertThat(twice.get(0)).isEqualTo(List.of(1L, 2L)).isSameAs(twice.get(1));
    if (protocol >= 3) {
      assertThat(((Pickle.Bytes) all.get("bytes")).text()).isEqualTo("\0\u00ff");
    }
    if (protocol >= 4) {
      assertThat(all.get("set")).isEqualTo(Set.of(1L));
      assertThat(all.get("frozen")).isEqualTo(Set.of("x"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cifar100_p2.pkl",
        "cifar100_p3.pkl",
        "cifar100_p4.pkl",
        "cifar100_p5.pkl",
        "cifar10_python2.pkl"
      })
  void readsArrays(String file) throws IOException {
    Map<?, ?> dict = (Map<?, ?>) read(resource(file));
    Map<String, Object> named = new LinkedHashMap<>();
    dict.forEach((k, v) -> named.put(k instanceof Pickle.Bytes b ? b.text() : (String) k, v));
    NumpyArray data = (NumpyArray) named.get("data");
    assertThat(data.shape()).containsExactly(3, 3072);
    Pickle.Bytes bytes = data.unsignedBytes();
    assertThat(bytes.length()).isEqualTo(3 * 3072);
    for (int i = 0; i < bytes.length(); i++) {
      assertThat(bytes.array()[bytes.from() + i]).isEqualTo((byte) (i / 3072 * 31 + i % 3072 * 7));
    }
  }

  @Test
  void arraysOfOtherTypesAndOrdersAreRefusedWhenAskedForBytes() throws IOException {
    Map<?, ?> dict = (Map<?, ?>) read(resource("order.pkl"));
    assertThatThrownBy(() -> ((NumpyArray) dict.get("f")).unsignedBytes())
        .hasMessage("an array of type |u1 in columns, not |u1");
    assertThatThrownBy(() -> ((NumpyArray) dict.get("i4")).unsignedBytes())
        .hasMessage("an array of type <i4, not |u1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cos\nsystem\n(S'id'\ntR.", "\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093."})
  void nothingIsEverRun(String program) {
    assertThatThrownBy(() -> run(program))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("refers to os.system, which is not supported");
  }

  @Test
  void everyNameThatIsNotInTheTableIsRefused() {
    refused("cbuiltins\neval\n(S'1'\ntR.", 0, "builtins.eval");
    refused("K\u0001cnumpy\nload\n.", 2, "numpy.load");
    refused("(cnumpy\nndarray\nK\u0001tR.", 19, "the stack is empty");
    refused("cnumpy\nndarray\n(tR.", 17, "numpy.ndarray: is only named, never called");
    refused("(i__main__\nX\n.", 1, "opcode 0x69");
    refused("\u0082\u0001.", 0, "opcode 0x82");
    refused("\u0097.", 0, "opcode 0x97");
    refused("K\u0001Q.", 2, "persistent id");
    refused("\u0080\u0006N.", 0, "protocol 6 is newer than 5");
    refused("(lK\u0001)R.", 5, "calls something that is not a name");
    refused("]K\u0001b.", 3, "sets the state of something that has none");
  }

  @Test
  void damagedFilesAreNamedWithTheByte() {
    refused("X\u00ff\u00ff\u00ff\u00ffa.", 5, "truncated");
    refused("T\u00ff\u00ff\u00ff\u007fa.", 5, "truncated");
    refused("B\u00ff\u00ff\u00ff\u00ffa.", 5, "truncated");
    refused("\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffa.", 9, "truncated");
    refused("\u008b\u00ff\u00ff\u00ff\u007f1.", 5, "too long");
    refused("h\u0005.", 0, "memo has no object 5");
    refused("g7\n.", 0, "memo has no object 7");
    refused("p1\n.", 0, "missing on the stack");
    refused("a.", 0, "stack is empty");
    refused("e.", 0, "mark is missing");
    refused("t.", 0, "mark is missing");
    refused("0.", 0, "stack is empty");
    refused(".", 0, "stack is empty");
    refused("(.", 1, "stack is empty");
    refused(")K1a.", 3, "ArrayList is missing");
    refused("}(K1u.", 4, "key without a value");
    refused("}]K1s.", 4, "neither text nor number");
    refused("I1x\n.", 1, "not an integer");
    refused("F1x\n.", 1, "not a number");
    refused("S'\\q'\n.", 1, "escape");
    refused("S'a\n.", 1, "quotes");
    refused("V\\uzzzz\n.", 1, "escape");
    refused("Iabc", 1, "does not end");
    refused("N", 1, "truncated");
  }

  @Test
  void everyTruncationIsAnswered() throws IOException {
    for (String file : List.of("misc_p0.pkl", "misc_p2.pkl", "misc_p5.pkl")) {
      byte[] whole = resource(file);
      for (int length = 0; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> read(cut)).isInstanceOf(FormatException.class);
      }
    }
  }

  @Test
  void damagedBytesNeverDoMoreThanThrow() throws IOException {
    byte[] whole = resource("cifar100_p5.pkl");
    byte[] start = resource("misc_p4.pkl");
    for (byte[] file : List.of(start, Arrays.copyOf(whole, 200))) {
      for (int i = 0; i < file.length; i++) {
        for (int value = 0; value < 256; value += 5) {
          byte[] hurt = file.clone();
          hurt[i] = (byte) value;
          try {
            read(hurt);
          } catch (FormatException e) {
            assertThat(e).hasMessageStartingWith("x.pkl: at byte ");
          }
        }
      }
    }
  }

  @Test
  void billionLaughsStaySmall() throws IOException {
    ByteArrayOutputStream program = new ByteArrayOutputStream();
    program.write("]q\0".getBytes(StandardCharsets.ISO_8859_1));
    for (int level = 1; level < 60; level++) {
      program.write(
          "](hxhxhxhxhxhxhxhxhxhxe"
              .replace('x', (char) (level - 1))
              .getBytes(StandardCharsets.ISO_8859_1));
      program.write(new byte[] {'q', (byte) level});
    }
    program.write('.');
    // 10^59 items to whoever would walk them; 60 lists to us.
    assertThat((List<?>) read(program.toByteArray())).hasSize(10);
  }

  /** Wherever a value becomes text, it must be text or a number: such a list has 10^40 items. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "LL\u0093.",
        "cbuiltins\ncomplex\nL\u0085R.",
        "cbuiltins\ncomplex\nK\u0001L\u0086R.",
        "ctorch\ndevice\nX\u0003\0\0\0cpuL\u0086R.",
        "c_codecs\nencode\nX\u0003\0\0\0abcL\u0086R.",
        "cnumpy\ndtype\nL\u0085R.",
      })
  void sharedListsNeverBecomeText(String program) {
    StringBuilder list = new StringBuilder("]q\0");
    for (int level = 1; level <= 40; level++) {
      list.append("](")
          .append(("h" + (char) (level - 1)).repeat(10))
          .append("eq")
          .append((char) level);
    }
    byte[] bytes = (list + program.replace("L", "h(")).getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(
            () -> new Pickle("x.pkl", ByteBuffer.wrap(bytes), TorchGlobals::find, null).read())
        .isInstanceOf(FormatException.class)
        .hasMessageMatching(".*(text|number) is missing");
  }

  @Test
  void circlesAndAbyssesAreRefused() {
    refused("]q\0h\0a.", 0, "contains itself");
    refused("}q\0X\u0001\0\0\0ah\0s.", 0, "contains itself");
    refused("]" + "\u0085".repeat(100_000) + ".", 0, "nested deeper than 100");
    refused("(".repeat(5000) + "t".repeat(5000) + ".", 0, "nested deeper than 100");
  }

  @Test
  void aMachineThatNeverStopsIsStopped() {
    refused("N" + "N0".repeat(2_000_001) + ".", 4_000_000, "more than 4000000 steps");
  }

  @Test
  void persistentIdsAndOwnNamesGoToTheCaller() throws FormatException {
    byte[] two =
        "K\u0007.(X\u0003\0\0\0keyK\u0002tQctorch\nSize\n(K\u0003tR\u0086."
            .getBytes(StandardCharsets.ISO_8859_1);
    Pickle pickle =
        new Pickle(
            "x.pkl",
            two,
            0,
            Map.of("torch.Size", arguments -> "size " + arguments),
            id -> "storage " + id);
    assertThat(pickle.read()).isEqualTo(7L);
    assertThat(pickle.position()).isEqualTo(3);
    assertThat(pickle.read()).isEqualTo(List.of("storage [key, 2]", "size [3]"));
    assertThat(pickle.position()).isEqualTo(two.length);
  }
}
