package dev.vit4j.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.vit4j.view.ImageGrid.Tile;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageGridTest {
  @Test
  void digitsAreEnlargedToCrispSquaresOfTheSameTone() {
    BufferedImage grid = ImageGrid.draw("", List.of(Tile.of(Gallery.digit(), "")), 1);
    Color grey = new Color(128, 128, 128);
    assertThat(Gallery.count(grid, grey)).as("one pixel of 28 takes 8 x 8").isEqualTo(64);
    int left = 0;
    int top = grid.getHeight() / 2 - 112;
    while (!Gallery.at(grid, left, top).equals(grey)) {
      left++;
    }
    assertThat(Gallery.at(grid, left + 7, top + 7)).isEqualTo(grey);
    assertThat(Gallery.at(grid, left + 8, top)).isEqualTo(Color.BLACK);
    assertThat(Gallery.at(grid, left, top + 8)).isEqualTo(Color.BLACK);
  }

  @Test
  void framesJudgeAndCaptionsName() {
    BufferedImage grid =
        Gallery.hang(
            "mistakes",
            ImageGrid.draw(
                "Worst mistakes",
                List.of(
                    Tile.judged(Gallery.digit(), "GT 0 · Pred 0 · 0.98", true),
                    Tile.judged(Gallery.digit(), "GT 9 · Pred 5 · 0.87", false)),
                6));
    assertThat(Gallery.count(grid, Style.GREEN)).isBetween(5000L, 6000L);
    assertThat(Gallery.count(grid, Style.RED)).isBetween(5000L, 6000L);
    int captions = grid.getHeight() - 84;
    assertThat(Gallery.dark(grid, 0, captions, grid.getWidth() / 2, 44)).isGreaterThan(100);
    assertThat(Gallery.dark(grid, grid.getWidth() / 2, captions, grid.getWidth() / 2, 44))
        .isGreaterThan(100);
  }

  @Test
  void longCaptionsTakeTwoLines() {
    Tile tile = Tile.judged(Gallery.digit(), "GT aquarium_fish\nPred sweet_pepper 0.88", false);
    BufferedImage two =
        Gallery.hang("two-lines", ImageGrid.draw("", Collections.nCopies(3, tile), 3));
    BufferedImage one =
        ImageGrid.draw("", List.of(Tile.judged(Gallery.digit(), "GT aquarium_fish", false)), 3);
    assertThat(two.getHeight() - one.getHeight()).isEqualTo(2 * 15);
    assertThat(Gallery.dark(two, 0, two.getHeight() - 72, two.getWidth(), 30))
        .as("the second line")
        .isGreaterThan(100);
  }

  @Test
  void aLargePictureIsKeptNoLargerThanShown() {
    BufferedImage large = new BufferedImage(4000, 3000, BufferedImage.TYPE_INT_RGB);
    Tile tile = Tile.of(large, "");
    assertThat(tile.picture().getWidth()).isEqualTo(224);
    assertThat(tile.picture().getHeight()).isEqualTo(168);
    assertThat(Tile.of(Gallery.digit(), "").picture().getWidth()).isEqualTo(28);
  }

  @Test
  void rowsFillFromTheUpperLeft() {
    List<Tile> tiles = Collections.nCopies(10, Tile.of(Gallery.digit(), "0"));
    BufferedImage wide = Gallery.hang("samples", ImageGrid.draw("MNIST", tiles, 5));
    BufferedImage tall = ImageGrid.draw("MNIST", tiles, 2);
    assertThat(wide.getWidth()).isGreaterThan(wide.getHeight());
    assertThat(tall.getHeight()).isGreaterThan(tall.getWidth());
  }

  @Test
  void pixelsOfAnySizeAndKindAreShown() {
    BufferedImage large = new BufferedImage(1000, 500, BufferedImage.TYPE_3BYTE_BGR);
    BufferedImage clear = new BufferedImage(20, 20, BufferedImage.TYPE_INT_ARGB);
    BufferedImage thin = new BufferedImage(3000, 1, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage grid =
        Gallery.hang(
            "mixed",
            ImageGrid.draw(
                "Mixed",
                List.of(
                    Tile.of(large, "black"),
                    Tile.of(clear, "transparent"),
                    Tile.of(thin, "a caption that is far too long for a cell of this grid")),
                3));
    assertThat(Gallery.count(grid, Color.BLACK)).as("224 x 112 of 1000 x 500").isGreaterThan(25000);
    assertThat(grid.getWidth()).isLessThan(1200);
  }

  @Test
  void impossibleGridsAreRefusedInWords() {
    List<Tile> one = List.of(Tile.of(Gallery.digit(), ""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageGrid.draw("", List.of(), 3))
        .withMessageContaining("no images");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageGrid.draw("", one, 0))
        .withMessageContaining("at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageGrid.draw("", Collections.nCopies(10_000, one.get(0)), 100))
        .withMessageContaining("too large");
  }
}
