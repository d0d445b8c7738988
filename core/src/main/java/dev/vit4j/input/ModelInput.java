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
 * What a batch is to a model: images, which go through all of it, or stored features ({@link
 * FeatureSet}), which only its head still reads.
 */
public final class ModelInput {
  private static final ModelInput FEATURES = new ModelInput(null);

  private final @Nullable Preprocess preprocess;

  private ModelInput(@Nullable Preprocess preprocess) {
    this.preprocess = preprocess;
  }

  /** Images, normalized so. */
  public static ModelInput pictures(Preprocess preprocess) {
    return new ModelInput(preprocess);
  }

  /** Stored features. */
  public static ModelInput features() {
    return FEATURES;
  }

  /** Whether the backbone is passed by. */
  public boolean isFeatures() {
    return preprocess == null;
  }

  /** What brings a set's samples to the size that the model reads; null where nothing need. */
  public @Nullable Transform fit(Dataset data) {
    return preprocess == null ? null : FitToModel.unlessFitting(preprocess, data);
  }

  /**
   * Some samples of a batch, ready for {@link #logits}.
   *
   * @return f32 on the device: [count, C, H, W], or of features [count, D]
   */
  public Tensor of(Batch batch, int from, int count, Device device) {
    return preprocess == null
        ? batch.column(Batch.FEATURES).slice(from, count).to(device)
        : preprocess.normalize(batch.column(Batch.IMAGE).slice(from, count), device);
  }

  /** The scores of such samples: [count, K]. */
  public Tensor logits(Model model, Tensor samples) {
    return preprocess == null ? model.as(Classifies.class).scores(samples) : model.apply(samples);
  }
}
