package dev.vit4j.cli;

import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** docs/recipes.md has what each recipe says of itself, and all keys. */
class RecipeReferenceTest {
  @Test
  void thePageHasAllRecipesAndKeys() throws IOException {
    GeneratedPage.requireSame("recipes.md", page(), RecipeReferenceTest.class);
  }

  private static String page() {
    StringBuilder page = new StringBuilder();
    page.append("# Recipes\n")
        .append("A recipe has all settings of a training. `./vit train RECIPE` runs it, and ")
        .append("`--set KEY=VALUE` changes any\n")
        .append(
            "key. `./vit recipes RECIPE > mine.yaml` prints it to a file, which you edit and run: ")
        .append("`./vit train mine.yaml`.\n")
        .append(
            "Below is what the recipes say of themselves, with the figures that were measured. ")
        .append("`RecipeReferenceTest` generates this page.\n\n")
        .append("| recipe | epochs | data | trains |\n| --- | --- | --- | --- |\n");
    for (String name : Recipe.names()) {
      Recipe recipe = Recipe.named(name);
      page.append(
          "| [%s](#%s) | %d | %s | %s |\n"
              .formatted(
                  name,
                  name,
                  recipe.get(OptimizerKeys.EPOCHS),
                  recipe.get(DataKeys.DATA),
                  recipe.get(RunKeys.DESCRIPTION)));
    }
    for (String name : Recipe.names()) {
      String about = Recipe.about(name).replaceAll("(?m)^# ?", "").strip();
      page.append("\n## %s\n```text\n%s\n```\n".formatted(name, about));
      String source = Recipe.named(name).get(RunKeys.SOURCE);
      page.append(source.isEmpty() ? "" : "Source: <%s>\n".formatted(source));
    }
    String keys = String.join("\n", Recipe.help().lines().toList());
    return page.append("\n## Keys\n```text\n%s\n```\n".formatted(keys)).toString();
  }
}
