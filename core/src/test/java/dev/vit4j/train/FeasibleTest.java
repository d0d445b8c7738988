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
  void farMoreWorkersThanProcessorsAreRefused() {
    int many = Math.min(256, 4 * Runtime.getRuntime().availableProcessors() + 1);
    Recipe wide = SAMPLE.with("compute_workers", many);
    if (many > 4 * Runtime.getRuntime().availableProcessors()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Feasible.check(wide))
          .withMessageMatching("compute_workers \\d+ is too many for \\d+ processors?: use auto.*");
    }
    assertThatCode(() -> Feasible.check(SAMPLE.with("compute_workers", 2)))
        .doesNotThrowAnyException();
  }
}
