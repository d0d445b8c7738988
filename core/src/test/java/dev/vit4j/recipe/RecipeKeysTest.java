package dev.vit4j.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecipeKeysTest {
  private static List<RecipeFlag> flags() {
    return RecipeKeys.groups().stream().flatMap(group -> group.flags().stream()).toList();
  }

  @Test
  void everyKeyIsInOneGroup() {
    assertThat(RecipeKeys.groups().stream().flatMap(group -> group.keys().stream()))
        .containsExactlyElementsOf(RecipeKeys.all())
        .doesNotHaveDuplicates()
        .contains(OptimizerKeys.LR, LossKeys.DICE);
  }

  @Test
  void everyDefaultIsAllowed() throws IOException {
    Recipe defaults = Recipe.parse("x.yaml", "");
    assertThat(defaults.toYaml()).hasLineCount(RecipeKeys.all().size());
    assertThat(Recipe.parse("x.yaml", defaults.toYaml())).isEqualTo(defaults);
    RecipeKeys.all()
        .forEach(
            key -> assertThat(key.standard() == null).as(key.name()).isEqualTo(key.optional()));
  }

  @Test
  void helpIsASentence() {
    assertThat(RecipeKeys.all()).allSatisfy(key -> assertThat(key.meaning()).matches("[A-Z].*\\."));
    assertThat(OptimizerKeys.OPT.help())
        .isEqualTo(OptimizerKeys.OPT.meaning() + " One of sgd, adam, adamw, lamb, lambc, rmsprop.");
    assertThat(HardwareKeys.PRECISION.help()).isEqualTo(HardwareKeys.PRECISION.meaning());
  }

  @Test
  void aFlagIsNamedAsItsKey() {
    assertThat(flags())
        .contains(
            new RecipeFlag(
                "batch_size", List.of("-b", "--batch-size"), "N", OptimizerKeys.BATCH_SIZE.help()),
            new RecipeFlag(
                "model_args.drop_path_rate",
                List.of("--drop-path"),
                "RATE",
                "Stochastic depth rate."));
    assertThat(flags().stream().flatMap(flag -> flag.names().stream())).doesNotHaveDuplicates();
  }

  @Test
  void flagsWithoutAValueAreOfKeysThatAreFalse() {
    assertThat(flags().stream().filter(RecipeFlag::isToggle).map(RecipeFlag::key))
        .containsExactly("pretrained", "nesterov", "sync_bn")
        .allSatisfy(key -> assertThat(RecipeKeys.named(key).standard()).isEqualTo(false));
  }
}
