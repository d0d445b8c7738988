package dev.vit4j.model.clip;

import dev.vit4j.head.Unit;
import dev.vit4j.model.Family;
import dev.vit4j.model.Inside;
import dev.vit4j.model.Model;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Tensor;
import java.util.Map;
import java.util.function.Consumer;

/** The family of image towers of CLIP with a classifier. */
final class ClipClassifierFamily implements Family {
  static final String NAME = "clip_classifier";

  private final ClipFamily clip;

  ClipClassifierFamily(ClipFamily clip) {
    this.clip = clip;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return "CLIP image tower with a classifier";
  }

  @Override
  public Map<String, Map<String, Object>> variants() {
    return Map.of(NAME, Map.of());
  }

  @Override
  public ClipClassifierConfig config(String model, Map<String, ?> args) {
    return ClipClassifierConfig.of(model, args);
  }

  @Override
  public Model create(String model, Map<String, ?> args, Init init) {
    return new ClipClassifier(clip, model, config(model, args), init);
  }

  @Override
  public void adapt(Map<String, Tensor> state, Model from, Model to, Consumer<String> notes) {
    ClipClassifierConfig source = ((ClipClassifier) from).config();
    ClipClassifierConfig target = ((ClipClassifier) to).config();
    if (!source.head().equals(target.head()) || source.normalize() != target.normalize()) {
      throw new IllegalArgumentException(
          "the weights have another head than the model: set the arguments %s in model_args"
              .formatted(from.args()));
    }
    ClipFamily.adapt(state, source.vision(), target.vision(), notes);
  }

  @Override
  public String onnx(Model model, OnnxLayers layers, String pixels) {
    ClipClassifier m = (ClipClassifier) model;
    String features = new ClipOnnx(layers).image(m.config().vision(), pixels, m.trunk());
    String read = m.config().normalize() ? Unit.onnx(layers, features) : features;
    return m.numClasses() == 0 ? read : m.config().head().onnx(layers, "head", read);
  }

  @Override
  public Inside inside(Model model) {
    ClipClassifier m = (ClipClassifier) model;
    return ClipInside.of(m.config().vision(), m.trunk());
  }
}
