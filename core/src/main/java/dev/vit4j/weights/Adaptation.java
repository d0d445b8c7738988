package dev.vit4j.weights;

import dev.vit4j.model.Model;
import dev.vit4j.model.cct.Cct;
import dev.vit4j.model.vit.Vit;
import dev.vit4j.model.vit.VitConfig;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
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
      if (from instanceof Vit source && to instanceof Vit target) {
        requireSameHeads(source.config(), target.config());
        int prefix = source.config().prefixTokens();
        positions(state, "pos_embed", prefix, grid(source.config()), grid(target.config()), notes);
        int[] patch = target.config().patchSize();
        state.computeIfPresent(
            "patch_embed.proj.weight", (name, w) -> InputLayer.patch(w, patch[0], patch[1]));
        if (!Arrays.equals(source.config().patchSize(), patch)) {
          notes.add("patch kernels resized to %dx%d pixels".formatted(patch[0], patch[1]));
        }
      }
      if (from instanceof Cct source && to instanceof Cct target) {
        cctPositions(state, source, target, notes);
      }
      channels(state, from, to, notes);
      classifier(state, from, to, notes);
      to.load(state, true);
    }
    return notes;
  }

  private static void requireSameHeads(VitConfig from, VitConfig to) {
    boolean fits = from.embedDim() != to.embedDim() || from.numHeads() == to.numHeads();
    if (!fits) {
      throw new IllegalArgumentException(
          "they were trained with %d heads, the model has %d: set model_args.num_heads to %1$d"
              .formatted(from.numHeads(), to.numHeads()));
    }
  }

  private static void positions(
      Map<String, Tensor> state,
      String name,
      int prefix,
      int[] from,
      int[] to,
      List<String> notes) {
    if (!Arrays.equals(from, to)) {
      state.computeIfPresent(
          name, (n, pos) -> GridResize.BICUBIC_ANTIALIAS.positions(pos, prefix, from, to));
      notes.add(
          "positions resized from %dx%d to %dx%d patches"
              .formatted(from[0], from[1], to[0], to[1]));
    }
  }

  private static void cctPositions(
      Map<String, Tensor> state, Cct from, Cct to, List<String> notes) {
    String name = "classifier.positional_emb";
    if (to.config().positions().equals("learnable")) {
      positions(state, name, 0, from.config().grid(), to.config().grid(), notes);
    } else {
      state.computeIfPresent(name, (n, pos) -> to.state().get(n)); // computed, not learned
    }
  }

  private static int[] grid(VitConfig c) {
    return new int[] {c.imgSize()[0] / c.patchSize()[0], c.imgSize()[1] / c.patchSize()[1]};
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
