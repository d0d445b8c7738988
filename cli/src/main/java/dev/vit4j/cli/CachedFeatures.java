package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.format.Count;
import dev.vit4j.infer.ClassVectorCache;
import dev.vit4j.infer.FeatureCache;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** Reads features and class vectors from the disk caches or computes them, and says which. */
final class CachedFeatures {
  private final Output out;
  private final Map<String, Object> read = new LinkedHashMap<>();

  CachedFeatures(Output out) {
    this.out = out;
  }

  /** Returns the cache of image features. */
  FeatureCache features() {
    return new FeatureCache(FeatureCache.standardFolder(), out::note);
  }

  /** Computes features. */
  @FunctionalInterface
  interface Source<T> {
    T of(FeatureCache.Watch watch) throws IOException;
  }

  /**
   * Gets the features of a data set.
   *
   * @param key of {@link #json}
   * @param name of the split, such as {@code training}
   * @param fromCache tells whether features come from the cache
   */
  <T> T images(String key, String name, Dataset set, Source<T> source, Predicate<T> fromCache)
      throws IOException {
    Pace pace = new Pace(out, "Features of the %s images: ".formatted(name), set.size());
    T found = source.of(done -> pace.next());
    boolean cached = fromCache.test(found);
    read.put(key, cached);
    out.note(
        String.format(
            Locale.ROOT,
            "Features of %s: %s",
            Count.of(set.size(), name + " image"),
            cached
                ? "read from the cache"
                : String.format(Locale.ROOT, "computed, %.0f images/s", pace.rate())));
    return found;
  }

  /** Gets the vectors of classes, [classes][E]. */
  float[][] classes(WeightsFolder.Loaded model, PromptOptions.Classes classes, int threads) {
    ClassVectorCache.Found found =
        new ClassVectorCache(ClassVectorCache.standardFolder(), out::note)
            .of(model, classes.prompts(), threads, out::note);
    read.put("class_vectors", found.fromCache());
    out.note(
        "Class vectors of %s for %s: %s"
            .formatted(
                Count.of(classes.prompts().stream().mapToInt(List::size).sum(), "prompt"),
                Count.of(classes.names().size(), "class"),
                found.fromCache() ? "read from the cache" : "computed"));
    return found.vectors();
  }

  /** Returns for {@code --json} what was read from the caches. */
  Map<String, Object> json() {
    return read;
  }
}
