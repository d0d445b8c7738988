package dev.vit4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PixelDecodersTest {
  @Test
  void withoutAModuleTheJdkDecodesAndNothingIsRemarked() {
    assertThat(PixelDecoders.description())
        .isEqualTo("the JDK's (vit4j-opencv is not on the class path)");
    assertThat(PixelDecoders.next()).isNull();
  }
}
