package dev.vit4j.recipe;

import static dev.vit4j.recipe.KeyGroup.MANY;
import static dev.vit4j.recipe.RecipeFlag.flag;
import static dev.vit4j.recipe.RecipeType.above;
import static dev.vit4j.recipe.RecipeType.choice;
import static dev.vit4j.recipe.RecipeType.list;
import static dev.vit4j.recipe.RecipeType.number;
import static dev.vit4j.recipe.RecipeType.whole;

import java.util.List;

/** Keys for how the learning rate changes during training. */
public final class ScheduleKeys {
  static final KeyGroup KEYS = new KeyGroup("Learning rate schedule");

  public static final RecipeKey<String> SCHED =
      KEYS.key(
          "sched",
          choice("constant", "cosine", "linear", "step", "multistep", "onecycle"),
          "cosine",
          "Schedule of the learning rate.",
          flag("NAME"));
  public static final RecipeKey<String> SCHED_ON =
      KEYS.key(
          "sched_on",
          choice("epoch", "step"),
          "epoch",
          "Change the learning rate at every epoch or every step; onecycle changes at every step.");
  public static final RecipeKey<Integer> WARMUP_EPOCHS =
      KEYS.key("warmup_epochs", whole(0, MANY), 0, "Epochs of linear warm-up.", flag("N"));
  public static final RecipeKey<Double> WARMUP_FACTOR =
      KEYS.key(
          "warmup_factor", above(0, 1), 0.1, "Learning rate at the start of warm-up, times lr.");
  public static final RecipeKey<Double> MIN_LR =
      KEYS.key(
          "min_lr",
          number(0, 1000),
          0.0,
          "Minimum learning rate, at the end of cosine and linear.",
          flag("RATE"));
  public static final RecipeKey<Integer> DECAY_EPOCHS =
      KEYS.optional("decay_epochs", whole(1, MANY), "With sched step: epochs between two decays.");
  public static final RecipeKey<List<Integer>> MILESTONES =
      KEYS.key(
          "milestones",
          list(whole(1, MANY)),
          List.of(),
          "With sched multistep: epochs at which the learning rate decays.");
  public static final RecipeKey<Double> DECAY_RATE =
      KEYS.key(
          "decay_rate",
          above(0, 1),
          0.1,
          "With sched step or multistep: factor of the learning rate at each decay.");
  public static final RecipeKey<Double> PCT_START =
      KEYS.key(
          "pct_start",
          number(0, 1),
          0.3,
          "With sched onecycle: share of the training in which the learning rate rises.");

  private ScheduleKeys() {}
}
