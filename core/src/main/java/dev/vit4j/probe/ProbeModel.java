package dev.vit4j.probe;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.head.TakesHead;
import dev.vit4j.infer.ModelFingerprint;
import dev.vit4j.model.Classifies;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes an image classifier of the model that computed the features of a probe: the probe becomes
 * its head. Its scores for an image are those of the probe for the features of the image.
 *
 * <p>A CLIP takes logistic and ridge regression and adapters; other models, whose head is a linear
 * layer, take logistic and ridge regression on features that were not normalized.
 */
public final class ProbeModel {
  /** Metadata of the weights: a JSON object with kind, settings, model and fingerprint. */
  public static final String METADATA = "vit4j.probe";

  private ProbeModel() {}

  /**
   * Creates the classifier, which takes over the backbone and shares the probe's tensors. Its class
   * names are those of the probe, or else the labels.
   *
   * @param backbone the model that computed the training features, not packed; it is closed
   * @throws IllegalArgumentException if it is another model, or cannot have such a head
   */
  public static WeightsFolder.Loaded of(WeightsFolder.Loaded backbone, Probe probe) {
    try (backbone;
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Probe.About about = probe.about();
      requireFit(backbone, about);
      if (about.normalized() == null
          && probe.head() instanceof Linear) { // adapters normalize anyway
        throw new IllegalArgumentException(
            "the probe does not say whether its features were normalized: train it again");
      }
      Model model =
          backbone.model() instanceof TakesHead clip
              ? withHead(clip, probe)
              : withLinear(backbone.model(), probe);
      List<String> names =
          IntStream.range(0, about.classes().size()).mapToObj(about::name).toList();
      Map<String, String> metadata = new LinkedHashMap<>(backbone.metadata());
      metadata.put(METADATA, provenance(about));
      return new WeightsFolder.Loaded(
          model,
          backbone.preprocess(),
          names,
          "classification",
          backbone.problemType(),
          metadata,
          null);
    }
  }

  /**
   * Writes the model as a weights folder, with the probe beside it: both {@link
   * dev.vit4j.weights.ModelSource#open(Path)} and {@link Probe#open} open the folder.
   *
   * @param folder a new or empty folder
   * @param model the classifier that {@link #of} made of the probe
   * @throws IOException if the folder is not empty or cannot be written
   */
  public static void save(Path folder, WeightsFolder.Loaded model, Probe probe) throws IOException {
    AtomicFile.requireEmptyFolder(folder);
    WeightsFolder.writeConfig(folder, model);
    try (Scope scope = Scope.open()) {
      WeightsFolder.writeWeights(folder, model.model(), model.metadata());
    }
    probe.write(folder);
  }

  private static String provenance(Probe.About about) {
    Map<String, Object> words = new LinkedHashMap<>();
    words.put("kind", about.kind());
    words.put("settings", about.settings());
    words.put("model", about.model());
    words.put("fingerprint", about.fingerprint());
    return JsonMapper.shared().writeValueAsString(words);
  }

  /**
   * Checks that a model computed the features of a probe.
   *
   * @throws IllegalArgumentException if the length of the vectors or the fingerprint is different
   */
  private static void requireFit(WeightsFolder.Loaded backbone, Probe.About about) {
    int dim = backbone.model().timmConfig().numFeatures();
    if (dim != about.dim()) {
      throw new IllegalArgumentException(
          "%s computes vectors of %d numbers, but the probe was trained on vectors of %d: use the model of its features"
              .formatted(backbone.model().name(), dim, about.dim()));
    }
    String known = about.fingerprint();
    if (!known.isEmpty() && !known.equals(ModelFingerprint.of(backbone))) {
      throw new IllegalArgumentException(
          "the probe was trained on features of another model, %s, not of this %s: use the model of its features"
              .formatted(about.model(), backbone.model().name()));
    }
    if (about.kind().equals(KNearest.KIND)) {
      throw new IllegalArgumentException(
          "a k-nearest neighbors probe cannot become the head of a model: use --head logreg, or an adapter");
    }
  }

  private static Model withHead(TakesHead clip, Probe probe) {
    boolean normalize = Boolean.TRUE.equals(probe.about().normalized());
    return clip.classifier(probe.head(), probe.about().classes().size(), normalize);
  }

  /** Replaces the linear head of a model, or adds one. */
  private static Model withLinear(Model backbone, Probe probe) {
    backbone.as(Classifies.class);
    if (!(probe.head() instanceof Linear)) {
      throw new IllegalArgumentException(
          "the head of %s is linear: a probe of kind %s needs a CLIP, use --head logreg or ridge"
              .formatted(backbone.name(), probe.about().kind()));
    }
    if (Boolean.TRUE.equals(probe.about().normalized())) {
      throw new IllegalArgumentException(
          "%s does not normalize its features, but the probe was trained on normalized ones: embed without --normalize"
              .formatted(backbone.name()));
    }
    Map<String, Object> args = new LinkedHashMap<>(backbone.args());
    args.put("num_classes", probe.about().classes().size());
    Model model = Models.create(backbone.name(), args, Init.unset());
    if (model.classifier().size() != 1) {
      model.close();
      throw new IllegalArgumentException(
          "%s has several heads: a probe needs a model with one".formatted(backbone.name()));
    }
    Map<String, Tensor> state = new LinkedHashMap<>(backbone.state());
    state.keySet().removeIf(backbone.isOfHead());
    probe.head().state().forEach((name, t) -> state.put(model.classifier().get(0) + "." + name, t));
    model.to(backbone.device());
    model.take(state);
    model.train(false);
    return model;
  }
}
