package dev.vit4j.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShippedRecipesTest {
  static List<String> names() {
    return Recipe.names();
  }

  @Test
  void everyShippedFileIsListed() throws Exception {
    Path folder =
        Path.of(Objects.requireNonNull(Recipe.class.getResource("/dev/vit4j/recipes")).toURI());
    String[] files = Objects.requireNonNull(folder.toFile().list());
    assertThat(files)
        .containsExactlyInAnyOrderElementsOf(
            Recipe.names().stream().map(n -> n + ".yaml").toList());
  }

  @ParameterizedTest
  @MethodSource("names")
  void shippedRecipesAreNamedDescribedAndGoRound(String name) throws IOException {
    Recipe recipe = Recipe.named(name);
    assertThat(recipe.get(RunKeys.NAME)).isEqualTo(name);
    assertThat(recipe.get(RunKeys.DESCRIPTION)).isNotBlank();
    assertThat(Recipe.parse("again.yaml", recipe.toYaml())).isEqualTo(recipe);
    assertThat(recipe.toYaml()).hasLineCount(RecipeKeys.all().size());
  }

  @Test
  void mnist1850() {
    Recipe r = Recipe.named("mnist-1850");
    assertThat(r.get(DataKeys.DATA)).isEqualTo("mnist");
    assertThat(r.get(OptimizerKeys.EPOCHS)).isEqualTo(60);
    assertThat(r.get(OptimizerKeys.BATCH_SIZE)).isEqualTo(256);
    assertThat(r.get(OptimizerKeys.OPT)).isEqualTo("adamw");
    assertThat(r.find(OptimizerKeys.EMA)).hasValue(0.999);
    assertThat(r.get(ModelKeys.MODEL_ARGS)).containsEntry("weight_init", "jax");
    assertThat(r.get(ScheduleKeys.MIN_LR)).isEqualTo(1e-5);
    assertThat(Math.round(r.get(DataKeys.VAL_SPLIT) * 60_000)).isEqualTo(5000);
    assertThat(r.find(DataKeys.MEAN)).contains(List.of(0.1307));
    assertThat(r.find(DataKeys.STD)).contains(List.of(0.3081));
  }
}
