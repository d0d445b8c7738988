package dev.vit4j.infer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import dev.vit4j.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MaskPiecesTest {
  @Test
  void piecesGiveTheMaskOfTheWhole() {
    Random random = new Random(4);
    float[] scores = new float[300 * 5 * 7];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = random.nextFloat();
    }
    Tensor logits = Tensor.of(scores, 1, 300, 5, 7);
    Image whole = Segmenter.mask(Segmenter.resize(logits, 11, 13));
    assertThat(whole.channels()).isEqualTo(2);
    for (long atOnce : new long[] {1, 143 * 7, 143 * 299, 143 * 300}) {
      Image pieces = Segmenter.maskInPieces(logits, 11, 13, atOnce);
      assertThat(PixelValues.labels(pieces)).containsExactly(PixelValues.labels(whole));
    }
  }
}
