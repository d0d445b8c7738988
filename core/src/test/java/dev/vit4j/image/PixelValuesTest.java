package dev.vit4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PixelValuesTest {
  @ParameterizedTest
  @CsvSource({"2,1", "255,1", "256,2", "460,2", "65535,2"})
  void theNumberOfClassesDeterminesTheBytes(int classes, int channels) {
    int[] labels = {0, classes - 1, -1, 1};
    Image mask = PixelValues.ofLabels(labels, 4, 1, classes);
    assertThat(PixelValues.channels(classes)).isEqualTo(channels);
    assertThat(mask).hasToString("Image[1 x 4 x %d]".formatted(channels));
    assertThat(PixelValues.labels(mask)).containsExactly(labels);
  }

  @Test
  void bytesAreInOrder() {
    assertThat(PixelValues.ofLabels(new int[] {458, -1}, 2, 1, 460).pixels())
        .containsExactly(1, 202, 255, 255);
    assertThat(PixelValues.ofNumbers(new float[] {1.5f, Float.NaN}, 2, 1).pixels())
        .containsExactly(0x3f, 0xc0, 0, 0, 255, 255, 255, 255);
  }

  @Test
  void numbersComeBack() {
    float[] numbers = {0, -0f, 1e-40f, 3.25f, Float.NaN, Float.POSITIVE_INFINITY, -2};
    assertThat(PixelValues.numbers(PixelValues.ofNumbers(numbers, 7, 1))).containsExactly(numbers);
  }

  @Test
  void refusesOtherChannelsAndValues() {
    Image rgb = new Image(1, 1, 3, new byte[3]);
    Image number = PixelValues.ofNumbers(new float[1], 1, 1);
    assertThatThrownBy(() -> PixelValues.labels(number))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a mask has 1 channel of class indices, not 4");
    assertThatThrownBy(() -> PixelValues.numbers(rgb))
        .hasMessage("pixels with a number have 4 channels, not 3");
    assertThatThrownBy(() -> PixelValues.ofLabels(new int[] {0, 9}, 2, 1, 9))
        .hasMessage("label 9 of pixel 1 is outside 0 to 8");
    assertThatThrownBy(() -> PixelValues.ofLabels(new int[] {-2}, 1, 1, 9))
        .hasMessage("label -2 of pixel 0 is outside 0 to 8");
    assertThatThrownBy(() -> PixelValues.ofLabels(new int[1], 1, 1, 65536))
        .hasMessage("masks have at most 65535 classes, not 65536");
    assertThatThrownBy(() -> new ImageAndMask(rgb, rgb))
        .hasMessage("a mask has 1 channel of class indices, not 3");
    assertThatThrownBy(number::toRgb)
        .hasMessage("an image of 4 channels holds values of pixels, not colors");
    assertThatThrownBy(number::toGrey).hasMessageContaining("4 channels");
    assertThatThrownBy(number::toBufferedImage).hasMessageContaining("4 channels");
  }
}
