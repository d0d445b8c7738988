package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that scipy wrote, see bench/peers/make_mat_fixture.py. */
class MatFileTest {
  private static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(Fixture.path("18-mat/" + name + ".mat"));
  }

  private static MatFile.Matrix read(byte[] bytes) throws IOException {
    return MatFile.read(bytes, "x.mat", "LabelMap", 100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "compressed", "double", "two_variables"})
  void readsEveryWayOfStoring(String name) throws IOException {
    MatFile.Matrix matrix = read(bytes(name));
    assertThat(matrix.rows()).isEqualTo(2);
    assertThat(matrix.columns()).isEqualTo(2);
    assertThat(matrix.values()).containsExactly(0, 1, 431, 459);
  }

  @Test
  void readsRowByRow() throws IOException {
    assertThat(read(bytes("wide")).values()).containsExactly(1, 2, 3, 300, 5, 6);
    assertThat(MatFile.read(bytes("splits"), "s", "testNdxs", 9).values()).containsExactly(1, 2);
  }

  /** scipy writes the order of the machine; here every number of the file is reversed. */
  @Test
  void readsBigEndian() throws IOException {
    ByteBuffer big = ByteBuffer.wrap(bytes("plain").clone());
    big.putShort(124, (short) 0x0100);
    big.put(126, (byte) 'M').put(127, (byte) 'I');
    for (int at = 128; at < big.capacity() - 8; at += 4) {
      if (at < 176 || at >= 184) { // the name
        big.putInt(at, Integer.reverseBytes(big.getInt(at)));
      }
    }
    for (int at = big.capacity() - 8; at < big.capacity(); at += 2) {
      big.putShort(at, Short.reverseBytes(big.getShort(at)));
    }
    assertThat(read(big.array()).values()).containsExactly(0, 1, 431, 459);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v73 | is a MATLAB file of version 7.3 (HDF5); save it with -v7, or scipy.io.savemat",
        "v4 | is not a MATLAB file of version 5 to 7, whose header of 128 bytes ends with IM or MI"
            + " (version 4 has none: save it with -v7)",
        "other | has no variable 'LabelMap', only labels; names",
        "cell | variable 'LabelMap' is not a matrix of real numbers",
        "complex | variable 'LabelMap' is not a matrix of real numbers",
        "cube | variable 'LabelMap' has 3 dimensions, not 2",
        "fraction | variable 'LabelMap' has the value 4.5 at row 1, column 1, which is not a whole number of"
            + " 32 bits"
      })
  void refusesOtherFilesInOneLine(String name, String reason) throws IOException {
    byte[] bytes = bytes(name);
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(FormatException.class)
        .hasMessage("x.mat: " + reason);
  }

  @Test
  void refusesMoreElementsThanAskedFor() throws IOException {
    byte[] bytes = bytes("plain");
    assertThatThrownBy(() -> MatFile.read(bytes, "x.mat", "LabelMap", 3))
        .hasMessage("x.mat: variable 'LabelMap' is 2 x 2: expected 1 to 3 elements");
  }

  /** Every size in the file is replaced by one that no memory would hold. */
  @ParameterizedTest
  @CsvSource({
    "132,ends too early: an element of", // bytes of the matrix
    "140,has array flags of type 6 and 2147483632 bytes",
    "156,has dimensions of type 5 and 2147483632 bytes",
    "160,variable 'LabelMap' is 2147483632 x 2: expected 1 to 100 elements", // rows
    "172,has a name of type 1 and 2147483632 bytes",
    "188,variable 'LabelMap' has 2147483632 bytes of numbers of type 4 for 2 x 2 elements"
  })
  void sizesAreCheckedBeforeMemoryIsTaken(int at, String reason) throws IOException {
    ByteBuffer bad = ByteBuffer.wrap(bytes("plain")).order(ByteOrder.LITTLE_ENDIAN);
    bad.putInt(at, 0x7ffffff0);
    assertThatThrownBy(() -> read(bad.array()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "compressed", "double"})
  void cutAndDamagedFilesAreTypedErrors(String name) throws IOException {
    byte[] whole = bytes(name);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut))
          .as("%d bytes", length)
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith("x.mat: ")
          .hasMessageNotContaining("\n");
    }
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = whole.clone();
      damaged[124 + random.nextInt(damaged.length - 124)] = (byte) random.nextInt();
      try {
        assertThat(read(damaged).values().length).isBetween(1, 100);
      } catch (FormatException e) {
        assertThat(e).hasMessageStartingWith("x.mat: ");
      }
    }
  }
}
