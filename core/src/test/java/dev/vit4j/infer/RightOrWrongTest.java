package dev.vit4j.infer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.source.Datasets;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RightOrWrongTest {
  /** An answer may be cosines; the line of a wrong one names the probability. */
  @Test
  void wrongAnswersNameTheProbability() throws IOException {
    Dataset data = Datasets.open(Datasets.named("mnist-sample", "mnist"), note -> {}).test();
    RightOrWrong judge = new RightOrWrong(List.of("0", "1"), cosines -> new float[] {0.25f, 0.75f});
    Predictor.Sample sample = new Predictor.Sample(data, 0); // a seven
    Predictor.Picture picture = new Predictor.Picture("first", sample, sample);
    judge.next(new Predictor.Answer<>(picture, new float[] {0.1f, 0.2f}, null));
    assertThat(judge.end())
        .containsExactly("Correct: 0 of 1 (0.00 %)", "Wrong: 1", "  Idx:0 GT:7 Pred:1 Prob:0.750");
  }
}
