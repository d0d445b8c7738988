package dev.vit4j.infer;

import dev.vit4j.model.EncodesText;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Computes the vectors of texts with the text tower of a model such as CLIP. Thread-safe. On the
 * CPU the weights are packed, see {@link ReadyModel}.
 */
public final class TextEncoder implements AutoCloseable {
  private final WeightsFolder.Loaded loaded;
  private final ReadyModel model;
  private final Consumer<String> messages;

  private TextEncoder(WeightsFolder.Loaded loaded, ReadyModel model, Consumer<String> messages) {
    this.loaded = loaded;
    this.model = model;
    this.messages = messages;
  }

  /**
   * Opens a model on the CPU with all cores, in the default precision of model and processor.
   *
   * @param model a run folder, a weights folder or a weights file
   * @throws IOException if the model is missing or broken
   * @throws IllegalArgumentException if it has no text tower
   */
  public static TextEncoder open(Path model) throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    return of(ModelSource.open(model), Device.CPU, null, cores, message -> {});
  }

  /**
   * Creates an encoder that takes over an open model and closes it.
   *
   * @param precision null for {@link ReadyModel#precisionFor}
   * @param threads number of compute threads, at least 1
   * @param messages receives a message for each text that is truncated
   * @throws IllegalArgumentException if the model has no text tower; it is closed then
   */
  public static TextEncoder of(
      WeightsFolder.Loaded loaded,
      Device device,
      @Nullable Precision precision,
      int threads,
      Consumer<String> messages) {
    try {
      loaded.model().as(EncodesText.class);
      ReadyModel ready = new ReadyModel(loaded.model(), device, precision, threads);
      return new TextEncoder(loaded, ready, messages);
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /**
   * Creates an encoder on a prepared model, which may be used by others too; closing either closes
   * it.
   *
   * @param ready the model of {@code loaded}
   * @param messages receives a message for each text that is truncated
   * @throws IllegalArgumentException if the model has no text tower
   */
  public static TextEncoder of(
      WeightsFolder.Loaded loaded, ReadyModel ready, Consumer<String> messages) {
    loaded.model().as(EncodesText.class);
    return new TextEncoder(loaded, ready, messages);
  }

  /** Returns the length of a vector. */
  public int dim() {
    return loaded.model().timmConfig().numFeatures();
  }

  /**
   * Computes the vectors of texts, not normalized: [texts][dim].
   *
   * @throws IllegalArgumentException if a text is empty or too long to be tokenized
   * @throws IllegalStateException if they contain NaN or infinity
   */
  public float[][] features(List<String> texts) {
    return TextBatches.features(loaded, texts, messages, model::textFeatures);
  }

  /**
   * Computes the vectors of classes: the mean of the normalized vectors of their prompts,
   * normalized, as {@link ZeroShotHead#vectors}.
   *
   * @param prompts the prompts of each class, at least one
   * @return [classes][dim]
   * @throws IllegalArgumentException if a class has no prompt, or as {@link #features}
   */
  public float[][] classVectors(List<List<String>> prompts) {
    ZeroShotHead.requirePrompts(prompts);
    return ZeroShotHead.means(features(prompts.stream().flatMap(List::stream).toList()), prompts);
  }

  /** Waits for running calls and frees the model; later calls throw. */
  @Override
  public void close() {
    model.close();
  }
}
