package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints of other versions, and those whose state is damaged, are refused in one line. */
class CheckpointTest {
  @TempDir Path output;
  private Run run;
  private Path file;

  @BeforeEach
  void train() throws IOException {
    run =
        Trainer.run(
            Digits.recipe().with("output", output.toString()).with("epochs", 1),
            ResumeTest.stopAfter(2));
    file = RunFolder.last(run.folder()).resolve(Checkpoint.FILE);
  }

  private String state() throws IOException {
    try (Safetensors source = Safetensors.open(file)) {
      return source.metadata().get("state");
    }
  }

  /** Writes the same tensors with another state. */
  private void replace(String state) throws IOException {
    Path other = output.resolve("other");
    try (Safetensors source = Safetensors.open(file)) {
      List<Safetensors.Entry> entries = new ArrayList<>();
      for (TensorInfo t : source.tensors().values()) {
        entries.add(new Safetensors.Entry(t.name(), t.dtype(), t.shape(), source.data(t.name())));
      }
      Safetensors.write(other, entries, Map.of("state", state));
    }
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private void assertRefused(String reason) {
    assertThatThrownBy(() -> Trainer.resume(run.folder(), Progress.quiet()))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(reason)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  /** As the first version wrote it: no version, and sums by the names of classification. */
  @Test
  void theFirstVersionIsRefused() throws IOException {
    replace(
        "{\"epoch\":0,\"batch\":2,\"step\":2,\"loss_sum\":\"0x1.0p9\",\"correct\":99,\"seen\":512,"
            + "\"seconds\":0.5,\"epoch_seconds\":0.4,\"epoch_waited\":0.1,\"best_epoch\":0,"
            + "\"best_top1\":\"NaN\",\"best_loss\":\"NaN\",\"history\":[]}");
    assertRefused("is a checkpoint of version 1, but this vit4j reads version 2: train again");
  }

  @Test
  void aLaterVersionIsRefused() throws IOException {
    assertThat(state()).contains("\"version\":2");
    replace(state().replace("\"version\":2", "\"version\":3"));
    assertRefused("is a checkpoint of version 3, but this vit4j reads version 2: train again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"version\":2}", "{\"version\":2,\"epoch\":"})
  void aBrokenStateIsRefused(String state) throws IOException {
    replace(state);
    assertRefused("");
  }

  @ParameterizedTest
  @CsvSource({"\"tally\", \"tallies\"", "\"best\", \"worst\"", "\"right\", \"left\""})
  void aStateThatLacksSomethingIsRefused(String name, String other) throws IOException {
    assertThat(state()).contains(name + ":");
    replace(state().replace(name + ":", other + ":"));
    assertRefused("");
  }

  @Test
  void theOneThatWasWrittenIsRead() throws IOException {
    replace(state());
    assertThat(Trainer.resume(run.folder(), Progress.quiet()).stopped()).isFalse();
  }
}
