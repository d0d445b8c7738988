package dev.vit4j.train;

import dev.vit4j.model.ImageModel;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a training from other weights begins with, and what of it stays. */
final class FineTuning {
  private FineTuning() {}

  /**
   * Gives a model the weights of another of its kind; with another number of classes its classifier
   * keeps its fresh ones.
   *
   * @return what was done, in a line
   */
  static String begin(ImageModel model, Path source) throws IOException {
    try (WeightsFolder.Loaded from = ModelSource.open(source)) {
      Map<String, Tensor> state = new LinkedHashMap<>(from.model().state());
      int theirs = from.model().numClasses();
      if (theirs == model.numClasses()) {
        model.load(state, true);
        return "Weights loaded: " + source;
      }
      state.keySet().removeIf(name -> isUnder(name, from.model().classifier()));
      model
          .state()
          .forEach(
              (name, t) -> {
                if (isUnder(name, model.classifier())) {
                  state.put(name, t);
                }
              });
      model.load(state, true);
      return "Weights loaded: %s; it has %d classes, the model %d: the classifier (%s) starts fresh"
          .formatted(source, theirs, model.numClasses(), String.join(", ", model.classifier()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(source + ": " + e.getMessage(), e);
    }
  }

  private static boolean isUnder(String name, List<String> parts) {
    return parts.stream().anyMatch(part -> name.startsWith(part + "."));
  }

  /** Freezes what the recipe says; the word {@code head} means the classifier. */
  static void freeze(ImageModel model, Recipe recipe) {
    if (recipe.unfreeze().isEmpty()) {
      model.freeze(named(model, recipe.freeze()));
    } else {
      model.freezeAllBut(named(model, recipe.unfreeze()));
    }
  }

  private static List<String> named(ImageModel model, List<String> parts) {
    List<String> head = model.classifier();
    return parts.stream()
        .flatMap(part -> part.equals("head") && !head.isEmpty() ? head.stream() : Stream.of(part))
        .toList();
  }
}
