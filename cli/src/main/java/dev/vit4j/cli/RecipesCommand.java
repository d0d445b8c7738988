package dev.vit4j.cli;

import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vit recipes}: lists the built-in recipes, prints one as YAML, or lists all keys. */
@Command(
    name = "recipes",
    description = "List the built-in recipes, or print one.",
    footer = {"", "Examples:", "  ./vit recipes", "  ./vit recipes mnist-1850"})
final class RecipesCommand implements Runnable {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "Print this recipe as YAML with all values and its header comment.")
  @Nullable String name;

  @Option(names = "--keys", description = "List all recipe keys with meaning, default and values.")
  boolean keys;

  @Mixin CommonOptions common;

  @Override
  public void run() {
    Output output = common.output();
    if (keys) {
      Recipe.help().lines().forEach(output::result);
      output.json(Map.of("keys", Recipe.help().lines().map(String::strip).toList()));
    } else if (name != null) {
      String yaml = Recipe.about(name) + "\n" + Recipe.named(name).toYaml();
      yaml.lines().forEach(output::result);
      output.json(Json.of("name", name, "yaml", yaml));
    } else {
      list(output);
    }
  }

  private static void list(Output output) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (String shipped : Recipe.names()) {
      Recipe recipe = Recipe.named(shipped);
      output.result("%-25s %s".formatted(shipped, recipe.get(RunKeys.DESCRIPTION)));
      output.result(
          "%25s %s on %s, %d epochs%s"
              .formatted(
                  "",
                  recipe.model(),
                  recipe.get(DataKeys.DATA),
                  recipe.get(OptimizerKeys.EPOCHS),
                  expected(recipe)));
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", shipped);
      one.put("description", recipe.get(RunKeys.DESCRIPTION));
      one.put("model", recipe.model());
      one.put("data", recipe.get(DataKeys.DATA));
      one.put("epochs", recipe.get(OptimizerKeys.EPOCHS));
      one.put("expected", recipe.get(RunKeys.EXPECTED));
      all.add(one);
    }
    output.json(Map.of("recipes", all));
  }

  private static String expected(Recipe recipe) {
    return recipe.get(RunKeys.EXPECTED).isEmpty()
        ? ""
        : recipe.get(RunKeys.EXPECTED).entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", ", "; expected: ", ""));
  }
}
