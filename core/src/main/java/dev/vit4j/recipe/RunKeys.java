package dev.vit4j.recipe;

import static dev.vit4j.recipe.KeyGroup.MANY;
import static dev.vit4j.recipe.RecipeFlag.flag;
import static dev.vit4j.recipe.RecipeType.map;
import static dev.vit4j.recipe.RecipeType.matching;
import static dev.vit4j.recipe.RecipeType.path;
import static dev.vit4j.recipe.RecipeType.text;
import static dev.vit4j.recipe.RecipeType.whole;
import static dev.vit4j.recipe.RecipeType.wholeFrom;

import java.util.Map;

/** Keys for the run itself: its names, its task, its seed, when it validates and stops. */
public final class RunKeys {
  static final KeyGroup KEYS = new KeyGroup("Run");

  public static final RecipeKey<String> NAME =
      KEYS.key(
          "name",
          matching(
              "[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
              "text of letters, digits, '.', '_' or '-', 64 at most (numbers in quotes)"),
          "recipe",
          "Name of the run; by default the name of the recipe file.",
          flag("NAME"));
  public static final RecipeKey<String> DESCRIPTION =
      KEYS.key("description", text(), "", "What the recipe trains, in one sentence.");
  public static final RecipeKey<String> SOURCE =
      KEYS.key("source", text(), "", "Paper or page that the recipe follows.");
  public static final RecipeKey<Map<String, Object>> EXPECTED =
      KEYS.key(
          "expected",
          map(),
          Map.of(),
          "Results to expect, such as accuracy and seconds; for readers only.");
  public static final RecipeKey<String> TASK =
      KEYS.key(
          "task",
          matching("[a-z][a-z0-9_-]{0,63}", "a task's name in lower-case letters"),
          "classification",
          "Task to learn, such as classification.");
  public static final RecipeKey<String> OUTPUT =
      KEYS.key("output", path(), "runs", "Folder in which run folders are created.", flag("DIR"));
  public static final RecipeKey<Long> SEED =
      KEYS.key(
          "seed", wholeFrom(0), 42L, "Random seed; the same seed gives the same bits.", flag("N"));
  public static final RecipeKey<Integer> EVAL_INTERVAL =
      KEYS.key("eval_interval", whole(1, MANY), 1, "Validate every N epochs.");
  public static final RecipeKey<Integer> PATIENCE =
      KEYS.optional("patience", whole(1, MANY), "Stop after N validations without an improvement.");
  public static final RecipeKey<Integer> LOG_INTERVAL =
      KEYS.key("log_interval", whole(1, MANY), 50, "Print a progress line every N steps.");

  private RunKeys() {}
}
