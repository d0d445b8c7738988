package dev.vit4j.recipe;

import static dev.vit4j.recipe.RecipeFlag.flag;
import static dev.vit4j.recipe.RecipeFlag.toggle;
import static dev.vit4j.recipe.RecipeType.bool;
import static dev.vit4j.recipe.RecipeType.choice;
import static dev.vit4j.recipe.RecipeType.either;
import static dev.vit4j.recipe.RecipeType.list;
import static dev.vit4j.recipe.RecipeType.map;
import static dev.vit4j.recipe.RecipeType.path;
import static dev.vit4j.recipe.RecipeType.size;
import static dev.vit4j.recipe.RecipeType.text;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keys for the model, its initial weights, and which of its parameters are trained. */
public final class ModelKeys {
  /** Values of {@code freeze} that select all parameters except those of the head. */
  public static final Set<String> ALL_BUT_HEAD = Set.of("backbone", "all-but-head");

  static final KeyGroup KEYS = new KeyGroup("Model");

  /** {@link Recipe#model} returns the name without the tag. */
  public static final RecipeKey<String> MODEL =
      KEYS.key(
          "model",
          text(),
          "vit_mnist_1850",
          "Model (see vit models), or NAME.TAG of published weights with pretrained.",
          flag("NAME"));

  public static final RecipeKey<Map<String, Object>> MODEL_ARGS =
      KEYS.key(
          "model_args",
          map(),
          Map.of(),
          "Arguments of the model's constructor, such as drop_rate.");
  public static final RecipeKey<List<Integer>> IMG_SIZE =
      KEYS.optional(
          "img_size",
          size(16384),
          "Input size of the model in pixels, N or H,W; none: the model's default.",
          flag("PIXELS"));

  static {
    KEYS.entryFlag(
        MODEL_ARGS,
        "encoder",
        "--encoder",
        "NAME",
        "Encoder of a multitask model: transformer, spikformer or none.");
    KEYS.entryFlag(MODEL_ARGS, "drop_path_rate", "--drop-path", "RATE", "Stochastic depth rate.");
  }

  public static final RecipeKey<String> INIT =
      KEYS.optional(
          "init",
          path(),
          "Initialize from these weights: a run, folder, file or published name. Their mean and std"
              + " are used unless the recipe sets them.",
          flag("MODEL"));

  /** {@link Recipe#pretrained} returns the weights. */
  public static final RecipeKey<Boolean> PRETRAINED =
      KEYS.key(
          "pretrained",
          bool(),
          false,
          "Initialize from the published weights of the model; a download is announced first.",
          toggle());

  public static final RecipeKey<List<String>> FREEZE =
      KEYS.key(
          "freeze",
          list(text()),
          List.of(),
          "Parameters to freeze, by name prefix; backbone or all-but-head: all but the head.",
          flag("NAME,…"));
  public static final RecipeKey<List<String>> UNFREEZE =
      KEYS.key(
          "unfreeze",
          list(text()),
          List.of(),
          "Train only these parameters, by name prefix; head: the classifier, whatever its name.",
          flag("NAME,…"));
  public static final RecipeKey<Object> CACHE_FEATURES =
      KEYS.key(
          "cache_features",
          either(choice("auto"), bool()),
          "auto",
          "With freeze backbone: compute its features once and keep them; auto: if possible.");

  private ModelKeys() {}
}
