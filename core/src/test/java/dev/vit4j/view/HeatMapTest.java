package dev.vit4j.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeatMapTest {
  private static final int LEFT = Style.MARGIN * Canvas.DENSITY;

  @Test
  void coloursRunFromTheSmallestToTheLargestValue() {
    BufferedImage map =
        Gallery.hang("heat", HeatMap.draw("", new float[][] {{0, 1, 2}, {3, 4, Float.NaN}}));
    // Cells are 40 logical pixels wide.
    assertThat(Gallery.at(map, LEFT + 40, LEFT + 40)).isEqualTo(ColorMap.VIRIDIS.at(0));
    assertThat(Gallery.at(map, LEFT + 200, LEFT + 40)).isEqualTo(ColorMap.VIRIDIS.at(0.5));
    assertThat(Gallery.at(map, LEFT + 120, LEFT + 120)).isEqualTo(ColorMap.VIRIDIS.at(1));
    assertThat(Gallery.at(map, LEFT + 200, LEFT + 120)).isEqualTo(Style.MISSING);
  }

  @Test
  void aFixedScaleClampsWhatLiesOutside() {
    float[][][] panels = {{{-9, 0.5f, 9}}};
    BufferedImage map = HeatMap.grid("", panels, List.of(), 1, 0, 1);
    assertThat(Gallery.at(map, LEFT + 40, LEFT + 40)).isEqualTo(ColorMap.VIRIDIS.at(0));
    assertThat(Gallery.at(map, LEFT + 120, LEFT + 40)).isEqualTo(ColorMap.VIRIDIS.at(0.5));
    assertThat(Gallery.at(map, LEFT + 200, LEFT + 40)).isEqualTo(ColorMap.VIRIDIS.at(1));
  }

  @Test
  void attentionOfAllHeadsFitsOneSheet() {
    float[][][] heads = new float[12][197][197];
    for (int head = 0; head < 12; head++) {
      for (int query = 0; query < 197; query++) {
        for (int key = 0; key < 197; key++) {
          heads[head][query][key] = (float) Math.exp(-Math.abs(query - key) / (1.0 + head));
        }
      }
    }
    List<String> captions = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
    BufferedImage map = Gallery.hang("attention", HeatMap.grid("Attention", heads, captions, 4));
    assertThat(map.getWidth()).isBetween(1200, 2000);
    assertThat(map.getHeight()).isBetween(1000, 2000);
  }

  @Test
  void positionSimilarityIsAGridOfGrids() {
    float[][][] similarity = new float[196][14][14];
    for (int place = 0; place < 196; place++) {
      for (int y = 0; y < 14; y++) {
        for (int x = 0; x < 14; x++) {
          double distance = Math.hypot(y - place / 14, x - place % 14);
          similarity[place][y][x] = (float) Math.exp(-distance / 3);
        }
      }
    }
    BufferedImage map =
        Gallery.hang("positions", HeatMap.grid("Position embeddings", similarity, List.of(), 14));
    assertThat(map.getWidth()).isBetween(1600, 2000);
    assertThat(Gallery.count(map, ColorMap.VIRIDIS.at(1))).isGreaterThanOrEqualTo(196 * 64);
  }

  @Test
  void aMatrixWithoutAnyFiniteValueIsGrey() {
    BufferedImage map = HeatMap.draw("nothing", new float[][] {{Float.NaN}});
    assertThat(Gallery.count(map, Style.MISSING)).isEqualTo(80 * 80);
  }

  @Test
  void aConstantMatrixIsDrawn() {
    BufferedImage map = HeatMap.draw("", new float[][] {{0.0004f, 0.0004f}});
    assertThat(Gallery.at(map, LEFT + 10, LEFT + 10)).isEqualTo(ColorMap.VIRIDIS.at(1));
  }

  @Test
  void impossibleMatricesAreRefusedInWords() {
    float[][] one = {{1}};
    float[][] huge = new float[11_000][];
    Arrays.fill(huge, new float[11_000]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HeatMap.draw("", new float[0][0]))
        .withMessageContaining("no values");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HeatMap.draw("", new float[][] {{1, 2}, {3}}))
        .withMessageContaining("heat map 0 is not 2 x 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HeatMap.grid("", new float[][][] {one, {{1, 2}}}, List.of(), 1))
        .withMessageContaining("heat map 1 is not 1 x 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HeatMap.grid("", new float[][][] {one}, List.of("a", "b"), 1))
        .withMessageContaining("2 captions for 1 heat maps");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HeatMap.grid("", new float[][][] {one}, List.of(), 0))
        .withMessageContaining("at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HeatMap.grid("", new float[][][] {one}, List.of(), 1, 1, 1))
        .withMessageContaining("smaller first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HeatMap.draw("", huge))
        .withMessageContaining("too large");
  }
}
