package dev.vit4j.weights;

import dev.vit4j.format.Count;
import dev.vit4j.model.InputLayer;
import dev.vit4j.model.Model;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Loads the weights of a trained model into another model of its family, which may differ in image
 * size, patch size, channels and classes, as timm loads pretrained weights. A model with a {@link
 * Model#backbone} can also load weights of its backbone's family.
 */
public final class Adaptation {
  private Adaptation() {}

  /**
   * Copies the weights.
   *
   * @param from the trained model
   * @param to the model to load into; its classifier keeps its weights if the number of classes or
   *     the family differs
   * @return messages about what was adapted
   * @throws IllegalArgumentException if the models differ in more than that
   */
  public static List<String> load(Model from, Model to) {
    List<String> notes = new ArrayList<>();
    try (Scope scope = Scope.open();
        NoGrad noGrad = NoGrad.on()) {
      Map<String, Tensor> state = new LinkedHashMap<>(from.state());
      Model backbone = to.backbone();
      if (backbone != null && from.family() == backbone.family()) {
        backbone(state, from, backbone, to.backboneLayer(), notes);
        fresh(state, to, name -> !name.startsWith("backbone."));
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
          "weights do not fit the model: they are of %s (%s), but %s is of another family (%s); set model to a %s"
              .formatted(
                  from.name(),
                  from.family().title(),
                  to.name(),
                  to.family().title(),
                  from.family().title()));
    }
  }

  /** Converts the weights of a model without its head to those of another model's backbone. */
  private static void backbone(
      Map<String, Tensor> state, Model from, Model backbone, String layer, List<String> notes) {
    String heads = String.join(", ", from.classifier());
    state.keySet().removeIf(from.isOfHead());
    if (!layer.isEmpty()) {
      Map<String, Object> cut = from.family().cut(from, layer);
      state
          .keySet()
          .retainAll(from.family().create(from.name(), cut, Init.shapesOnly()).state().keySet());
      notes.add("cut after " + layer);
    }
    from.family().adapt(state, from, backbone, notes::add);
    channels(state, from, backbone, notes);
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    state.forEach((name, t) -> renamed.put("backbone." + name, t));
    state.clear();
    state.putAll(renamed);
    notes.add(
        "used for the backbone%s; everything else is newly initialized"
            .formatted(heads.isEmpty() ? "" : ", without the head (%s)".formatted(heads)));
  }

  private static void channels(
      Map<String, Tensor> state, Model from, Model to, List<String> notes) {
    if (from.channels() != to.channels()) {
      String first = from.timmConfig().firstConv() + ".weight";
      state.computeIfPresent(first, (name, w) -> InputLayer.channels(w, to.channels()));
      notes.add(
          "%s adapted from %d to %d channels".formatted(first, from.channels(), to.channels()));
    }
  }

  private static void classifier(
      Map<String, Tensor> state, Model from, Model to, List<String> notes) {
    if (from.numClasses() == to.numClasses()) {
      return;
    }
    state.keySet().removeIf(from.isOfHead());
    fresh(state, to, to.isOfHead());
    notes.add(
        "it has %s, the model %,d: the classifier (%s) is newly initialized"
            .formatted(
                Count.of(from.numClasses(), "class"),
                to.numClasses(),
                String.join(", ", to.classifier())));
  }

  /** Adds the tensors of the model itself whose names are fresh. */
  private static void fresh(Map<String, Tensor> state, Model to, Predicate<String> isFresh) {
    to.state()
        .forEach(
            (name, t) -> {
              if (isFresh.test(name)) {
                state.put(name, t);
              }
            });
  }
}
