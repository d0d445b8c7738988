package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StudyTest {
  @TempDir Path output;

  private Recipe recipe() {
    return Digits.recipe()
        .with(
            Map.of(
                "output", output.toString(),
                "epochs", 1,
                "batch_size", 600,
                "compute_workers", 2));
  }

  private static Progress quiet(String title) {
    return Progress.quiet();
  }

  private static JsonNode summary(StudyResult result) throws IOException {
    return JsonMapper.shared().readTree(Files.readString(result.group().resolve("summary.json")));
  }

  @Test
  void seedsGiveMeanAndDeviation() throws IOException {
    StudyResult result = Study.seeds(recipe(), 3).run(StudyTest::quiet);
    assertThat(result.group().getFileName()).hasToString("digits-seeds1");
    assertThat(result.runs())
        .extracting(StudyResult.Entry::name)
        .containsExactly("seed42", "seed43", "seed44");
    double[] tests = result.runs().stream().mapToDouble(r -> r.test("top1")).toArray();
    double mean = (tests[0] + tests[1] + tests[2]) / 3;
    double squares = 0;
    for (double t : tests) {
      squares += (t - mean) * (t - mean);
    }
    assertThat(result.test("top1").mean()).isCloseTo(mean, within(1e-9));
    assertThat(result.test("top1").std()).isCloseTo(Math.sqrt(squares / 2), within(1e-9));
    assertThat(result.best()).as("seeds are not chosen among").isNull();
    assertThat(summary(result).get("test_top1").get("mean").asDouble()).isEqualTo(mean);
    assertThat(Files.readAllLines(result.group().resolve("summary.csv")))
        .hasSize(4)
        .first()
        .isEqualTo("run,seed,epochs,best_epoch,val_top1,val_loss,test_top1,seconds,error");
    Run alone = Trainer.run(recipe().with("seed", 43), Progress.quiet());
    assertThat(alone.test("top1")).as("a run of a group is like any other").isEqualTo(tests[1]);
  }

  @Test
  void aSweepChoosesOnValidationAndTestsTheWinnerOnly() throws IOException {
    Map<String, List<String>> grid = new LinkedHashMap<>();
    grid.put("lr", List.of("1e-9", "0.01"));
    grid.put("opt", List.of("sgd", "adam"));
    StudyResult result = Study.sweep(recipe(), grid).run(StudyTest::quiet);
    assertThat(result.runs())
        .extracting(StudyResult.Entry::name)
        .containsExactly(
            "lr=1e-9_opt=sgd", "lr=1e-9_opt=adam", "lr=0.01_opt=sgd", "lr=0.01_opt=adam");
    StudyResult.Entry best = result.best();
    assertThat(best).isNotNull();
    assertThat(best.val("top1"))
        .isEqualTo(result.runs().stream().mapToDouble(r -> r.val("top1")).max().orElseThrow());
    assertThat(result.runs()).filteredOn(r -> !Double.isNaN(r.test("top1"))).containsExactly(best);
    for (StudyResult.Entry run : result.runs()) {
      assertThat(Files.exists(run.folder().resolve(Report.PAGE))).isEqualTo(run.equals(best));
    }
    assertThat(summary(result).get("best").asString()).isEqualTo(best.name());
    assertThat(summary(result).get("runs").get(0).get("test_top1").isNull()).isTrue();
  }

  @Test
  void aStoppedGroupGoesOnWithWhatIsLeft() throws IOException {
    List<String> titles = new ArrayList<>();
    StudyResult first =
        Study.folds(recipe(), 3)
            .run(
                title -> {
                  titles.add(title);
                  return stopAtOnce(titles.size() == 2);
                });
    assertThat(first.stopped()).isTrue();
    assertThat(first.runs()).extracting(StudyResult.Entry::name).containsExactly("fold1");
    StudyResult all =
        Study.resume(
            first.group(),
            title -> {
              titles.add(title);
              return Progress.quiet();
            });
    assertThat(titles)
        .containsExactly(
            "fold1 (run 1 of 3)", "fold2 (run 2 of 3)", "fold2 (run 2 of 3)", "fold3 (run 3 of 3)");
    assertThat(all.runs()).hasSize(3).allMatch(r -> !Double.isNaN(r.test("top1")));
    assertThat(Files.readString(all.runs().get(1).folder().resolve("recipe.yaml")))
        .contains("val_fold: \"2/3\"");
    StudyResult whole = Study.folds(recipe(), 3).run(StudyTest::quiet);
    assertThat(all.val("top1")).as("as if it had not been stopped").isEqualTo(whole.val("top1"));
    assertThat(all.test("top1")).isEqualTo(whole.test("top1"));
  }

  private static Progress stopAtOnce(boolean stop) {
    return new Progress() {
      @Override
      public boolean stopRequested() {
        return stop;
      }
    };
  }

  @Test
  void aRunWhoseLossBreaksIsAResult() throws IOException {
    Recipe wild = recipe().with(Map.of("opt", "sgd", "sched", "constant", "epochs", 30));
    StudyResult result =
        Study.sweep(wild, Map.of("lr", List.of("1000", "1e-9"))).run(StudyTest::quiet);
    assertThat(result.runs().get(0).error()).contains("the loss became");
    assertThat(result.best()).isEqualTo(result.runs().get(1));
    assertThat(Study.resume(result.group(), StudyTest::quiet).runs()).isEqualTo(result.runs());
  }

  @Test
  void whatCannotBeIsRefusedBeforeTheFirstRun() {
    assertThatThrownBy(() -> Study.sweep(recipe(), Map.of("lr", List.of("0.1", "fast"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lr is 'fast'");
    assertThatThrownBy(() -> Study.seeds(recipe(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("seeds of 1 runs: use 2 to 1000");
    assertThatThrownBy(() -> Study.folds(recipe(), 2000))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Study.resume(output, StudyTest::quiet))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("study.json");
  }

  /** The reason of a run that cannot be is in the result, and the others are trained. */
  @Test
  void aRunThatFailsDoesNotEndTheGroup() throws IOException {
    Recipe quick = recipe().with("epochs", 1);
    StudyResult result =
        Study.sweep(quick, Map.of("val_split", List.of("0", "0.2"))).run(StudyTest::quiet);
    assertThat(result.runs().get(0).error()).contains("needs a validation split");
    assertThat(result.runs().get(1).error()).isNull();
    assertThat(result.best()).isNotNull();
    StudyResult again = Study.resume(result.group(), StudyTest::quiet);
    assertThat(again.runs().get(0).error()).contains("needs a validation split");
  }
}
