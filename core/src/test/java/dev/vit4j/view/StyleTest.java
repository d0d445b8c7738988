package dev.vit4j.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.awt.Color;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What all pictures share: colours, ticks, text, fonts. */
class StyleTest {
  @Test
  void viridisRunsFromVioletToYellowAndOnlyBrightens() {
    assertThat(ColorMap.VIRIDIS.at(0)).isEqualTo(new Color(0x440154));
    assertThat(ColorMap.VIRIDIS.at(0.5)).isEqualTo(new Color(0x21908C));
    assertThat(ColorMap.VIRIDIS.at(1)).isEqualTo(new Color(0xFDE725));
    assertThat(ColorMap.VIRIDIS.at(-3)).isEqualTo(ColorMap.VIRIDIS.at(0));
    assertThat(ColorMap.VIRIDIS.at(3)).isEqualTo(ColorMap.VIRIDIS.at(1));
    assertThat(ColorMap.VIRIDIS.at(Double.NaN)).isEqualTo(Style.MISSING);
    for (int i = 0; i < 100; i++) {
      assertThat(luminance(ColorMap.VIRIDIS.at((i + 1) / 100.0)))
          .isGreaterThan(luminance(ColorMap.VIRIDIS.at(i / 100.0)));
      assertThat(luminance(ColorMap.BLUES.at((i + 1) / 100.0)))
          .isLessThan(luminance(ColorMap.BLUES.at(i / 100.0)));
    }
  }

  private static double luminance(Color color) {
    return 0.2126 * color.getRed() + 0.7152 * color.getGreen() + 0.0722 * color.getBlue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0     | 1      | 5 | 0.0 0.2 0.4 0.6 0.8 1.0",
        "0.08  | 0.151  | 5 | 0.08 0.10 0.12 0.14",
        "70    | 100    | 6 | 70 75 80 85 90 95 100",
        "-1    | 1      | 4 | -1.0 -0.5 0.0 0.5 1.0",
        "0     | 1e-5   | 5 | 0 2e-6 4e-6 6e-6 8e-6 1.0e-5",
        "0     | 3e6    | 3 | 0 1e6 2e6 3e6",
        "0.3   | 0.30001| 2 | 0.300000 0.300005 0.300010",
      })
  void ticksAreRound(double low, double high, int most, String expected) {
    Ticks ticks = new Ticks(new Range(low, high), most);
    assertThat(String.join(" ", ticks.values().stream().map(ticks::label).toList()))
        .isEqualTo(expected);
  }

  @Test
  void epochsAreWholeNumbers() {
    Ticks ticks = Ticks.whole(new Range(1, 3), 6);
    assertThat(ticks.values()).containsExactly(1.0, 2.0, 3.0);
  }

  @Test
  void textIsShortenedToItsRoom() {
    String name = "golden retriever";
    double room = Text.width(Style.TEXT, name) * 0.7;
    String fitted = Text.fit(Style.TEXT, name, room);
    assertThat(fitted).startsWith("golden").endsWith("…");
    assertThat(Text.width(Style.TEXT, fitted)).isLessThanOrEqualTo(room);
    assertThat(Text.fit(Style.TEXT, name, 1000)).isEqualTo(name);
    assertThat(Text.fit(Style.TEXT, name, 0)).isEmpty();
    assertThat(Text.fit(Style.TEXT, "", 0)).isEmpty();
    assertThat(Text.fit(Style.TEXT, " a\r\n\tb\u0000 ", 1000)).isEqualTo("a b");
    assertThat(Text.fit(Style.TEXT, "😀".repeat(1_000_000), 100)).endsWith("…");
  }

  @Test
  void aMachineWithoutFontsGetsOneLineOfAdvice() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Fonts.check(
                    () -> {
                      throw new InternalError("Fontconfig head is null");
                    }))
        .withMessageContaining("no usable font")
        .withMessageContaining("apt-get install fontconfig")
        .withMessageNotContaining("\n");
    assertThatIllegalStateException()
        .isThrownBy(() -> Fonts.check(() -> 0))
        .withMessageContaining("no usable font");
  }
}
