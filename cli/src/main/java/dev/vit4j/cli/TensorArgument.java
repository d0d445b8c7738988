package dev.vit4j.cli;

import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The argument {@code [name=]FILE.safetensors:tensor}.
 *
 * @param tensor name of the tensor in the file
 */
record TensorArgument(Path file, String tensor) {
  /** Names of the input of image models. */
  private static final List<String> INPUTS = List.of("pixels", "x");

  static TensorArgument parse(String word) {
    int equals = word.indexOf('=');
    if (equals >= 0 && !INPUTS.contains(word.substring(0, equals))) {
      throw new IllegalArgumentException(
          "--input %s: the only input of the model is pixels".formatted(word));
    }
    String rest = word.substring(equals + 1);
    int colon = rest.lastIndexOf(':');
    if (colon < 1 || colon == rest.length() - 1) {
      throw new IllegalArgumentException(
          "--input %s must be [pixels=]FILE.safetensors:TENSOR".formatted(word));
    }
    return new TensorArgument(Path.of(rest.substring(0, colon)), rest.substring(colon + 1));
  }

  Tensor read() throws IOException {
    try (Safetensors source = Safetensors.open(file)) {
      TensorInfo info = source.tensors().get(tensor);
      if (info == null) {
        throw new IllegalArgumentException(
            "%s has no tensor '%s': use one of %s"
                .formatted(file, tensor, String.join(", ", source.tensors().keySet())));
      }
      return Tensor.of(source.data(tensor), info.dtype(), info.shape());
    }
  }
}
