package dev.vit4j.model;

import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What other libraries know of a family: how they name, configure and publish its models. Every
 * method has a default: a family that no other library has implements none.
 */
public interface Interop {
  /** Of a family that no other library has. */
  Interop NONE = new Interop() {};

  // ---- published weights

  /** The tags that timm's {@code pretrained=True} means, by catalog name. */
  default Map<String, String> timmTags() {
    return Map.of();
  }

  /** torchvision's published files; the default of each model first. */
  default List<TorchvisionFile> torchvisionFiles() {
    return List.of();
  }

  // ---- reading

  /** The names that other libraries give the tensors, in the order in which they are tried. */
  default List<NameTable> tables() {
    return List.of();
  }

  /** Arguments that a user may give for weights that do not determine them. */
  default Set<String> tellable() {
    return Set.of();
  }

  /**
   * The constructor arguments that a library's configuration file gives, under our names.
   *
   * @param library timm ({@code architecture}, {@code global_pool}, {@code model_args}), Hugging
   *     Face ({@code model_type} and the rest) or torchvision (the constructor's arguments)
   * @param config the file's JSON
   * @return empty if the configuration says nothing of use
   * @throws IllegalArgumentException naming what no model here computes
   */
  default Map<String, Object> configured(Origin library, Map<String, Object> config) {
    return Map.of();
  }

  /**
   * All constructor arguments of a model with these weights. Tensors that other libraries store in
   * another form are brought into the model's.
   *
   * @throws IllegalArgumentException if no model of this family has such weights
   */
  default Map<String, Object> argsOf(ForeignTensors weights) {
    throw new IllegalArgumentException("weights of other libraries cannot be read");
  }

  /** How a library prepares the images for its own pretrained models of this family. */
  default ImageDefaults images(NameTable table, Model model) {
    return table.origin().images(model);
  }

  // ---- writing

  /** Why a library cannot hold a model, if it cannot; timm's names can hold every model. */
  default Optional<String> whyNot(Origin library, Model model) {
    return library == Origin.TIMM ? Optional.empty() : Optional.of("it has no such model");
  }

  /** The weights of a model under a library's names. */
  default Map<String, Tensor> exported(Origin library, Model model) {
    return model.state();
  }

  /** What transformers' {@code config.json} says about a model, without the class names. */
  default Optional<TransformersModel> transformers(Model model) {
    return Optional.empty();
  }

  /** How a library's answers differ from the model's, in a line each. */
  default List<String> remarks(Origin library, Model model) {
    return List.of();
  }

  /**
   * A file of torchvision's.
   *
   * @param model torchvision's name, such as {@code vit_b_16}
   * @param tag torchvision's name of the weights, such as {@code IMAGENET1K_V1}
   * @param file its name, which ends with the first eight digits of its SHA-256
   */
  record TorchvisionFile(String model, String tag, String file) {}

  /**
   * A model of transformers.
   *
   * @param kind what the names of its classes begin with, such as {@code ViT}
   * @param config the keys of {@code config.json}
   */
  record TransformersModel(String kind, Map<String, Object> config) {}
}
