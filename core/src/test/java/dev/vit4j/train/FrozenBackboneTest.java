package dev.vit4j.train;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.infer.FeatureCache;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.model.catalog.Summary;
import dev.vit4j.nn.Init;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Only the head learns, from features that are computed once. */
class FrozenBackboneTest {
  @TempDir Path output;

  private Recipe recipe(long seed) {
    return Digits.recipe()
        .with(
            Map.of(
                "output",
                output.toString(),
                "epochs",
                3,
                "val_split",
                0.5,
                "compute_workers",
                2,
                "ema",
                0.9,
                "freeze",
                "backbone",
                "seed",
                seed)); // another seed is another backbone: nothing of it is in the cache
  }

  /** Remembers the remarks. */
  private static final class Stages implements Progress {
    final List<String> lines = new ArrayList<>();

    @Override
    public void stage(String line) {
      lines.add(line);
    }

    String features() {
      return lines.stream().filter(l -> l.startsWith("Features: ")).findFirst().orElse("none");
    }
  }

  private static Map<String, Tensor> weights(Path folder) throws IOException {
    return WeightsFolder.read(folder.resolve(WeightsFolder.WEIGHTS));
  }

  private static void forget() throws IOException {
    if (Files.isDirectory(FeatureCache.standardFolder())) {
      try (Stream<Path> all = Files.list(FeatureCache.standardFolder())) {
        for (Path file : all.toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"backbone", "all-but-head"})
  void bothWordsLeaveTheHeadAlone(String word) {
    Model b16 = Models.create("vit_base_patch16_224", Map.of("num_classes", 3), Init.shapesOnly());
    FineTuning.freeze(b16, Digits.recipe().with("freeze", word));
    assertThat(b16.trainableCount()).isEqualTo(2_307); // 768 x 3 + 3
    assertThat(b16.parameterCount()).isEqualTo(85_800_963);
    Summary summary = Summary.of(b16, 32);
    assertThat(summary.trainable()).isEqualTo(2_307);
    assertThat(summary.frozen()).isEqualTo(85_798_656);
    assertThat(summary.sizeMb()).isCloseTo(343.2, within(0.05)); // of 10^6 bytes
    assertThat((summary.params() * Float.BYTES) >> 20).isEqualTo(327); // of 2^20, as the course has
  }

  @Test
  void theWordsStandAlone() {
    assertThatThrownBy(() -> Digits.recipe().with("freeze", "backbone,norm"))
        .hasMessageContaining("remove the other names");
    Model headless = Models.create("vit_mnist_1850", Map.of("num_classes", 0), Init.shapesOnly());
    assertThatThrownBy(
            () -> FineTuning.freeze(headless, Digits.recipe().with("freeze", "backbone")))
        .hasMessageContaining("has no head to train");
  }

  @Test
  void featuresGiveTheHeadThatPicturesGive() throws IOException {
    forget();
    Stages plain = new Stages();
    Run pictures = Trainer.run(recipe(1).with("cache_features", false), plain);
    Stages first = new Stages();
    Run computed = Trainer.run(recipe(1), first);
    Stages second = new Stages();
    Run cached = Trainer.run(recipe(1), second);
    assertThat(plain.features()).isEqualTo("none");
    assertThat(first.features())
        .matches("Features: 6,000 \\+ 1,000 images, 8 numbers each, computed in .*");
    assertThat(second.features()).contains("numbers each, from the cache in");
    assertThat(cached.test("top1")).isEqualTo(computed.test("top1"));
    assertThat(pictures.test("top1")).isCloseTo(computed.test("top1"), within(0.11));
    Map<String, Tensor> a = weights(pictures.best());
    Map<String, Tensor> b = weights(computed.best());
    weights(cached.best()).forEach((name, t) -> assertSameBits(name, t, b.get(name)));
    b.forEach((name, t) -> assertClose(name, t, a.get(name), 1e-6));
    assertSameBits("pos_embed", b.get("pos_embed"), a.get("pos_embed"));
    for (String file : List.of("report.html", "batch.png", "confusion.png")) {
      assertThat(computed.folder().resolve(file)).isNotEmptyFile();
    }
    assertThat(computed.folder().resolve("batch.png"))
        .as("real pictures, not features")
        .hasSameBinaryContentAs(pictures.folder().resolve("batch.png"));
  }

  @Test
  void theSplitDoesNotMatterToFeatures() throws IOException {
    Trainer.run(recipe(2).with("epochs", 1), Progress.quiet());
    Stages other = new Stages();
    Recipe fold = recipe(2).with("epochs", 1).with("val_fold", "1/3");
    Trainer.run(fold, other);
    assertThat(other.features()).contains("from the cache");
  }

  @Test
  void otherWeightsOrPicturesAreComputed() throws IOException {
    Trainer.run(recipe(3).with("epochs", 1), Progress.quiet());
    Stages preprocess = new Stages();
    Trainer.run(recipe(3).with("epochs", 1).with("std", "0.31"), preprocess);
    assertThat(preprocess.features()).contains("computed in");
    Stages words = new Stages();
    Trainer.run(recipe(4).with("epochs", 1), words);
    assertThat(words.features()).contains("computed in");
  }

  @Test
  void stoppedAndResumedItEndsInTheSameBits() throws IOException {
    Run whole = Trainer.run(recipe(5), Progress.quiet());
    Run pieces = Trainer.run(recipe(5).with("name", "pieces"), ResumeTest.stopAfter(15));
    assertThat(pieces.stopped()).isTrue();
    Stages stages = new Stages();
    Run resumed = Trainer.resume(pieces.folder(), stages);
    assertThat(stages.features()).contains("from the cache");
    assertThat(resumed.test("top1")).isEqualTo(whole.test("top1"));
    Map<String, Tensor> expected = weights(whole.best());
    weights(resumed.best()).forEach((name, t) -> assertSameBits(name, t, expected.get(name)));
    Map<String, Tensor> last = weights(RunFolder.last(whole.folder()));
    weights(RunFolder.last(resumed.folder()))
        .forEach((name, t) -> assertSameBits(name, t, last.get(name)));
  }

  @ParameterizedTest
  @CsvSource({
    "hflip, 0.5, hflip",
    "mixup, 0.8, 'mixup, cutmix'",
    "aa, rand-m1-n1, aa",
    "crop_pct, 0.9, evaluated on cropped"
  })
  void whatChanceTouchesIsNotKept(String key, String value, String reason) throws IOException {
    Recipe random = recipe(6).with("epochs", 1).with(key, value);
    Stages stages = new Stages();
    Trainer.run(random, stages);
    assertThat(stages.features())
        .startsWith("Features: computed in every epoch, since ")
        .contains(reason);
    assertThatThrownBy(() -> Trainer.run(random.with("cache_features", true), Progress.quiet()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("cache_features: ")
        .hasMessageContaining(reason);
  }
}
