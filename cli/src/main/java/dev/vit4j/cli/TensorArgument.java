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
record TensorArgument(String name, Path file, String tensor) {
  /** Names of images. */
  private static final List<String> IMAGES = List.of("image", "pixels", "x");

  /** Name of token ids. */
  private static final String TEXT = "text";

  static TensorArgument parse(String word) {
    int equals = word.indexOf('=');
    String name = equals < 0 ? IMAGES.get(0) : word.substring(0, equals);
    if (!IMAGES.contains(name) && !name.equals(TEXT)) {
      throw new IllegalArgumentException(
          "--input %s: the inputs of models are image and text".formatted(word));
    }
    String rest = word.substring(equals + 1);
    int colon = rest.lastIndexOf(':');
    if (colon < 1 || colon == rest.length() - 1) {
      throw new IllegalArgumentException(
          "--input %s must be [image=]FILE.safetensors:TENSOR".formatted(word));
    }
    return new TensorArgument(name, Path.of(rest.substring(0, colon)), rest.substring(colon + 1));
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
