package dev.vit4j.train;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Shape;
import dev.vit4j.format.Count;
import dev.vit4j.infer.Backbone;
import dev.vit4j.infer.FeatureCache;
import dev.vit4j.input.FitToModel;
import dev.vit4j.input.ModelInput;
import dev.vit4j.model.Classifies;
import dev.vit4j.recipe.HardwareKeys;
import dev.vit4j.recipe.ModelKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.Precision;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Training of the head only: the features of an image are the same in every epoch, so they are
 * computed once and cached, also for later trainings.
 */
final class FrozenBackbone {
  private static final double SAY_EVERY_SECONDS = 10;

  private FrozenBackbone() {}

  /**
   * Returns the setup with images replaced by features, if the recipe allows it.
   *
   * @throws IllegalArgumentException if the recipe requires cached features, which are not possible
   */
  static Setup of(Setup setup, Recipe recipe, Progress progress) throws IOException {
    Object wanted = recipe.get(ModelKeys.CACHE_FEATURES);
    boolean insists = wanted.equals(true);
    if (wanted.equals(false) || (!insists && !FineTuning.isHeadOnly(recipe))) {
      return setup;
    }
    String obstacle = obstacle(setup, recipe);
    if (obstacle == null) {
      return withFeatures(setup, recipe, progress);
    }
    if (insists) {
      throw new IllegalArgumentException(
          "cache_features: features cannot be cached, since " + obstacle);
    }
    progress.stage("Features: computed in every epoch, since " + obstacle);
    return setup;
  }

  /** Returns the reason why features cannot be cached; null if they can. */
  private static @Nullable String obstacle(Setup setup, Recipe recipe) {
    if (!FineTuning.isHeadOnly(recipe)) {
      return "parameters other than the head are trained: set --freeze backbone";
    }
    if (!(setup.model() instanceof Classifies)) {
      return "the head of %s does not read one vector".formatted(setup.model().name());
    }
    if (setup.model().classifier().size() > 1) {
      return "%s has several heads".formatted(setup.model().name());
    }
    List<String> random = new ArrayList<>(Augmentation.random(recipe));
    random.addAll(setup.task().randomKeys(recipe));
    if (!random.isEmpty()) {
      return "training images are augmented randomly: " + String.join(", ", random);
    }
    if (isCroppedForEvaluationOnly(setup)) {
      return "images are trained on uncropped but evaluated on cropped (crop_pct)";
    }
    return largest(setup) > Integer.MAX_VALUE ? "they exceed 2 GiB" : null;
  }

  private static boolean isCroppedForEvaluationOnly(Setup setup) {
    Dataset train = setup.train();
    Shape wanted =
        new Shape(
            setup.preprocess().channels(), setup.preprocess().height(), setup.preprocess().width());
    return wanted.equals(train.shape())
        && FitToModel.unlessFitting(setup.preprocess(), train) != null;
  }

  /** Returns the size of the largest split's features in bytes. */
  private static long largest(Setup setup) {
    int dim = setup.model().timmConfig().numFeatures();
    return parts(setup).mapToLong(part -> (long) part.size() * dim * Float.BYTES).max().orElse(0);
  }

  private static Stream<Dataset> parts(Setup setup) {
    return Stream.of(setup.train(), setup.val(), setup.test()).filter(Objects::nonNull);
  }

  private static Setup withFeatures(Setup setup, Recipe recipe, Progress progress)
      throws IOException {
    Backbone backbone =
        new Backbone(
            setup.model(),
            setup.preprocess(),
            setup.device(),
            Precision.parse(recipe.get(HardwareKeys.PRECISION)),
            Runtime.getRuntime().availableProcessors());
    FeatureCache cache = new FeatureCache(FeatureCache.standardFolder(), progress::stage);
    List<FeatureCache.Found> found = new ArrayList<>();
    long start = System.nanoTime();
    for (Dataset part : parts(setup).toList()) {
      found.add(cache.of(part, backbone, watch(part, progress)));
    }
    progress.stage(line(found, (System.nanoTime() - start) / 1e9));
    Dataset val = setup.val() == null ? null : found.get(1).set();
    return setup.with(
        found.get(0).set(), val, found.get(found.size() - 1).set(), ModelInput.features());
  }

  private static FeatureCache.Watch watch(Dataset part, Progress progress) {
    long[] said = {System.nanoTime()};
    return done -> {
      if (progress.stopRequested()) {
        throw new InterruptedIOException("stopped before the features were computed");
      }
      if ((System.nanoTime() - said[0]) / 1e9 > SAY_EVERY_SECONDS) {
        said[0] = System.nanoTime();
        progress.stage("Features: %,d of %,d, %s".formatted(done, part.size(), part.name()));
      }
    };
  }

  /** Formats, e.g., {@code Features: 225 + 75 images, 768 numbers each, from the cache}. */
  private static String line(List<FeatureCache.Found> found, double seconds) {
    boolean none = found.stream().noneMatch(FeatureCache.Found::fromCache);
    boolean all = found.stream().allMatch(FeatureCache.Found::fromCache);
    String counts =
        found.stream()
            .map(
                f ->
                    "%,d%s"
                        .formatted(
                            f.set().size(),
                            !none && !all && f.fromCache() ? " (from the cache)" : ""))
            .collect(Collectors.joining(" + "));
    return "Features: %s images, %s each, %s in %.1f s"
        .formatted(
            counts,
            Count.of(found.get(0).set().dim(), "number"),
            all ? "from the cache" : "computed",
            seconds);
  }
}
