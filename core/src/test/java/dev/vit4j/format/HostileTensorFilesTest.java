package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The collection of broken and hostile files, and what is said of each. */
class HostileTensorFilesTest {
  static Stream<Arguments> manifest() {
    JsonNode all = Fixture.json("14-hostile/manifest.json");
    return all.valueStream()
        .filter(f -> !f.get("kind").stringValue().equals("image"))
        .map(f -> Arguments.of(f.get("file").stringValue(), f.get("expected").stringValue()));
  }

  @ParameterizedTest
  @MethodSource("manifest")
  void eachIsRefusedInOneLineOrHarmless(String file, String expected) throws IOException {
    Path path = Fixture.path("14-hostile/" + file);
    long before = Allocation.bytes();
    try (TensorFile tensors = TensorFile.open(path)) {
      assertThat(expected).as(file).isEqualTo("reject_or_accept");
      for (String name : tensors.tensors().keySet()) {
        assertThat((long) tensors.data(name).remaining())
            .isEqualTo(Objects.requireNonNull(tensors.tensors().get(name)).bytes());
      }
    } catch (FormatException e) {
      assertThat(e).hasMessageStartingWith(path.toString()).hasMessageNotContaining("\n");
    }
    assertThat(Allocation.bytes() - before).as(file).isLessThan(4_000_000 + 60 * Files.size(path));
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      assertThat(folder.resolve("pwned")).doesNotExist();
    }
  }

  @Test
  void theManifestIsWhole() {
    assertThat(manifest()).hasSize(29);
  }
}
