package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountTest {
  @Test
  void theNounFitsTheNumber() {
    assertThat(Count.of(1, "image")).isEqualTo("1 image");
    assertThat(Count.of(0, "image")).isEqualTo("0 images");
    assertThat(Count.of(2, "class")).isEqualTo("2 classes");
    assertThat(Count.of(2, "batch")).isEqualTo("2 batches");
    assertThat(Count.of(2, "epoch")).isEqualTo("2 epochs");
    assertThat(Count.of(1, "class")).isEqualTo("1 class");
  }

  @Test
  void thousandsHaveACommaInEveryLocale() {
    assertThat(Count.of(21_843, "class name")).isEqualTo("21,843 class names");
    assertThat(Count.of(1_234_567_890_123L, "pixel")).isEqualTo("1,234,567,890,123 pixels");
  }
}
