package dev.vit4j.probe;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.FeatureSet;
import dev.vit4j.infer.Backbone;
import dev.vit4j.infer.FeatureCache;
import dev.vit4j.infer.FeatureOrigin;
import dev.vit4j.model.Encodes;
import dev.vit4j.model.EncodesText;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The features of labeled data sets, from the cache or computed: normalized for models of images
 * and texts such as CLIP, whose texts they are compared with, as they are for others.
 */
public final class DataFeatures {
  private final Backbone backbone;
  private final FeatureCache cache;
  private final FeatureOrigin origin;

  /**
   * Creates the features of a model, which stays open and must not change.
   *
   * @param name path or name of the model
   * @param threads number of compute threads, at least 1
   * @throws IllegalArgumentException if the model does not compute feature vectors
   */
  public DataFeatures(
      String name,
      WeightsFolder.Loaded model,
      Device device,
      Precision precision,
      int threads,
      FeatureCache cache) {
    model.model().as(Encodes.class);
    this.backbone = new Backbone(model.model(), model.preprocess(), device, precision, threads);
    this.cache = cache;
    boolean normalized = model.model() instanceof EncodesText;
    this.origin = FeatureOrigin.of(name, model, normalized, List.of());
  }

  /**
   * Features and their origin.
   *
   * @param fromCache whether they were read from the cache
   */
  public record Found(Features features, boolean fromCache) {}

  /**
   * Returns the features of a data set.
   *
   * @throws IOException if an image cannot be read
   * @throws IllegalArgumentException if the samples have no labels
   */
  public Found of(Dataset set, FeatureCache.Watch watch) throws IOException {
    dev.vit4j.data.Labels labels = dev.vit4j.data.Labels.of(set);
    FeatureCache.Found found = cache.of(set, backbone, watch);
    FeatureSet read = origin.normalized() ? found.normalized() : found.set();
    float[][] rows = new float[set.size()][];
    Arrays.setAll(rows, i -> read.features(new int[] {i}).values());
    return new Found(
        Features.of(
            rows,
            labels.labels(),
            new Features.Origin(set.name(), origin.withClasses(labels.classes()))),
        found.fromCache());
  }
}
