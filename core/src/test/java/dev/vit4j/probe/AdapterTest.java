package dev.vit4j.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.head.AdapterConfig;
import dev.vit4j.head.AdapterHead;
import dev.vit4j.head.AdapterHeadConfig;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.nn.Init;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdapterTest {
  private static final AdapterTraining SHORT =
      new AdapterTraining(AdapterTraining.Algorithm.ADAMW, 1e-2, true, 0, 10, 16, 1, 0, 3);

  private static double top1(Probe probe) throws IOException {
    return ProbeEvaluation.of(probe, GoldenProbesTest.train(), 1).result().top1();
  }

  @Test
  void theDeepAdapterHasTheNotesParametersWithBiases() {
    Features text = Features.of(new float[2][512], new int[0]);
    AdapterConfig deep = AdapterConfig.deep(512);
    AdapterConfig biased =
        new AdapterConfig(deep.widths(), deep.activation(), true, deep.activateOutput(), 1);
    try (AdapterHead head =
        new AdapterHead(
            new AdapterHeadConfig(biased, 100),
            Init.shapesOnly(),
            new TextClasses(text, 100).unit())) {
      long count = head.parameters().values().stream().mapToLong(t -> t.count()).sum();
      assertThat(count).isEqualTo(11_540_992);
    }
  }

  @Test
  void learnsWithRandomTexts() throws IOException {
    Features train = GoldenProbesTest.train();
    TextClasses texts = GoldenProbesTest.texts();
    double zeroShot = top1(new TipAdapter(0, 1, texts).fit(train));
    assertThat(zeroShot).isLessThan(0.6);
    Adapter adapter = new Adapter(AdapterConfig.deep(6), texts);
    AdapterTraining.Fitted fitted = adapter.fit(train, null, null, SHORT, GoldenProbesTest.QUIET);
    assertThat(fitted.epochs()).isEqualTo(10);
    assertThat(fitted.bestEpoch()).isEqualTo(10);
    assertThat(top1(fitted.probe())).isGreaterThan(0.9);
    AdapterTraining.Fitted keys =
        new TipAdapter(1, 5.5, texts).fit(train, null, null, SHORT, GoldenProbesTest.QUIET);
    assertThat(top1(keys.probe()))
        .isGreaterThan(top1(new TipAdapter(1, 5.5, texts).fit(train)))
        .isGreaterThan(zeroShot);
  }

  @Test
  void theSameSeedGivesTheSameBits() throws IOException {
    List<float[][]> scores = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Adapter adapter = new Adapter(AdapterConfig.clipAdapter(6), GoldenProbesTest.texts());
      Probe probe =
          adapter.fit(GoldenProbesTest.train(), null, null, SHORT, GoldenProbesTest.QUIET).probe();
      scores.add(probe.scores(new float[][] {{1, 2, 3, 4, 5, 6}}));
    }
    assertThat(scores.get(1)).isDeepEqualTo(scores.get(0));
  }

  @Test
  void stopsAndKeepsTheBestOnValidation() throws IOException {
    Splits.Parts parts = Splits.holdOut(GoldenProbesTest.train(), 0.3, 1);
    List<Double> validation = new ArrayList<>();
    AdapterTraining training =
        new AdapterTraining(AdapterTraining.Algorithm.SGD, 2e-3, false, 0, 400, 16, 2, 3, 0);
    AdapterTraining.Fitted fitted =
        new Adapter(AdapterConfig.deep(6), GoldenProbesTest.texts())
            .fit(
                parts.train(),
                parts.held(),
                parts.held(),
                training,
                new AdapterTraining.Progress() {
                  @Override
                  public void step(int epoch, double loss) {}

                  @Override
                  public void evaluated(
                      int epoch,
                      @Nullable ClassificationResult val,
                      @Nullable ClassificationResult test) {
                    validation.add(val == null ? Double.NaN : val.top1());
                  }
                });
    assertThat(fitted.epochs()).isLessThan(400).isEqualTo(2 * validation.size());
    assertThat(fitted.bestEpoch()).isEqualTo(fitted.epochs() - 6);
    double best = validation.stream().mapToDouble(x -> x).max().orElseThrow();
    assertThat(ProbeEvaluation.of(fitted.probe(), parts.held(), 2).result().top1())
        .isEqualTo(best)
        .isEqualTo(validation.get(fitted.bestEpoch() / 2 - 1));
  }

  /** Texts that say nothing: votes of similar samples must count more. */
  @Test
  void aSweepChoosesBetweenTextsAndVotes() throws IOException {
    Features train = GoldenProbesTest.train();
    TextClasses texts = GoldenProbesTest.texts();
    List<Splits.Parts> splits =
        List.of(Splits.holdOut(train, 0.3, 0), Splits.holdOut(train, 0.3, 1));
    TipSweep.Found found = new TipSweep(texts, 2).run(splits, TipAdapter::fit, tried -> {});
    assertThat(found.tried()).hasSize(20);
    TipSweep.Tried best =
        found.tried().stream().max((a, b) -> Double.compare(a.top1(), b.top1())).get();
    assertThat(found.best()).isEqualTo(new TipAdapter(best.alpha(), best.beta(), texts));
    double mean = 0;
    for (Splits.Parts parts : splits) {
      try (Probe probe = found.best().fit(parts.train())) {
        mean += ProbeEvaluation.of(probe, parts.held(), 1).result().top1() / 2;
      }
    }
    assertThat(best.top1()).isEqualTo(mean).isGreaterThan(found.tried().get(0).top1());
  }

  @Test
  void refusesTextsThatDoNotFit() throws IOException {
    Features train = GoldenProbesTest.train();
    TextClasses narrow = new TextClasses(Features.of(new float[][] {{1, 2}}, new int[0]), 100);
    assertThatThrownBy(() -> new TipAdapter(1, 1, narrow).fit(train))
        .hasMessageContaining("has vectors of 2 numbers, features of 6: embed both");
    TextClasses few = new TextClasses(Features.of(new float[3][6], new int[0]), 100);
    assertThatThrownBy(() -> new TipAdapter(1, 1, few).fit(train))
        .hasMessage("features has texts of 3 classes, but features has label 3");
    AdapterTraining wild =
        new AdapterTraining(AdapterTraining.Algorithm.SGD, 1e30, false, 0, 9, 8, 9, 0, 0);
    Adapter adapter = new Adapter(AdapterConfig.deep(6), GoldenProbesTest.texts());
    assertThatThrownBy(() -> adapter.fit(train, null, null, wild, GoldenProbesTest.QUIET))
        .hasMessageContaining("use a smaller lr than 1.0E30");
  }
}
