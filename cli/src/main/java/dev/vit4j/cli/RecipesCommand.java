package dev.vit4j.cli;

import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.KeyGroup;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RecipeKey;
import dev.vit4j.recipe.RecipeKeys;
import dev.vit4j.recipe.RunKeys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
      output.json(Map.of("keys", keyRows()));
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
    String row = "%-26s %6s  %-14s  %s";
    output.result(row.formatted("recipe", "epochs", "data", "description"));
    for (String shipped : Recipe.names()) {
      Recipe recipe = Recipe.named(shipped);
      output.result(
          row.formatted(
              shipped,
              recipe.get(OptimizerKeys.EPOCHS),
              recipe.get(DataKeys.DATA),
              recipe.get(RunKeys.DESCRIPTION)));
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

  private static List<Map<String, @Nullable Object>> keyRows() {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (KeyGroup group : RecipeKeys.groups()) {
      for (RecipeKey<?> key : group.keys()) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("name", key.name());
        row.put("topic", group.title());
        row.put("meaning", key.meaning());
        row.put("default", key.standard());
        row.put("values", key.allowed());
        rows.add(row);
      }
    }
    return rows;
  }
}
