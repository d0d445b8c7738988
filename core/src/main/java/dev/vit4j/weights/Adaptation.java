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
 * Gives a model the weights of a trained one of its family that may differ in image size, patch
 * size, channels and classes, as timm does when it loads pretrained weights. A model with a {@link
 * Model#backbone} also takes the weights of a model of its backbone's family.
 */
public final class Adaptation {
  private Adaptation() {}

  /**
   * Copies the weights.
   *
   * @param from the trained model
   * @param to gets its weights; a classifier for another number of classes, or of another family,
   *     keeps those it has
   * @return what was changed on the way, in words
   * @throws IllegalArgumentException if the two differ in more than that
   */
  public static List<String> load(Model from, Model to) {
    List<String> notes = new ArrayList<>();
    try (Scope scope = Scope.open();
        NoGrad noGrad = NoGrad.on()) {
      Map<String, Tensor> state = new LinkedHashMap<>(from.state());
      Model backbone = to.backbone();
      if (backbone != null && from.family() == backbone.family()) {
        backbone(state, from, backbone, notes);
        fresh(state, to);
      } else {
        requireSameFamily(from, to);
        from.family().adapt(state, from, to, notes::add);
        channels(state, from, to, notes);
        classifier(state, from, to, notes);
      }
      to.load(state, true);
    }
    return notes;
  }

  private static void requireSameFamily(Model from, Model to) {
    if (from.family() != to.family()) {
      throw new IllegalArgumentException(
          "weights do not fit the model: they are those of %s (%s), %s is another family (%s)"
              .formatted(from.name(), from.family().title(), to.name(), to.family().title()));
    }
  }

  /** The weights of a model without its head, as those of another's backbone. */
  private static void backbone(
      Map<String, Tensor> state, Model from, Model backbone, List<String> notes) {
    String heads = String.join(", ", from.classifier());
    state.keySet().removeIf(from.isOfHead());
    from.family().adapt(state, from, backbone, notes::add);
    channels(state, from, backbone, notes);
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    state.forEach((name, t) -> renamed.put("backbone." + name, t));
    state.clear();
    state.putAll(renamed);
    notes.add(
        "they are those of the backbone%s; the classifier starts fresh"
            .formatted(heads.isEmpty() ? "" : ", without their head (%s)".formatted(heads)));
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
    fresh(state, to);
    notes.add(
        "it has %d classes, the model %d: the classifier (%s) starts fresh"
            .formatted(from.numClasses(), to.numClasses(), String.join(", ", to.classifier())));
  }

  /** Puts the classifier's own tensors in. */
  private static void fresh(Map<String, Tensor> state, Model to) {
    Predicate<String> isFresh = to.isOfHead();
    to.state()
        .forEach(
            (name, t) -> {
              if (isFresh.test(name)) {
                state.put(name, t);
              }
            });
  }
}
