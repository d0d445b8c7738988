package dev.vit4j.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.recipe.Recipe;
import dev.vit4j.train.Digits;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The learning rates that a recipe's words mean. */
class RecipeScheduleTest {
  @Test
  void scheduleIsWarmUpThenCosineByEpoch() throws IOException {
    String words = "{lr: 0.03, epochs: 60, warmup_epochs: 2, min_lr: 1e-5, sched: cosine}";
    Schedule s = Schedules.of(Recipe.parse("x", words), 100);
    assertThat(s.at(0)).isCloseTo(0.003, within(1e-15));
    assertThat(s.at(99)).isEqualTo(s.at(0));
    assertThat(s.at(100)).isCloseTo(0.003 + 0.027 / 2, within(1e-15));
    assertThat(s.at(200)).isEqualTo(0.03);
    assertThat(s.at(59 * 100)).isCloseTo(Schedule.cosine(0.03, 58, 1e-5).at(57), within(1e-15));
  }

  @Test
  void schedulesOfTheOtherNames() throws IOException {
    String drops = "{lr: 1, epochs: 9, warmup_epochs: 2, decay_rate: 0.5, ";
    Schedule step = Schedules.of(Recipe.parse("x", drops + "sched: step, decay_epochs: 3}"), 10);
    assertThat(List.of(step.at(20), step.at(29), step.at(30), step.at(60)))
        .containsExactly(1.0, 1.0, 0.5, 0.25);
    Schedule multi =
        Schedules.of(
            Recipe.parse("x", drops + "sched: multistep, milestones: [4, 6], sched_on: step}"), 10);
    assertThat(List.of(multi.at(39), multi.at(40), multi.at(60))).containsExactly(1.0, 0.5, 0.25);
    assertThat(multi.at(0)).isCloseTo(0.1, within(1e-15));
    assertThat(multi.at(10)).isCloseTo(0.55, within(1e-15));
    Schedule constant = Schedules.of(Recipe.parse("x", "{lr: 1, sched: constant}"), 10);
    assertThat(constant.at(99)).isEqualTo(1);
    Schedule linear =
        Schedules.of(Recipe.parse("x", "{lr: 1, min_lr: 0.5, sched: linear, sched_on: step}"), 10);
    assertThat(linear.at(50)).isEqualTo(0.75);
    Schedule cycle =
        Schedules.of(Recipe.parse("x", "{lr: 1, sched: onecycle, sched_on: step}"), 10);
    assertThat(cycle.at(29)).isEqualTo(1);
    assertThat(cycle.at(0)).isCloseTo(1 / 25.0, within(1e-12));
  }

  @Test
  void oneEpochOfALongWarmUpIsFine() {
    Recipe one = Digits.recipe().with(Map.of("epochs", 1, "warmup_epochs", 2));
    Schedule s = Schedules.of(one, 84);
    assertThat(s.at(83)).isCloseTo(0.001, within(1e-15));
  }

  /** By epochs, the last of them would have a rate of almost nothing. */
  @Test
  void oneCycleAlwaysGoesByStep() throws IOException {
    Recipe byEpoch = Recipe.parse("x", "{lr: 1, sched: onecycle, epochs: 1}");
    Schedule cycle = Schedules.of(byEpoch, 10);
    for (int step = 0; step < 10; step++) {
      assertThat(cycle.at(step)).isEqualTo(new OneCycle(1, 10, 0.3).at(step));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedules.of(byEpoch, 1))
        .withMessageContaining("onecycle needs at least 2 steps");
  }
}
