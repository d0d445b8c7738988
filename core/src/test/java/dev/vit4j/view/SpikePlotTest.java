package dev.vit4j.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every layer fills its row, from no spikes to its largest share. */
class SpikePlotTest {
  @Test
  void layersOfAnySizeAreScaledToTheirLargestValue() {
    float[][][] fine = {{{0, 0.5f}, {0, 0}}, {{0.25f, 0}, {0, 0}}};
    float[][][] coarse = {{{0}}, {{0.01f}}};
    BufferedImage picture =
        SpikePlot.draw(
            "Spikes", "", List.of(new SpikePlot.Row("fine", fine), new SpikePlot.Row("c", coarse)));
    Set<Integer> colors = new TreeSet<>();
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        colors.add(picture.getRGB(x, y));
      }
    }
    for (double share : new double[] {0, 0.5, 1}) {
      assertThat(colors).contains(ColorMap.VIRIDIS.at(share).getRGB());
    }
  }

  @Test
  void layersWithOtherTimeStepsAreRefused() {
    SpikePlot.Row two = new SpikePlot.Row("a", new float[2][1][1]);
    SpikePlot.Row three = new SpikePlot.Row("b", new float[3][1][1]);
    assertThatThrownBy(() -> SpikePlot.draw("", "", List.of(two, three)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a has 2 time steps, b has 3: give all layers the same number");
    assertThatThrownBy(() -> SpikePlot.draw("", "", List.of()))
        .hasMessageContaining("at least one layer");
  }
}
