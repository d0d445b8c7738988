package dev.vit4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.tensor.DType;
import org.junit.jupiter.api.Test;

class DTypeTest {
  @Test
  void sizes() {
    assertThat(DType.BF16.bytes()).isEqualTo(2);
  }
}
