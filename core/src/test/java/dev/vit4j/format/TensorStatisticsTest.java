package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorStatisticsTest {
  private static void assertClose(double actual, double expected) {
    if (Double.isNaN(expected)) {
      assertThat(actual).isNaN();
    } else {
      assertThat(actual).isCloseTo(expected, within(1e-12 * Math.max(1, Math.abs(expected))));
    }
  }

  /** What torch says of the same tensors as float64: mean(), std(), min(), max(). */
  @ParameterizedTest
  @CsvSource({
    "f64,-0.5266453313407421,1.1231614888796297,-1.9013422664180843,0.5381607382506614",
    "f16,-0.07424672444661458,1.0565015296419704,-2.392578125,2.287109375",
    "bf16,-0.07481892903645833,1.0559825271823187,-2.390625,2.28125",
    "i64,0.0,1099511627776.0,-1099511627776.0,1099511627776.0",
    "i32,-0.5,2.1213203435596424,-2.0,1.0",
    "i16,0.0,424.26406871192853,-300.0,300.0",
    "i8,-0.5,180.31222920256963,-128.0,127.0",
    "u8,127.5,180.31222920256963,0.0,255.0",
    "bool,0.6666666666666666,0.5773502691896258,0.0,1.0",
    "scalar,3.25,NaN,3.25,3.25",
    "transposed,-0.07427843644594152,1.0565112572806863,-2.392155408859253,2.2878029346466064",
    "expanded,1.5,1.1677484162422844,0.0,3.0"
  })
  void sameFiguresAsTorch(String name, double mean, double std, double min, double max)
      throws IOException {
    try (TensorFile file =
        TensorFile.open(Fixture.path("02-torchvision/tensor_kinds/expected.safetensors"))) {
      TensorStatistics s = TensorStatistics.of(file.tensors().get(name).dtype(), file.data(name));
      assertClose(s.mean(), mean);
      assertClose(s.std(), std);
      assertClose(s.min(), min);
      assertClose(s.max(), max);
      assertThat(s.nan()).isZero();
    }
  }

  @Test
  void whatIsNotFiniteIsCountedAndLeftOut() throws IOException {
    try (TensorFile file =
        TensorFile.open(Fixture.path("02-torchvision/tensor_kinds/expected.safetensors"))) {
      TensorStatistics s = TensorStatistics.of(DType.F32, file.data("special"));
      assertThat(s.nan()).isEqualTo(1);
      assertThat(s.infinite()).isEqualTo(2);
      assertThat(s.mean()).isZero();
      assertThat(s.std()).isNaN();
    }
  }

  /**
   * All 256 numbers of a type, by torch: of the finite ones std() and max(), and how many are not.
   */
  @ParameterizedTest
  @CsvSource({"F8_E4M3,100.25527361571989,448.0,2,0", "F8_E5M2,9554.569100930372,57344.0,6,2"})
  void everyEightBitNumber(DType dtype, double std, double max, long nan, long infinite) {
    ByteBuffer all = ByteBuffer.allocate(256);
    for (int i = 0; i < 256; i++) {
      all.put(i, (byte) i);
    }
    TensorStatistics s = TensorStatistics.of(dtype, all);
    assertClose(s.std(), std);
    assertClose(s.max(), max);
    assertThat(s.nan()).isEqualTo(nan);
    assertThat(s.infinite()).isEqualTo(infinite);
  }

  @Test
  void manyNumbersFarFromZeroKeepTheirDigits() {
    int n = 100_000;
    ByteBuffer data = ByteBuffer.allocate(n * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i++) {
      data.putDouble(1e9 + i % 2);
    }
    TensorStatistics s = TensorStatistics.of(DType.F64, data.flip());
    assertThat(s.mean()).isEqualTo(1e9 + 0.5);
    assertThat(s.std()).isCloseTo(0.5 * Math.sqrt(n / (n - 1.0)), within(1e-9));
  }

  @Test
  void unsignedNumbersOf64Bits() {
    ByteBuffer data = ByteBuffer.allocate(8).putLong(0, -1);
    assertThat(TensorStatistics.of(DType.U64, data).max()).isEqualTo(Math.pow(2, 64));
  }
}
