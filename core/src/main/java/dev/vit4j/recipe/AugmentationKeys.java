package dev.vit4j.recipe;

import static dev.vit4j.recipe.RecipeFlag.flag;
import static dev.vit4j.recipe.RecipeType.above;
import static dev.vit4j.recipe.RecipeType.choice;
import static dev.vit4j.recipe.RecipeType.list;
import static dev.vit4j.recipe.RecipeType.number;
import static dev.vit4j.recipe.RecipeType.size;
import static dev.vit4j.recipe.RecipeType.text;
import static dev.vit4j.recipe.RecipeType.whole;

import java.util.List;

/** Keys for what happens to images before the model reads them, in training and evaluation. */
public final class AugmentationKeys {
  static final KeyGroup KEYS = new KeyGroup("Augmentation");

  public static final RecipeKey<String> TRAIN_CROP =
      KEYS.key(
          "train_crop",
          choice("none", "rrc", "random"),
          "none",
          "Crop of training images: none, rrc (random area, resized) or random (of crop_size).",
          flag("CROP"));
  public static final RecipeKey<List<Integer>> CROP_SIZE =
      KEYS.optional(
          "crop_size",
          size(16384),
          "With train_crop random: size of the crop in pixels, N or H,W; none: that of the image.",
          flag("PIXELS"));
  public static final RecipeKey<Integer> CROP_PADDING =
      KEYS.key(
          "crop_padding",
          whole(0, 4096),
          0,
          "With train_crop random: black pixels added on each side before the crop.",
          flag("N"));
  public static final RecipeKey<List<Double>> SCALE =
      KEYS.key(
          "scale",
          list(above(0, 1), 2, 2),
          List.of(0.08, 1.0),
          "With train_crop rrc: range of the crop's area as a share of the image.",
          flag("MIN,MAX"));
  public static final RecipeKey<List<Double>> RATIO =
      KEYS.key(
          "ratio",
          list(above(0, 100), 2, 2),
          List.of(0.75, 1.3333),
          "With train_crop rrc: range of the crop's aspect ratio, width by height.",
          flag("MIN,MAX"));
  public static final RecipeKey<String> INTERPOLATION =
      KEYS.key(
          "interpolation",
          choice("bicubic", "bilinear", "nearest", "box", "hamming", "lanczos"),
          "bicubic",
          "Resizing filter.",
          flag("NAME"));
  public static final RecipeKey<String> TRAIN_INTERPOLATION =
      KEYS.key(
          "train_interpolation",
          choice("bicubic", "bilinear", "nearest", "random"),
          "bicubic",
          "Resizing filter of train_crop rrc and aa; random: bilinear or bicubic.",
          flag("NAME"));
  public static final RecipeKey<Double> HFLIP =
      KEYS.key("hflip", number(0, 1), 0.0, "Probability of a horizontal flip.", flag("P"));
  public static final RecipeKey<Double> VFLIP =
      KEYS.key("vflip", number(0, 1), 0.0, "Probability of a vertical flip.", flag("P"));
  public static final RecipeKey<Double> COLOR_JITTER =
      KEYS.key(
          "color_jitter",
          number(0, 1),
          0.0,
          "Largest change of brightness, contrast and saturation; no effect with aa, except 3a.",
          flag("FACTOR"));
  public static final RecipeKey<String> AA =
      KEYS.optional(
          "aa",
          text(),
          "Augmentation policy: rand-m9-mstd0.5-inc1, augmix-m3-w3, v0, original, 3a, cifar10 or"
              + " trivialaugment.",
          flag("POLICY"));
  public static final RecipeKey<Double> REPROB =
      KEYS.key(
          "reprob", number(0, 1), 0.0, "Probability of erasing a random rectangle.", flag("P"));
  public static final RecipeKey<String> REMODE =
      KEYS.key(
          "remode",
          choice("const", "rand", "pixel"),
          "const",
          "Fill value for erased regions: const (the mean), rand (one random color) or pixel"
              + " (random pixels).",
          flag("MODE"));
  public static final RecipeKey<Integer> RECOUNT =
      KEYS.key("recount", whole(1, 100), 1, "Largest number of erased rectangles.", flag("N"));
  public static final RecipeKey<Double> MIXUP =
      KEYS.key(
          "mixup",
          number(0, 100),
          0.0,
          "Mixup alpha: 0.2 is weak, 1 is strong, 0 is off.",
          flag("ALPHA"));
  public static final RecipeKey<Double> CUTMIX =
      KEYS.key("cutmix", number(0, 100), 0.0, "CutMix alpha: usually 1, 0 is off.", flag("ALPHA"));
  public static final RecipeKey<Double> MIXUP_PROB =
      KEYS.key(
          "mixup_prob",
          number(0, 1),
          1.0,
          "Probability of applying mixup or CutMix to a batch.",
          flag("P"));
  public static final RecipeKey<Double> MIXUP_SWITCH_PROB =
      KEYS.key(
          "mixup_switch_prob",
          number(0, 1),
          0.5,
          "Probability of CutMix instead of mixup if both are on.",
          flag("P"));
  public static final RecipeKey<Double> INITIAL_SCALE =
      KEYS.key(
          "initial_scale",
          above(0, 1),
          1.0,
          "ResNet: image side at the start as a share of the full side; 1 is off.");
  public static final RecipeKey<Double> DELAY_FRACTION =
      KEYS.key(
          "delay_fraction",
          number(0, 1),
          0.5,
          "With initial_scale: share of the training at the initial size.");
  public static final RecipeKey<Double> FINETUNE_FRACTION =
      KEYS.key(
          "finetune_fraction",
          number(0, 1),
          0.2,
          "With initial_scale: share of the training at full size, at the end.");
  public static final RecipeKey<Integer> SIZE_INCREMENT =
      KEYS.key(
          "size_increment",
          whole(1, 4096),
          4,
          "With initial_scale: image sides are multiples of N pixels.");
  public static final RecipeKey<Double> CROP_PCT =
      KEYS.key(
          "crop_pct",
          number(0.1, 2),
          1.0,
          "Evaluation: share of the resized side that the center crop keeps.",
          flag("SHARE"));
  public static final RecipeKey<String> CROP_MODE =
      KEYS.key(
          "crop_mode",
          choice("squash", "center", "border"),
          "squash",
          "Evaluation: squash resizes both sides, center the shorter side, border the longer side"
              + " and pads.",
          flag("MODE"));

  private AugmentationKeys() {}
}
