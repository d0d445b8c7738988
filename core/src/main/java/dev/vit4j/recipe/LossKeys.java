package dev.vit4j.recipe;

import static dev.vit4j.recipe.KeyGroup.MANY;
import static dev.vit4j.recipe.RecipeFlag.flag;
import static dev.vit4j.recipe.RecipeType.above;
import static dev.vit4j.recipe.RecipeType.below;
import static dev.vit4j.recipe.RecipeType.bool;
import static dev.vit4j.recipe.RecipeType.choice;
import static dev.vit4j.recipe.RecipeType.either;
import static dev.vit4j.recipe.RecipeType.list;
import static dev.vit4j.recipe.RecipeType.number;

/** Keys for the loss. */
public final class LossKeys {
  static final KeyGroup KEYS = new KeyGroup("Loss");

  public static final RecipeKey<Double> SMOOTHING =
      KEYS.key("smoothing", below(0, 1), 0.0, "Label smoothing.", flag("S"));
  public static final RecipeKey<Boolean> BCE_LOSS =
      KEYS.key(
          "bce_loss", bool(), false, "Use binary cross-entropy for each class, as timm's BCE.");
  public static final RecipeKey<Object> CLASS_WEIGHTS =
      KEYS.optional(
          "class_weights",
          either(choice("balanced"), list(above(0, MANY), 1, MANY)),
          "Weight of each class in the loss, e.g. 1,2.5; balanced: inverse class frequency.",
          flag("W,…"));
  public static final RecipeKey<Double> DICE =
      KEYS.key("dice", number(0, 10), 0.0, "Weight of a Dice loss that is added to cross-entropy.");
  public static final RecipeKey<String> CONTRASTIVE_LOSS =
      KEYS.key(
          "contrastive_loss",
          choice("clip", "siglip"),
          "clip",
          "Loss of images and texts: clip (softmax over the batch) or siglip (sigmoid of each pair).");
  public static final RecipeKey<String> DEPTH_LOSS =
      KEYS.key(
          "depth_loss",
          choice("silog", "l1"),
          "silog",
          "Loss of depths: silog (scale-invariant, of logarithms) or l1 (meters).");

  private LossKeys() {}
}
