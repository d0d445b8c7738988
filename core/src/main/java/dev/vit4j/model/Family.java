package dev.vit4j.model;

import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A model family: its names, how to build its models, adapt their weights, write them as ONNX and
 * explain them, and their names in other libraries. A family has its own package and one line in
 * the catalog; no other code refers to it. Only the abstract methods must be implemented.
 */
public interface Family {
  /** The name for models of any size, such as {@code vit}. */
  String name();

  /** The name in the literature, such as {@code Vision Transformer}. */
  String title();

  /** {@link #title} in short form, such as {@code ViT}. */
  default String shortTitle() {
    return title();
  }

  /**
   * The catalog names in order of preference, each with its constructor arguments. They include
   * {@link #name} without arguments if weights of other libraries may have sizes that no other name
   * has.
   */
  Map<String, Map<String, Object>> variants();

  /**
   * Parses constructor arguments; missing ones get the constructor's defaults.
   *
   * @param model name of the model, for messages
   * @throws IllegalArgumentException naming the argument, its value and the valid values
   */
  ModelConfig config(String model, Map<String, ?> args);

  /**
   * Builds a model.
   *
   * @param model a name of {@link #variants}; the variant's arguments are not applied
   * @throws IllegalArgumentException as {@link #config}
   */
  Model create(String model, Map<String, ?> args, Init init);

  /** Whether models accept images of any height and width, regardless of {@code img_size}. */
  default boolean takesAnySize() {
    return false;
  }

  /** Number of training images below which training from scratch learns little; 0 for no limit. */
  default int fewImages() {
    return 0;
  }

  /**
   * Adapts the weights of one model to another with a different image or patch size. Channels and
   * classes are not adapted here: that is the same for all families.
   *
   * @param state the weights of {@code from} by name, changed in place
   * @param notes receives a line for every change
   * @throws IllegalArgumentException if the models differ in something that shapes do not show
   */
  default void adapt(Map<String, Tensor> state, Model from, Model to, Consumer<String> notes) {}

  /**
   * Returns the constructor arguments of a model that ends after one of this model's layers and has
   * no head. Its parameters have the names that they have here.
   *
   * @param layer name of a layer, such as {@code blocks.5}
   * @throws IllegalArgumentException if there is no such layer; the message lists the layers
   */
  default Map<String, Object> cut(Model model, String layer) {
    throw new IllegalArgumentException(
        "%s cannot be cut at a layer: use a ResNet, a ViT or a CCT".formatted(model.name()));
  }

  /**
   * As {@link #cut}, for a model whose layers are numbered.
   *
   * @param prefix of the layers' names
   * @param first number of the first layer
   * @return the number of layers to keep
   */
  static int cutAfter(Model model, String layer, String prefix, int first, int layers) {
    for (int i = 0; i < layers; i++) {
      if (layer.equals(prefix + (first + i))) {
        return i + 1;
      }
    }
    throw new IllegalArgumentException(
        "%s has no layer '%s' to cut at: use %s%d to %s%d"
            .formatted(model.name(), layer, prefix, first, prefix, first + layers - 1));
  }

  /**
   * Writes the forward pass of a model in evaluation mode as ONNX operators.
   *
   * @param pixels name of the input [B, C, H, W]
   * @return name of the result, as {@code model.apply} gives it: logits, or features without a head
   * @throws IllegalArgumentException if there is no such form
   */
  default String onnx(Model model, OnnxLayers layers, String pixels) {
    throw new IllegalArgumentException("%s cannot be written as ONNX".formatted(model.name()));
  }

  /**
   * As {@link #onnx}, for the feature map of a model with {@link FeatureMaps}.
   *
   * @return name of the result, as {@link FeatureMaps#featureMap} gives it
   */
  default String onnxOfFeatureMap(Model model, OnnxLayers layers, String pixels) {
    throw new IllegalArgumentException(
        "the feature map of %s cannot be written as ONNX".formatted(model.name()));
  }

  /**
   * As {@link #onnx}, for the text tower of a model that {@link EncodesText}.
   *
   * @param ids name of the input [T, L], with L the model's context length
   * @return name of the result, as {@link EncodesText#textFeatures} gives it
   */
  default String onnxOfTexts(Model model, OnnxLayers layers, String ids) {
    throw new IllegalArgumentException("%s encodes no texts".formatted(model.name()));
  }

  /** What explanations can show of a model. */
  default Inside inside(Model model) {
    return Inside.NONE;
  }

  /**
   * The steps from an image to the tokens that the first block reads; empty for models without
   * patches.
   */
  default List<EmbeddingStep> embedding() {
    return List.of();
  }

  /** How other libraries name, configure and publish models of this family. */
  default Interop interop() {
    return Interop.NONE;
  }

  /**
   * A step of the embedding.
   *
   * @param tensor its name in the trace; {@code picture} is the image without batch dimension
   * @param what description, with the shape in letters
   */
  record EmbeddingStep(String tensor, String what) {}
}
