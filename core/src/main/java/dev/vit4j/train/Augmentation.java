package dev.vit4j.train;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Shape;
import dev.vit4j.image.Compose;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.Resize;
import dev.vit4j.image.ToChannels;
import dev.vit4j.image.Transform;
import dev.vit4j.image.augment.AugmentPolicy;
import dev.vit4j.image.augment.ColorJitter;
import dev.vit4j.image.augment.Interval;
import dev.vit4j.image.augment.RandomCrop;
import dev.vit4j.image.augment.RandomErasing;
import dev.vit4j.image.augment.RandomHorizontalFlip;
import dev.vit4j.image.augment.RandomResizedCrop;
import dev.vit4j.image.augment.RandomVerticalFlip;
import dev.vit4j.input.FitToModel;
import dev.vit4j.input.Preprocess;
import dev.vit4j.recipe.AugmentationKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RecipeKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Augmentation of training images in the order of timm: crop and resize, flips, policy or color
 * jitter, erasing. Normalization follows later on the model's device.
 */
public final class Augmentation {
  private Augmentation() {}

  /**
   * Returns the transforms of a recipe.
   *
   * @param preprocess input size and channels of the model
   * @param data data set to augment
   * @return null if there are none
   * @throws IllegalArgumentException if the crop size is missing and images differ in size
   */
  public static @Nullable Compose of(Recipe recipe, Preprocess preprocess, Dataset data) {
    List<Transform> steps = new ArrayList<>();
    List<Transform> flips = flips(recipe);
    switch (recipe.get(AugmentationKeys.TRAIN_CROP)) {
      case "rrc" -> {
        channels(preprocess, data, steps);
        steps.add(resizedCrop(recipe, preprocess));
        steps.addAll(flips);
      }
      case "random" -> {
        channels(preprocess, data, steps);
        RandomCrop crop = crop(recipe, data);
        steps.add(crop);
        steps.addAll(flips);
        if (crop.height() != preprocess.height() || crop.width() != preprocess.width()) {
          Interpolation filter = interpolation(recipe.get(AugmentationKeys.INTERPOLATION));
          steps.add(new Resize(preprocess.height(), preprocess.width(), filter));
        }
      }
      default -> {
        if (!wanted(preprocess).equals(data.shape())) {
          steps.addAll(new FitToModel(preprocess).steps());
        }
        steps.addAll(flips);
      }
    }
    steps.addAll(colours(recipe, preprocess));
    if (recipe.get(AugmentationKeys.REPROB) > 0) {
      steps.add(erasing(recipe, preprocess));
    }
    return steps.isEmpty() ? null : new Compose(steps);
  }

  /** Returns the keys that enable random changes of training images in a recipe. */
  static List<String> random(Recipe recipe) {
    List<String> keys = new ArrayList<>();
    if (!recipe.get(AugmentationKeys.TRAIN_CROP).equals("none")) {
      keys.add(AugmentationKeys.TRAIN_CROP.name());
    }
    for (RecipeKey<Double> chance :
        List.of(
            AugmentationKeys.HFLIP,
            AugmentationKeys.VFLIP,
            AugmentationKeys.COLOR_JITTER,
            AugmentationKeys.REPROB)) {
      if (recipe.get(chance) > 0) {
        keys.add(chance.name());
      }
    }
    if (recipe.find(AugmentationKeys.AA).isPresent()) {
      keys.add(AugmentationKeys.AA.name());
    }
    return keys;
  }

  /** Formats the transforms on one line, with policies as in the recipe. */
  static String line(Recipe recipe, Compose steps) {
    return steps.transforms().stream()
        .map(Transform::toString)
        .map(step -> step.contains("\n") ? named(step, recipe) : step)
        .collect(Collectors.joining(", "));
  }

  private static String named(String step, Recipe recipe) {
    return step.substring(0, step.indexOf('(') + 1)
        + recipe.find(AugmentationKeys.AA).orElse(null)
        + ")";
  }

  private static Shape wanted(Preprocess preprocess) {
    return new Shape(preprocess.channels(), preprocess.height(), preprocess.width());
  }

  private static void channels(Preprocess preprocess, Dataset data, List<Transform> steps) {
    Shape shape = data.shape();
    if (shape == null || shape.channels() != preprocess.channels()) {
      steps.add(new ToChannels(preprocess.channels()));
    }
  }

  private static RandomResizedCrop resizedCrop(Recipe recipe, Preprocess preprocess) {
    return new RandomResizedCrop(
        preprocess.height(),
        preprocess.width(),
        interval(recipe.get(AugmentationKeys.SCALE)),
        interval(recipe.get(AugmentationKeys.RATIO)),
        trainInterpolation(recipe));
  }

  private static RandomCrop crop(Recipe recipe, Dataset data) {
    int padding = recipe.get(AugmentationKeys.CROP_PADDING);
    List<Integer> size = recipe.find(AugmentationKeys.CROP_SIZE).orElse(null);
    Shape shape = data.shape();
    if (size == null && shape == null) {
      throw new IllegalArgumentException(
          "train_crop random needs crop_size, since the images of %s differ in size: set it, or use train_crop rrc"
              .formatted(data.name()));
    }
    int height = size == null ? shape.height() : size.get(0);
    int width = size == null ? shape.width() : size.get(1);
    if (shape != null
        && (height > shape.height() + 2 * padding || width > shape.width() + 2 * padding)) {
      throw new IllegalArgumentException(
          "crop_size %d x %d is larger than the images of %s, %s: use at most %d x %d, or set crop_padding"
              .formatted(
                  height,
                  width,
                  data.name(),
                  shape,
                  shape.height() + 2 * padding,
                  shape.width() + 2 * padding));
    }
    return new RandomCrop(height, width, padding);
  }

  private static List<Transform> flips(Recipe recipe) {
    List<Transform> flips = new ArrayList<>();
    if (recipe.get(AugmentationKeys.HFLIP) > 0) {
      flips.add(new RandomHorizontalFlip(recipe.get(AugmentationKeys.HFLIP)));
    }
    if (recipe.get(AugmentationKeys.VFLIP) > 0) {
      flips.add(new RandomVerticalFlip(recipe.get(AugmentationKeys.VFLIP)));
    }
    return flips;
  }

  /** A policy disables color jitter, except for 3-Augment, which includes it, as in timm. */
  private static List<Transform> colours(Recipe recipe, Preprocess preprocess) {
    List<Transform> steps = new ArrayList<>();
    String aa = recipe.find(AugmentationKeys.AA).orElse(null);
    if (aa != null) {
      steps.add(
          AugmentPolicy.parse(
              aa,
              preprocess.height(),
              preprocess.width(),
              preprocess.mean(),
              trainInterpolation(recipe)));
    }
    double jitter = recipe.get(AugmentationKeys.COLOR_JITTER);
    if (jitter > 0 && (aa == null || aa.contains("3a"))) {
      steps.add(ColorJitter.of(jitter, jitter, jitter, 0));
    }
    return steps;
  }

  private static RandomErasing erasing(Recipe recipe, Preprocess preprocess) {
    return new RandomErasing(
        recipe.get(AugmentationKeys.REPROB),
        RandomErasing.Mode.valueOf(recipe.get(AugmentationKeys.REMODE).toUpperCase(Locale.ROOT)),
        recipe.get(AugmentationKeys.RECOUNT),
        preprocess.mean(),
        preprocess.std());
  }

  /** {@code random} chooses one of two for each image. */
  private static List<Interpolation> trainInterpolation(Recipe recipe) {
    String word = recipe.get(AugmentationKeys.TRAIN_INTERPOLATION);
    return word.equals("random")
        ? List.of(Interpolation.BILINEAR, Interpolation.BICUBIC)
        : List.of(interpolation(word));
  }

  private static Interpolation interpolation(String word) {
    return Interpolation.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static Interval interval(List<Double> pair) {
    return new Interval(pair.get(0), pair.get(1));
  }
}
