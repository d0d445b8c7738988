package dev.vit4j.recipe;

import dev.vit4j.image.Interpolation;
import dev.vit4j.image.augment.AugmentPolicy;
import java.util.List;

/** Checks of a recipe that involve several keys. */
final class RecipeRules {
  private RecipeRules() {}

  /**
   * Rejects combinations of values that contradict each other.
   *
   * @throws IllegalArgumentException naming the keys
   */
  static void check(Recipe r) {
    refuse(
        r.get(ScheduleKeys.SCHED).equals("step") && r.find(ScheduleKeys.DECAY_EPOCHS).isEmpty(),
        "sched step needs decay_epochs: set the number of epochs between two decays");
    refuse(
        r.get(ScheduleKeys.SCHED).equals("multistep") && r.get(ScheduleKeys.MILESTONES).isEmpty(),
        "sched multistep needs milestones: list the epochs at which the learning rate decays");
    refuse(
        r.get(ScheduleKeys.SCHED).equals("onecycle") && r.get(ScheduleKeys.WARMUP_EPOCHS) > 0,
        "sched onecycle has its own warm-up (pct_start): set warmup_epochs to 0");
    refuse(
        r.get(ScheduleKeys.MIN_LR) > r.get(OptimizerKeys.LR),
        "min_lr %s is above lr %s: lower one"
            .formatted(r.get(ScheduleKeys.MIN_LR), r.get(OptimizerKeys.LR)));
    refuse(
        r.get(OptimizerKeys.NESTEROV)
            && (!r.get(OptimizerKeys.OPT).equals("sgd") || r.get(OptimizerKeys.MOMENTUM) == 0),
        "nesterov needs opt sgd and a momentum above 0");
    refuse(
        r.get(OptimizerKeys.AMSGRAD) && !r.get(OptimizerKeys.OPT).startsWith("adam"),
        "amsgrad needs opt adam or adamw");
    refuse(
        !r.get(ModelKeys.FREEZE).isEmpty() && !r.get(ModelKeys.UNFREEZE).isEmpty(),
        "freeze and unfreeze exclude each other: set only one of them");
    refuse(
        r.pretrained().isPresent() && r.find(ModelKeys.INIT).isPresent(),
        "pretrained and init exclude each other: set only one of them");
    refuse(
        r.pretrained().isEmpty() && !r.model().equals(r.get(ModelKeys.MODEL)),
        "model %s names published weights: set pretrained, or use model %s"
            .formatted(r.get(ModelKeys.MODEL), r.model()));
    refuse(
        r.get(ModelKeys.FREEZE).size() > 1
            && r.get(ModelKeys.FREEZE).stream().anyMatch(ModelKeys.ALL_BUT_HEAD::contains),
        "freeze backbone already covers all but the head: remove the other names");
    refuse(
        r.find(DataKeys.MEAN).orElse(List.of()).size()
            != r.find(DataKeys.STD).orElse(List.of()).size(),
        "mean and std go together: set both, with one value per channel");
    checkAugmentation(r);
  }

  private static void checkAugmentation(Recipe r) {
    refuse(
        r.find(ModelKeys.IMG_SIZE).isPresent()
            && r.get(ModelKeys.MODEL_ARGS).containsKey("img_size"),
        "img_size is set twice: remove it from model_args");
    boolean random = r.get(AugmentationKeys.TRAIN_CROP).equals("random");
    refuse(
        !random && r.find(AugmentationKeys.CROP_SIZE).isPresent(),
        "crop_size needs train_crop random");
    refuse(
        !random && r.get(AugmentationKeys.CROP_PADDING) > 0,
        "crop_padding needs train_crop random");
    for (RecipeKey<List<Double>> range : List.of(AugmentationKeys.SCALE, AugmentationKeys.RATIO)) {
      List<Double> ends = r.get(range);
      refuse(
          ends.get(0) > ends.get(1),
          "%s is %s: put the smaller number first".formatted(range.name(), ends));
    }
    refuse(
        r.get(AugmentationKeys.DELAY_FRACTION) + r.get(AugmentationKeys.FINETUNE_FRACTION) > 1,
        "delay_fraction and finetune_fraction must not add up to more than 1");
    String aa = r.find(AugmentationKeys.AA).orElse(null);
    if (aa != null) {
      try {
        AugmentPolicy.parse(aa, 1, 1, List.of(0.0), List.of(Interpolation.BICUBIC));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("aa is " + e.getMessage(), e);
      }
    }
  }

  private static void refuse(boolean wrong, String reason) {
    if (wrong) {
      throw new IllegalArgumentException(reason);
    }
  }
}
