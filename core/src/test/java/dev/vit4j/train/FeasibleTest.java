package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.ScheduleKeys;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeasibleTest {
  private static final Recipe SAMPLE = Recipe.named("mnist-sample"); // 30 epochs, 2 of warm-up

  @Test
  void aWarmUpLongerThanTheTrainingIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Feasible.check(SAMPLE.with("warmup_epochs", 31)))
        .withMessageStartingWith("warmup_epochs 31 is longer than the training of 30 epochs");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Feasible.check(SAMPLE.with(Map.of("epochs", 1, "warmup_epochs", 2))))
        .withMessageContaining("1 epoch:");
  }

  @Test
  void fewerEpochsShortenTheWarmUpOfARecipe() {
    Recipe quick = SAMPLE.with("epochs", 1);
    assertThat(quick.get(ScheduleKeys.WARMUP_EPOCHS)).isEqualTo(1);
    assertThatCode(() -> Feasible.check(quick)).doesNotThrowAnyException();
    assertThat(SAMPLE.with("epochs", 5).get(ScheduleKeys.WARMUP_EPOCHS)).isEqualTo(2);
  }

  @Test
  void workersWithoutImagesOrProcessorsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Feasible.check(SAMPLE.with(Map.of("batch_size", 2, "compute_workers", 3))))
        .withMessageContaining("compute_workers 3 is too many for a batch_size of 2");
    int many = 4 * Runtime.getRuntime().availableProcessors() + 1;
    if (many <= 256) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> Feasible.check(SAMPLE.with(Map.of("batch_size", 512, "compute_workers", many))))
          .withMessageContaining("processor");
    }
  }
}
