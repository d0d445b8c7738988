package dev.vit4j.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against the curves that torch and timm computed. */
class ScheduleTest {
  private static final double LR = 0.1;
  private static final Map<String, Schedule> OURS = new LinkedHashMap<>();
  private static JsonNode curves;

  static {
    OURS.put(
        "warmup_cosine",
        Schedule.sequential(Schedule.linear(LR, 0.01, 1, 5), 5, Schedule.cosine(LR, 25, 1e-5)));
    OURS.put("cosine", Schedule.cosine(LR, 30, 0));
    OURS.put("step", Schedule.step(LR, 7, 0.3));
    OURS.put("multistep", Schedule.multistep(LR, List.of(4, 9, 9, 20), 0.5));
    OURS.put("linear", Schedule.linear(LR, 1 / 3.0, 1, 8));
    OURS.put("onecycle", new OneCycle(LR, 30, 0.3));
    OURS.put(
        "onecycle_linear_3phase",
        new OneCycle(0.2, 4 * 9, 0.4, OneCycle.Anneal.LINEAR, 10, 100, true));
    OURS.put("lambda_sqrt", step -> LR * Math.pow(step + 1.0, -0.5));
  }

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            ScheduleTest.class.getResourceAsStream("/fixtures/09-optim/schedules.json"))) {
      curves = JsonMapper.shared().readTree(in);
    }
  }

  static Stream<String> names() {
    return OURS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void equalsTheCurve(String name) {
    Schedule ours = Objects.requireNonNull(OURS.get(name));
    JsonNode lr = curves.get(name).get("lr");
    assertThat(lr.size()).isGreaterThan(9);
    for (int i = 0; i < lr.size(); i++) {
      double expected = lr.get(i).asDouble();
      assertThat(ours.at(i)).as("step %d", i).isCloseTo(expected, within(1e-12 * expected));
    }
  }

  /** The file has some curves more, of schedules that no recipe can ask for. */
  @Test
  void everyScheduleHasItsCurve() {
    assertThat(curves.propertyNames()).containsAll(OURS.keySet());
    assertThat(OURS).hasSize(8);
  }

  @Test
  void constantIsConstant() {
    assertThat(Schedule.constant(0.3).at(1_000_000)).isEqualTo(0.3);
  }

  @Test
  void oneCycleStaysAtItsEndAndBearsShortTrainings() {
    OneCycle cycle = new OneCycle(1, 10, 0.3);
    assertThat(cycle.at(1000)).isEqualTo(cycle.at(9));
    assertThat(new OneCycle(1, 1, 0.3).at(0)).isFinite();
    assertThat(new OneCycle(1, 2, 0).at(0)).isPositive();
    assertThat(new OneCycle(1, 2, 1).at(1)).isEqualTo(1);
  }

  @Test
  void refusesWhatIsNoSchedule() {
    assertThatThrownBy(() -> Schedule.cosine(LR, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tMax must be at least 1, not 0");
    assertThatThrownBy(() -> Schedule.step(LR, 0, 0.1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Schedule.linear(LR, 0.1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new OneCycle(LR, 10, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
