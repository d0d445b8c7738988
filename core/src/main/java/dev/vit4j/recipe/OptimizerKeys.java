package dev.vit4j.recipe;

import static dev.vit4j.recipe.KeyGroup.MANY;
import static dev.vit4j.recipe.RecipeFlag.flag;
import static dev.vit4j.recipe.RecipeFlag.toggle;
import static dev.vit4j.recipe.RecipeType.above;
import static dev.vit4j.recipe.RecipeType.below;
import static dev.vit4j.recipe.RecipeType.bool;
import static dev.vit4j.recipe.RecipeType.choice;
import static dev.vit4j.recipe.RecipeType.list;
import static dev.vit4j.recipe.RecipeType.number;
import static dev.vit4j.recipe.RecipeType.whole;

import java.util.List;

/** Keys for the optimizer, its batches, and the average of the weights. */
public final class OptimizerKeys {
  static final KeyGroup KEYS = new KeyGroup("Optimization");

  public static final RecipeKey<Integer> EPOCHS =
      KEYS.key("epochs", whole(1, MANY), 10, "Passes over the training split.", flag("N"));
  public static final RecipeKey<Integer> BATCH_SIZE =
      KEYS.key("batch_size", whole(1, MANY), 64, "Samples in a batch.", flag("N", "-b"));
  public static final RecipeKey<Integer> GRAD_ACCUM =
      KEYS.key(
          "grad_accum",
          whole(1, MANY),
          1,
          "Batches whose gradients are accumulated for one optimizer step.",
          flag("N"));
  public static final RecipeKey<String> OPT =
      KEYS.key(
          "opt",
          choice("sgd", "adam", "adamw", "lamb", "lambc", "rmsprop"),
          "adamw",
          "Optimizer; lambc is lamb with a trust ratio of at most 1.",
          flag("NAME"));
  public static final RecipeKey<Double> LR =
      KEYS.key("lr", above(0, 1000), 1e-3, "Peak learning rate.", flag("RATE"));
  public static final RecipeKey<Double> LAYER_DECAY =
      KEYS.key(
          "layer_decay",
          above(0, 1),
          1.0,
          "Factor of the learning rate from each layer to the one below.",
          flag("FACTOR"));
  public static final RecipeKey<Double> WEIGHT_DECAY =
      KEYS.key(
          "weight_decay",
          number(0, 10),
          0.0,
          "Weight decay; not applied to norms, biases, class token and position embeddings.",
          flag("DECAY"));
  public static final RecipeKey<Double> MOMENTUM =
      KEYS.key("momentum", below(0, 1), 0.9, "Momentum of sgd and rmsprop.", flag("M"));
  public static final RecipeKey<Boolean> NESTEROV =
      KEYS.key("nesterov", bool(), false, "Use Nesterov momentum in sgd.", toggle());
  public static final RecipeKey<List<Double>> BETAS =
      KEYS.key(
          "betas",
          list(below(0, 1), 2, 2),
          List.of(0.9, 0.999),
          "Decay rates of the two averages of adam and lamb.");
  public static final RecipeKey<Double> ALPHA =
      KEYS.key("alpha", below(0, 1), 0.99, "Decay rate of rmsprop's average of squares.");
  public static final RecipeKey<Boolean> AMSGRAD =
      KEYS.key("amsgrad", bool(), false, "Use the AMSGrad variant of adam and adamw.");

  /** {@link Recipe#eps} returns the value or its default. */
  public static final RecipeKey<Double> EPS =
      KEYS.optional(
          "eps",
          above(0, 1),
          "Term added to the denominator for numerical stability; none: 1e-8, lamb: 1e-6.");

  public static final RecipeKey<Double> CLIP_GRAD =
      KEYS.optional(
          "clip_grad",
          above(0, MANY),
          "Largest norm of all gradients together; larger gradients are scaled down.",
          flag("NORM"));
  public static final RecipeKey<Double> EMA =
      KEYS.optional(
          "ema",
          below(0, 1),
          "Keep an exponential moving average of the weights with this decay, e.g. 0.999.",
          flag("DECAY"));
  public static final RecipeKey<Boolean> EMA_WARMUP =
      KEYS.key("ema_warmup", bool(), true, "Start with a smaller decay of the average, as timm.");

  private OptimizerKeys() {}
}
