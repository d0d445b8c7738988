package dev.vit4j.cli;

import dev.vit4j.model.EncodesText;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tensors that {@code vit trace} reads from files: pixels, and token ids for models of images
 * and texts.
 *
 * @param inputs arguments of {@code --input}; token ids are named {@code text=}
 * @param texts arguments of {@code --text}
 */
record TraceInputs(List<String> inputs, List<String> texts) {
  private static final String TEXT = "text";

  /** Returns the pixels, f32; null if none are given. */
  @Nullable Tensor pixels() throws IOException {
    TensorArgument found = only(false);
    return found == null ? null : found.read().to(DType.F32);
  }

  /**
   * Returns the token ids, i64 [T, L]; null if none are given.
   *
   * @throws IllegalArgumentException if the model has no text tower
   */
  @Nullable Tensor tokens(WeightsFolder.Loaded loaded, Output out) throws IOException {
    TensorArgument found = only(true);
    if (found != null && !texts.isEmpty()) {
      throw new IllegalArgumentException("use only one of --text and --input text=FILE:TENSOR");
    }
    if (found != null) {
      loaded.model().as(EncodesText.class);
      return found.read().to(DType.I64);
    }
    return texts.isEmpty() ? null : loaded.tokens(texts, out::note);
  }

  private @Nullable TensorArgument only(boolean ofText) {
    List<TensorArgument> found =
        inputs.stream()
            .map(TensorArgument::parse)
            .filter(a -> a.name().equals(TEXT) == ofText)
            .toList();
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          "--input: %s is given twice".formatted(ofText ? "the text" : "the image"));
    }
    return found.isEmpty() ? null : found.get(0);
  }
}
