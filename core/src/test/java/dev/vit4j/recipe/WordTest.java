package dev.vit4j.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordTest {
  private final Recipe recipe = Recipe.named("folder");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pics #1",
        "#1",
        "|",
        ">",
        "null",
        "'q'",
        "\"q\"",
        "&a",
        "*a",
        "tr ",
        " lead",
        "a: b",
        "!t",
        "[x]",
        "{x}",
        "- x",
        "true",
        "1e3",
        "%x",
        "@x",
        "`x",
        "\uD83D\uDC68\u200D\uD83D\uDC69"
      })
  void aPathIsTheWordItself(String word) throws Exception {
    Recipe changed = recipe.with("data_dir", word).with("output", word).with("init", word);
    assertThat(changed.find(DataKeys.DATA_DIR)).hasValue(word);
    assertThat(changed.get(RunKeys.OUTPUT)).isEqualTo(word);
    assertThat(changed.find(ModelKeys.INIT)).hasValue(word);
    assertThat(Recipe.parse("again.yaml", changed.toYaml())).isEqualTo(changed);
  }

  @Test
  void noneIsNoFolderWhereThatIsAChoice() {
    assertThat(recipe.with("data_dir", "x").with("data_dir", "none").find(DataKeys.DATA_DIR))
        .isEmpty();
    assertThat(recipe.with("output", "none").get(RunKeys.OUTPUT)).isEqualTo("none");
  }

  @Test
  void aTildeIsTheHomeFolder() throws Exception {
    Path home = Path.of(System.getProperty("user.home"));
    assertThat(recipe.with("output", "~/o2").get(RunKeys.OUTPUT))
        .isEqualTo(home.resolve("o2").toString());
    assertThat(Recipe.parse("r.yaml", "data_dir: ~/pics").find(DataKeys.DATA_DIR))
        .hasValue(home.resolve("pics").toString());
    assertThat(recipe.with("output", "./~/o2").get(RunKeys.OUTPUT)).isEqualTo("./~/o2");
    assertThat(recipe.with("output", "~x").get(RunKeys.OUTPUT)).isEqualTo("~x");
  }

  @Test
  void listsOfWords() {
    assertThat(recipe.with("freeze", "blocks.0, a #1").get(ModelKeys.FREEZE))
        .containsExactly("blocks.0", "a #1");
    assertThat(recipe.with("freeze", "[ 'a, b', c]").get(ModelKeys.FREEZE))
        .containsExactly("a, b", "c");
    assertThat(recipe.with("freeze", "[]").get(ModelKeys.FREEZE)).isEmpty();
    assertThat(recipe.with("img_size", "32,48").find(ModelKeys.IMG_SIZE)).hasValue(List.of(32, 48));
    assertThat(recipe.with("img_size", "32").find(ModelKeys.IMG_SIZE)).hasValue(List.of(32, 32));
    assertThat(recipe.with("templates", "a photo of a {c}, a #1").get(DataKeys.TEMPLATES))
        .isEqualTo("a photo of a {c}, a #1");
    assertThat(recipe.with("templates", "[a {c}, the {c}]").get(DataKeys.TEMPLATES))
        .isEqualTo(List.of("a {c}", "the {c}"));
  }

  @Test
  void entriesOfMaps() {
    assertThat(recipe.with("model_args.stem", "a #1").get(ModelKeys.MODEL_ARGS))
        .containsEntry("stem", "a #1");
    assertThat(recipe.with("model_args", "{depth: 3, name: x}").get(ModelKeys.MODEL_ARGS))
        .containsEntry("depth", 3)
        .containsEntry("name", "x");
    assertThat(recipe.with("model_args.layers", "[2, 2]").get(ModelKeys.MODEL_ARGS))
        .containsEntry("layers", List.of(2, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\u001b[2Jb", "a\u2028b", "\uD83D"})
  void whatIsNoPathIsRefused(String word) {
    assertThatThrownBy(() -> recipe.with("output", word))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("output is ")
        .hasMessageContaining("it must be a path of at most 2000 printable characters");
  }

  @Test
  void splitsAtCommasOutsideOfBracketsAndQuotes() {
    assertThat(Word.split("a, [b, c],{d,e},\"f, g\", it's, h"))
        .containsExactly("a", "[b, c]", "{d,e}", "\"f, g\"", "it's", "h");
  }
}
