package dev.vit4j.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The figures of `vit explain`: every value in its place and colour. */
class LookingPlotsTest {
  private static final int SIDE = 32;
  private static final int PATCH = 8;

  private static Color patchColour(int row, int column) {
    return new Color(10 + 40 * row, 20 + 50 * column, 7);
  }

  /** 4 x 4 patches of one colour each. */
  private static BufferedImage mosaic() {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        picture.setRGB(x, y, patchColour(y / PATCH, x / PATCH).getRGB());
      }
    }
    return picture;
  }

  /** The first pixel of a colour, row by row: {x, y}. */
  private static int[] first(BufferedImage picture, Color colour) {
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        if (picture.getRGB(x, y) == colour.getRGB()) {
          return new int[] {x, y};
        }
      }
    }
    throw new AssertionError("no " + colour);
  }

  @Test
  void pixelRowIsTheTopOfThePicture() {
    BufferedImage row = Gallery.hang("pixel-row", PatchPlot.pixelRow(mosaic(), PATCH));
    int enlarged = 56 * PATCH; // device pixels
    for (int c = 0; c < 4; c++) {
      assertThat(Gallery.count(row, patchColour(0, c))).isEqualTo((long) enlarged * enlarged);
      assertThat(Gallery.count(row, patchColour(1, c))).isZero();
      assertThat(first(row, patchColour(0, c))[0]).isEqualTo(40 + c * enlarged);
    }
  }

  @Test
  void patchRowNumbersThePatches() {
    BufferedImage row = Gallery.hang("patch-row", PatchPlot.patchRow(mosaic(), PATCH, PATCH));
    for (int c = 0; c < 4; c++) {
      int[] corner = first(row, patchColour(0, c));
      assertThat(Gallery.count(row, patchColour(0, c))).isEqualTo(240 * 240);
      assertThat(corner[0]).isEqualTo(40 + c * 256);
      assertThat(darkish(row, corner[0] + 100, corner[1] - 40, 40, 36))
          .as("number above patch " + c)
          .isGreaterThan(10);
    }
    assertThat(Gallery.count(row, patchColour(1, 0))).isZero();
  }

  /** Pixels that are not paper. */
  private static long darkish(BufferedImage picture, int x, int y, int width, int height) {
    long count = 0;
    for (int row = y; row < y + height; row++) {
      for (int column = x; column < x + width; column++) {
        count += Gallery.at(picture, column, row).equals(Style.PAPER) ? 0 : 1;
      }
    }
    return count;
  }

  @Test
  void allPatchesStandInTheirPlaces() {
    BufferedImage grid = Gallery.hang("patches", PatchPlot.grid("mosaic", mosaic(), PATCH, PATCH));
    int[] origin = first(grid, patchColour(0, 0));
    for (int r = 0; r < 4; r++) {
      for (int c = 0; c < 4; c++) {
        int[] corner = first(grid, patchColour(r, c));
        assertThat(corner).containsExactly(origin[0] + 256 * c, origin[1] + 256 * r);
        assertThat(Gallery.count(grid, patchColour(r, c))).isEqualTo(240 * 240);
      }
      assertThat(darkish(grid, 40, origin[1] + 256 * r + 100, origin[0] - 44, 40))
          .as("number of row " + r)
          .isGreaterThan(10);
    }
  }

  @Test
  void aPictureThatPatchesDoNotDivideIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PatchPlot.grid("", mosaic(), 5, 8))
        .withMessage("image of 32 x 32 pixels is not divisible into patches of 5 x 8");
    assertThatIllegalArgumentException().isThrownBy(() -> PatchPlot.patchRow(mosaic(), 8, 5));
    assertThatIllegalArgumentException().isThrownBy(() -> PatchPlot.pixelRow(mosaic(), 5));
  }

  @Test
  void filtersShowTheirWeightsInColour() {
    float[][][] colour = {{{-1, 1}}, {{1, -1}}, {{0, 1}}}; // red, green, blue of two pixels
    float[][][] other = {{{1, 0}}, {{1, 0}}, {{1, 0}}};
    BufferedImage drawn =
        Gallery.hang(
            "filters",
            FilterPlot.draw("Filters", new float[][][][] {colour, other}, List.of("0", "1")));
    assertThat(Gallery.count(drawn, new Color(0, 255, 128))).isEqualTo(48 * 48);
    assertThat(Gallery.count(drawn, new Color(255, 0, 255))).isEqualTo(48 * 48);
    assertThat(Gallery.count(drawn, Color.BLACK)).isEqualTo(48 * 48);
    float[][][] grey = {{{0, 0.5f, 1}}};
    BufferedImage one = FilterPlot.draw("", new float[][][][] {grey}, List.of("0"));
    assertThat(Gallery.count(one, new Color(128, 128, 128))).isEqualTo(32 * 32);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FilterPlot.draw("", new float[][][][] {grey}, List.of()))
        .withMessageContaining("0 names for 1 filters");
  }

  @Test
  void stripsShareOneScale() {
    float[][] strips = {{0, 1, 2, 4}, {4, 4, 4, 4}};
    BufferedImage drawn =
        Gallery.hang("strips", StripPlot.draw("Strips", "", strips, List.of("map 0", "map 9")));
    long cell = 420 * 80; // device pixels
    assertThat(Gallery.count(drawn, ColorMap.VIRIDIS.at(0.5))).isBetween(cell, cell + 400);
    assertThat(Gallery.count(drawn, ColorMap.VIRIDIS.at(1))).isBetween(5 * cell, 5 * cell + 400);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StripPlot.draw("", "", new float[][] {{1}, {1, 2}}, List.of("a", "b")))
        .withMessageContaining("differ in length");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StripPlot.draw("", "", strips, List.of("a")));
  }

  @Test
  void everyPositionIsLikeItself() {
    float[][] cosines = new float[6][6];
    for (int i = 0; i < 6; i++) {
      cosines[i][i] = 1;
    }
    BufferedImage drawn = Gallery.hang("position-plot", PositionPlot.draw(cosines, 3));
    long cell = 80 * 80; // a third of 240 device pixels
    assertThat(Gallery.count(drawn, ColorMap.VIRIDIS.at(1))).isBetween(6 * cell, 6 * cell + 100);
    assertThat(Gallery.count(drawn, ColorMap.VIRIDIS.at(0.5)))
        .isBetween(30 * cell, 30 * cell + 400);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PositionPlot.draw(cosines, 4))
        .withMessageContaining("6 patches in 4 columns");
  }

  private static Color over(BufferedImage black, double share) {
    Color c = ColorMap.VIRIDIS.at(share);
    assertThat(black.getRGB(0, 0)).isEqualTo(Color.BLACK.getRGB());
    return new Color(
        Math.round(0.6f * c.getRed()),
        Math.round(0.6f * c.getGreen()),
        Math.round(0.6f * c.getBlue()));
  }

  @Test
  void everyHeadHasItsMapAndScale() {
    BufferedImage black = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
    float[][][][] maps = new float[2][3][2][2];
    for (int l = 0; l < 2; l++) {
      for (int h = 0; h < 3; h++) {
        maps[l][h][l][h % 2] = 0.1f * (h + 1);
      }
    }
    BufferedImage drawn =
        Gallery.hang("heads", AttentionPlot.heads("the class token", black, maps));
    int quarter = 96; // device pixels
    assertThat(Gallery.count(drawn, over(black, 1))).isEqualTo(6L * quarter * quarter);
    assertThat(Gallery.count(drawn, over(black, 0))).isEqualTo(18L * quarter * quarter);
    int[] layer1 = first(drawn, over(black, 1));
    int[] any = first(drawn, over(black, 0));
    assertThat(layer1).as("layer 1, head 1: upper left").containsExactly(any[0] - quarter, any[1]);
    assertThat(Gallery.at(drawn, layer1[0] + 204 + quarter, layer1[1]))
        .as("head 2: upper right")
        .isEqualTo(over(black, 1));
    assertThat(Gallery.at(drawn, layer1[0], layer1[1] + 204 + quarter))
        .as("layer 2: lower left")
        .isEqualTo(over(black, 1));
  }

  @Test
  void twelveLayersOfTwelveHeadsStayReadable() {
    float[][][][] maps = new float[12][12][14][14];
    float[][][] means = new float[12][14][14];
    for (int l = 0; l < 12; l++) {
      for (int h = 0; h < 12; h++) {
        for (int i = 0; i < 196; i++) {
          double distance = Math.hypot(i / 14 - h, i % 14 - l);
          maps[l][h][i / 14][i % 14] = (float) Math.exp(-distance / 3);
          means[l][i / 14][i % 14] += maps[l][h][i / 14][i % 14] / 12;
        }
      }
    }
    BufferedImage picture = new BufferedImage(224, 224, BufferedImage.TYPE_INT_RGB);
    BufferedImage heads =
        Gallery.hang("heads-12x12", AttentionPlot.heads("the class token", picture, maps));
    assertThat(heads.getWidth()).isBetween(1900, 2300);
    assertThat(heads.getHeight()).isBetween(1800, 2300);
    BufferedImage layers =
        Gallery.hang("layers-12", AttentionPlot.means("the class token", picture, means));
    assertThat(layers.getWidth()).isBetween(1800, 2500);
    int captions = layers.getHeight() - 40 - 24 - 40;
    assertThat(Gallery.dark(layers, 40, captions, 1800, 44)).as("captions").isGreaterThan(300);
  }

  @Test
  void saliencyShowsPictureOverlayAndMap() {
    BufferedImage black = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    BufferedImage drawn =
        Gallery.hang(
            "saliency", SaliencyPlot.draw("Rollout", "a note", black, new float[][] {{2, 6}}));
    long half = 280 * 280; // device pixels: two values on 560 x 280
    assertThat(Gallery.count(drawn, ColorMap.VIRIDIS.at(0))).isBetween(half, half + 400);
    assertThat(Gallery.count(drawn, ColorMap.VIRIDIS.at(1))).isBetween(half, half + 400);
    assertThat(Gallery.count(drawn, Color.BLACK))
        .as("the picture")
        .isGreaterThanOrEqualTo(2 * half);
    assertThat(Gallery.count(drawn, over(black, 0)))
        .as("smooth: flat only beyond the outermost centres")
        .isBetween(140L * 280, 150L * 280);
  }

  @Test
  void aMapOfZerosIsDrawn() {
    BufferedImage black = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    BufferedImage drawn = SaliencyPlot.draw("Grad-CAM", "", black, new float[2][2]);
    assertThat(Gallery.count(drawn, ColorMap.VIRIDIS.at(0))).isGreaterThanOrEqualTo(560 * 560);
  }

  @Test
  void longTitlesAndNotesBreakBetweenWords() {
    List<String> lines = Text.lines(Style.TEXT, "one two three four five six seven", 80);
    assertThat(lines).hasSizeGreaterThan(2);
    assertThat(String.join(" ", lines)).isEqualTo("one two three four five six seven");
    List<String> widths = new ArrayList<>(lines);
    widths.removeIf(line -> Text.width(Style.TEXT, line) <= 80);
    assertThat(widths).isEmpty();
  }
}
