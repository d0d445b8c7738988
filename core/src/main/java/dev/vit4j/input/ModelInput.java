package dev.vit4j.input;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.FeatureSet;
import dev.vit4j.image.Transform;
import dev.vit4j.model.Classifies;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Type of a model's input: images for the whole model, or precomputed features ({@link FeatureSet})
 * for its head only.
 */
public final class ModelInput {
  private static final ModelInput FEATURES = new ModelInput(null);

  private final @Nullable Preprocess preprocess;

  private ModelInput(@Nullable Preprocess preprocess) {
    this.preprocess = preprocess;
  }

  /** Returns the input type for images with this normalization. */
  public static ModelInput pictures(Preprocess preprocess) {
    return new ModelInput(preprocess);
  }

  /** Returns the input type for precomputed features. */
  public static ModelInput features() {
    return FEATURES;
  }

  /** Returns whether the input is features, which skip the backbone. */
  public boolean isFeatures() {
    return preprocess == null;
  }

  /** Returns the transform of a data set to the model's input size; null if none is needed. */
  public @Nullable Transform fit(Dataset data) {
    return preprocess == null ? null : FitToModel.unlessFitting(preprocess, data);
  }

  /**
   * Converts samples of a batch to the input of {@link #logits}.
   *
   * @return f32 on the device: images [count, C, H, W] or features [count, D]
   */
  public Tensor of(Batch batch, int from, int count, Device device) {
    return preprocess == null
        ? batch.column(Batch.FEATURES).slice(from, count).to(device)
        : preprocess.normalize(batch.column(Batch.IMAGE).slice(from, count), device);
  }

  /** Computes the logits of samples: [count, K]. */
  public Tensor logits(Model model, Tensor samples) {
    return preprocess == null ? model.as(Classifies.class).scores(samples) : model.apply(samples);
  }
}
