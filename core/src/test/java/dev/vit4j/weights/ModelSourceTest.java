package dev.vit4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSourceTest {
  private static final String NOBODYS = "vit4j-tests/nobody-has-this";

  @TempDir Path dir;

  @Test
  void aPathThatExistsWins() throws IOException {
    Path folder = Files.createDirectories(dir.resolve("org/name"));
    assertThat(ModelSource.find(folder.toString())).isEqualTo(folder);
    assertThat(ModelSource.isTrained(folder.toString())).isTrue();
  }

  @Test
  void namesAreLookedForInTheCachesAlone() {
    assertThat(ModelSource.isTrained(NOBODYS)).isTrue();
    assertThatThrownBy(() -> ModelSource.find(NOBODYS))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(NOBODYS + ": ")
        .hasMessageContaining("nor a model in the local cache");
    assertThatThrownBy(() -> ModelSource.openOrCreate(NOBODYS, Map.of(), 0))
        .hasMessageContaining("nor a model in the local cache");
    assertThat(ModelSource.isTrained("vit_tiny_patch16_224.no_such_tag")).isTrue();
  }

  @Test
  void mistypedPathsAndCatalogNamesAreNoPublishedNames() throws IOException {
    for (String word :
        new String[] {"src/no-such-run", "weights/model.pth", "vit_mnist_1850", "/no/such"}) {
      assertThat(ModelSource.isTrained(word)).as(word).isFalse();
      assertThat(ModelSource.find(word)).isEqualTo(Path.of(word));
    }
    assertThatThrownBy(() -> ModelSource.open(Path.of("src/no-such-run")))
        .hasMessage("src/no-such-run: no such run, weights folder or weights file");
  }
}
