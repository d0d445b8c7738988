package dev.vit4j.model;

import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Everything that the project knows about one kind of model: its names, how to build it, how to
 * adapt its weights, write it as ONNX and look inside it, and what other libraries call it. A
 * family has a package of its own and one line in the catalog; no other code knows it. Only the
 * abstract methods must be implemented.
 */
public interface Family {
  /** The name for models of any size, such as {@code vit}. */
  String name();

  /** The name in the literature, such as {@code Vision Transformer}. */
  String title();

  /** {@link #title} in short, such as {@code ViT}. */
  default String shortTitle() {
    return title();
  }

  /**
   * The catalog's names in order of preference, each with its constructor arguments. {@link #name}
   * is among them, with no arguments, where other libraries' weights may have sizes that no other
   * name stands for.
   */
  Map<String, Map<String, Object>> variants();

  /**
   * Reads constructor arguments; absent ones get the constructor's defaults.
   *
   * @param model the name of the model, for messages
   * @throws IllegalArgumentException naming the argument, its value and what would do
   */
  ModelConfig config(String model, Map<String, ?> args);

  /**
   * Builds a model.
   *
   * @param model a name of {@link #variants}; its arguments are not looked up
   * @throws IllegalArgumentException as {@link #config}
   */
  Model create(String model, Map<String, ?> args, Init init);

  /** Whether models read images of any height and width, whatever {@code img_size} says. */
  default boolean takesAnySize() {
    return false;
  }

  /** Below this number of training images a model with fresh weights learns little; 0 for none. */
  default int fewImages() {
    return 0;
  }

  /**
   * Brings the weights of one model into the shapes of another that differs in image or patch size.
   * Channels and classes are none of its business: those are adapted for every family alike.
   *
   * @param state the weights of {@code from} by name, to be changed in place
   * @param notes gets a line for everything that is changed
   * @throws IllegalArgumentException if the models differ in what no shape shows
   */
  default void adapt(Map<String, Tensor> state, Model from, Model to, Consumer<String> notes) {}

  /**
   * Writes the forward pass of a model in evaluation mode as ONNX operators.
   *
   * @param pixels name of the input [B, C, H, W]
   * @return name of the result: logits [B, K], or features [B, D] without a head
   * @throws IllegalArgumentException if there is no such form
   */
  default String onnx(Model model, OnnxLayers layers, String pixels) {
    throw new IllegalArgumentException("%s cannot be written as ONNX".formatted(model.name()));
  }

  /** What explanations show of a model. */
  default Inside inside(Model model) {
    return Inside.NONE;
  }

  /**
   * The steps from an image to the tokens that the first block reads; empty for models that do not
   * begin with patches.
   */
  default List<EmbeddingStep> embedding() {
    return List.of();
  }

  /** What other libraries know of this family. */
  default Interop interop() {
    return Interop.NONE;
  }

  /**
   * One step.
   *
   * @param tensor its name in the trace; {@code picture} is the image before the batch
   * @param what what is done, and the shape in letters
   */
  record EmbeddingStep(String tensor, String what) {}
}
