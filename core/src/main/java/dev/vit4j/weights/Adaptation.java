package dev.vit4j.weights;

import dev.vit4j.model.InputLayer;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Gives a model the weights of a trained one of its kind that may differ in picture size, patch
 * size, channels and classes, as timm does when it loads pretrained weights.
 */
public final class Adaptation {
  private Adaptation() {}

  /**
   * Copies the weights.
   *
   * @param from the trained model
   * @param to gets its weights; a classifier for another number of classes keeps those it has
   * @return what was changed on the way, in words
   * @throws IllegalArgumentException if the two differ in more than that
   */
  public static List<String> load(Model from, Model to) {
    List<String> notes = new ArrayList<>();
    try (Scope scope = Scope.open();
        NoGrad noGrad = NoGrad.on()) {
      Map<String, Tensor> state = new LinkedHashMap<>(from.state());
      if (from.family() == to.family()) {
        from.family().adapt(state, from, to, notes::add);
      }
      channels(state, from, to, notes);
      classifier(state, from, to, notes);
      to.load(state, true);
    }
    return notes;
  }

  private static void channels(
      Map<String, Tensor> state, Model from, Model to, List<String> notes) {
    if (from.channels() != to.channels()) {
      String first = from.timmConfig().firstConv() + ".weight";
      state.computeIfPresent(first, (name, w) -> InputLayer.channels(w, to.channels()));
      notes.add(
          "%s made for %d channels instead of %d".formatted(first, to.channels(), from.channels()));
    }
  }

  private static void classifier(
      Map<String, Tensor> state, Model from, Model to, List<String> notes) {
    if (from.numClasses() == to.numClasses()) {
      return;
    }
    state.keySet().removeIf(from.isOfHead());
    Predicate<String> isFresh = to.isOfHead();
    to.state()
        .forEach(
            (name, t) -> {
              if (isFresh.test(name)) {
                state.put(name, t);
              }
            });
    notes.add(
        "it has %d classes, the model %d: the classifier (%s) starts fresh"
            .formatted(from.numClasses(), to.numClasses(), String.join(", ", to.classifier())));
  }
}
