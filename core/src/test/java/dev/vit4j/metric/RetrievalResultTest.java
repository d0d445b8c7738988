package dev.vit4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetrievalResultTest {
  private static float[] at(double degrees) {
    double radians = Math.toRadians(degrees);
    return new float[] {(float) Math.cos(radians), (float) Math.sin(radians)};
  }

  /** Three images in the plane; the second lies nearer to the caption of the first. */
  @Test
  void countsTheRightAnswersOnBothSides() {
    RetrievalResult result = new RetrievalResult();
    result.add(at(0), List.of("a"), List.of(at(20)));
    result.add(at(18), List.of("b"), List.of(at(50)));
    result.add(at(90), List.of("c", "d"), List.of(at(170), at(80)));
    result.addLoss(6);
    assertThat(result.values().get("image_to_text_R@1")).isCloseTo(200.0 / 3, within(1e-9));
    assertThat(result.values())
        .containsEntry("image_to_text_R@5", 100.0)
        .containsEntry("text_to_image_R@1", 75.0)
        .containsEntry("text_to_image_R@10", 100.0)
        .containsEntry("loss", 2.0);
    assertThat(result.found())
        .containsExactly(
            new RetrievalResult.Found(0, 0, "a"),
            new RetrievalResult.Found(1, 1, "a"),
            new RetrievalResult.Found(2, 0, "d"));
  }

  @Test
  void aCaptionThatIsEqualIsRightForBothImages() {
    RetrievalResult result = new RetrievalResult();
    result.add(at(0), List.of("dog"), List.of(at(5)));
    result.add(at(10), List.of("dog"), List.of(at(5)));
    result.add(at(90), List.of("cat"), List.of(at(90)));
    assertThat(result.captions()).isEqualTo(2);
    assertThat(result.images()).isEqualTo(3);
    assertThat(result.values())
        .containsEntry("image_to_text_R@1", 100.0)
        .containsEntry("text_to_image_R@1", 100.0);
  }

  /** A model that maps everything to one vector finds nothing. */
  @Test
  void tiesAreMistakes() {
    RetrievalResult result = new RetrievalResult();
    for (int i = 0; i < 20; i++) {
      result.add(at(30), List.of("caption " + i), List.of(at(30)));
    }
    assertThat(result.values())
        .containsEntry("image_to_text_R@1", 0.0)
        .containsEntry("text_to_image_R@10", 0.0);
  }

  /** More images and captions than fit in a block, against a plain computation. */
  @Test
  void isExactOverManyBlocks() {
    Random random = new Random(1);
    RetrievalResult result = new RetrievalResult();
    List<float[]> images = new ArrayList<>();
    List<float[]> texts = new ArrayList<>();
    for (int i = 0; i < 1100; i++) {
      float[] image = at(360 * random.nextDouble());
      float[] text = {
        image[0] + 0.02f * (float) random.nextGaussian(),
        image[1] + 0.02f * (float) random.nextGaussian()
      };
      images.add(image);
      texts.add(text);
      result.add(image, List.of("text " + i), List.of(text));
    }
    long right =
        IntStream.range(0, 1100)
            .filter(
                i ->
                    IntStream.range(0, 1100)
                            .filter(
                                j ->
                                    j != i
                                        && dot(images.get(i), texts.get(j))
                                            >= dot(images.get(i), texts.get(i)))
                            .count()
                        < 5)
            .count();
    assertThat(right).isBetween(1L, 1099L);
    assertThat(result.values().get("image_to_text_R@5")).isCloseTo(right / 11.0, within(0.2));
  }

  private static double dot(float[] a, float[] b) {
    return (double) a[0] * b[0] + (double) a[1] * b[1];
  }
}
