package dev.vit4j.recipe;

import static dev.vit4j.recipe.RecipeFlag.flag;
import static dev.vit4j.recipe.RecipeFlag.toggle;
import static dev.vit4j.recipe.RecipeType.bool;
import static dev.vit4j.recipe.RecipeType.choice;
import static dev.vit4j.recipe.RecipeType.matching;
import static dev.vit4j.recipe.RecipeType.whole;

/** Keys for where and how fast a training computes. */
public final class HardwareKeys {
  static final KeyGroup KEYS = new KeyGroup("Hardware");

  public static final RecipeKey<String> DEVICE =
      KEYS.key(
          "device",
          matching("auto|cpu|cuda(:\\d{1,3})?", "auto, cpu, cuda or cuda:N"),
          "auto",
          "Device to train on: auto, cpu, cuda or cuda:N.",
          flag("DEVICE"));
  public static final RecipeKey<String> PRECISION =
      KEYS.key(
          "precision",
          choice("f32", "bf16"),
          "f32",
          "Precision of the forward pass, f32 or bf16; weights stay f32.",
          flag("TYPE"));

  /**
   * 0 means {@code auto}. With batch norm, each replica normalizes by the statistics of its shard,
   * and the running statistics are averaged over the replicas.
   */
  public static final RecipeKey<Integer> COMPUTE_WORKERS =
      KEYS.key(
          "compute_workers",
          whole(0, 256).or("auto", 0),
          0,
          "Model replicas that share each batch; 0 or auto: one per core, or a single one if the"
              + " model has batch norm.",
          flag("N"));

  public static final RecipeKey<Integer> WORKERS =
      KEYS.key(
          "workers",
          whole(0, 256),
          1,
          "Data loading threads; they do not change the result.",
          flag("N", "-j"));

  public static final RecipeKey<Boolean> SYNC_BN =
      KEYS.key(
          "sync_bn",
          bool(),
          false,
          "Normalize batches by the statistics of all workers in batch norm.",
          toggle());

  private HardwareKeys() {}
}
