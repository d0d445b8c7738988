package dev.vit4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.data.source.Datasets;
import dev.vit4j.image.CenterCrop;
import dev.vit4j.image.Compose;
import dev.vit4j.image.Image;
import dev.vit4j.image.augment.RandomHorizontalFlip;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatasetSummaryTest {
  @Test
  void countsTheSample() throws IOException {
    DatasetSummary summary = DatasetSummary.of(Datasets.open("mnist-sample", null).train());
    assertThat(summary.size()).isEqualTo(6000);
    assertThat(summary.sizes().shape()).isEqualTo(new Shape(1, 28, 28));
    assertThat(summary.classes()).extracting(DatasetSummary.ClassCount::count).containsOnly(600L);
    assertThat(summary.imbalance()).isEqualTo(1);
    // Near MNIST's 0.1307 and 0.3081.
    assertThat(summary.mean().get(0)).isCloseTo(0.13, within(0.005));
    assertThat(summary.std().get(0)).isCloseTo(0.308, within(0.005));
  }

  @Test
  void meanAndDeviationAreThoseOfAllPixelsOfAChannel() throws IOException {
    byte[] pixels = {0, (byte) 255, 51, 51, 0, 0, (byte) 255, (byte) 255, 51, 51, 102, 102};
    ImageSet set = new ImageSet("set", pixels, new int[] {0, 1}, List.of("a", "b"), 3, 1, 2);
    DatasetSummary summary = DatasetSummary.of(set);
    assertThat(summary.mean()).hasSize(3);
    assertThat(summary.mean().get(0)).isCloseTo(0.75, within(1e-12));
    assertThat(summary.std().get(0)).isCloseTo(Math.sqrt(0.1875), within(1e-12));
    assertThat(summary.mean().get(1)).isCloseTo(0.2, within(1e-12));
    assertThat(summary.std().get(1)).isCloseTo(0, within(1e-12));
    assertThat(summary.mean().get(2)).isCloseTo(0.2, within(1e-12));
    assertThat(summary.std().get(2)).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void printsAsTorchvision() throws IOException {
    ImageSet set = Fakes.labelled(0, 1, 1, 1);
    Compose steps = new Compose(List.of(new CenterCrop(28, 28), new RandomHorizontalFlip(0.5)));
    assertThat(String.join("\n", DatasetSummary.of(set).lines(steps)))
        .isEqualTo(
            """
            Dataset fake
                Number of datapoints: 4
                Root location: (in memory)
                Shape: (1, 1, 1)
                Mean: (0.0000)
                Std: (0.0000)
                Classes: 2
                    c0                   1  25.00 %  #######
                    c1                   3  75.00 %  ####################
                StandardTransform
            Transform: Compose(
                           CenterCrop(size=(28, 28))
                           RandomHorizontalFlip(p=0.5)
                       )""");
    assertThat(DatasetSummary.of(set))
        .hasToString(String.join("\n", DatasetSummary.of(set).lines(null)));
  }

  /** Sample 1 cannot be read, sample 2 has another size. */
  private static final class Broken implements Dataset {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public int size() {
      return 4;
    }

    @Override
    public Targets targets() {
      return new Labels(new int[4], List.of("only"));
    }

    @Override
    public void check(int index) throws IOException {
      if (index == 3) {
        throw new IOException("label 8 is not one of 1 classes");
      }
    }

    @Override
    public Image image(int index) throws IOException {
      if (index == 1) {
        throw new IOException("is empty (0 bytes)");
      }
      return new Image(index == 2 ? 3 : 2, 1, 1, new byte[index == 2 ? 3 : 2]);
    }

    @Override
    public Shape shape() {
      return new Shape(1, 1, 2);
    }
  }

  @Test
  void verifyReportsEveryBadSample() {
    Verify result = Verify.of(new Broken());
    assertThat(result.good()).isFalse();
    assertThat(result.checked()).isEqualTo(4);
    assertThat(result.problems())
        .extracting(p -> p.source() + ": " + p.reason())
        .containsExactly(
            "broken[1]: is empty (0 bytes)",
            "broken[2]: is 1 x 3 with 1 channel, but the data set is 1 x 2 with 1 channel",
            "broken[3]: label 8 is not one of 1 classes");
  }

  @Test
  void picturesMayDifferInSizeAndChannels() throws IOException {
    byte[] colours = {0, (byte) 255, 51, 51, 0, 51};
    Dataset set =
        new Fakes.Pictures(
            List.of(new Image(2, 1, 1, new byte[] {0, (byte) 255}), new Image(1, 2, 3, colours)),
            new int[] {0, 0},
            List.of("a"));
    DatasetSummary summary = DatasetSummary.of(set);
    assertThat(summary.sizes().shape()).isNull();
    assertThat(summary.lines(null))
        .contains("    Shape: from 1 x 1 with 1 channel to 2 x 2 with 3 channels");
    // Grey counts as three equal channels: red is 0, 255, 0, 51.
    assertThat(summary.mean()).hasSize(3);
    assertThat(summary.mean().get(0)).isCloseTo(0.3, within(1e-12));
    assertThat(Moments.of(set, 1).mean()).hasSize(1);
    assertThat(Verify.of(set).good()).isTrue();
  }
}
