package dev.vit4j.model;

import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How other libraries name, configure and publish the models of a family. Every method has a
 * default, for families without counterparts in other libraries.
 */
public interface Interop {
  /** For a family without counterparts in other libraries. */
  Interop NONE = new Interop() {};

  // ---- published weights

  /** timm's default tags for {@code pretrained=True}, by catalog name. */
  default Map<String, String> timmTags() {
    return Map.of();
  }

  /** torchvision's published files; each model's default first. */
  default List<TorchvisionFile> torchvisionFiles() {
    return List.of();
  }

  /** open_clip's published weights. */
  default List<OpenClipWeights> openClipWeights() {
    return List.of();
  }

  // ---- reading

  /** The name tables of other libraries, in the order in which they are tried. */
  default List<NameTable> tables() {
    return List.of();
  }

  /** Arguments that the user may set for weights that do not determine them. */
  default Set<String> tellable() {
    return Set.of();
  }

  /**
   * Translates a library's configuration file to constructor arguments under our names.
   *
   * @param library timm ({@code architecture}, {@code global_pool}, {@code model_args}), Hugging
   *     Face ({@code model_type} and the rest), open_clip ({@code model_cfg}) or torchvision (the
   *     constructor's arguments)
   * @param config the file's JSON
   * @return empty if the configuration sets no known argument
   * @throws IllegalArgumentException naming an argument that is not supported
   */
  default Map<String, Object> configured(Origin library, Map<String, Object> config) {
    return Map.of();
  }

  /**
   * Returns all constructor arguments of a model with these weights, and converts tensors that
   * other libraries store in a different form.
   *
   * @throws IllegalArgumentException if the weights are not of a model of this family
   */
  default Map<String, Object> argsOf(ForeignTensors weights) {
    throw new IllegalArgumentException("weights of other libraries cannot be read");
  }

  /** A library's preprocessing for its own pretrained models of this family. */
  default ImageDefaults images(NameTable table, Model model) {
    return table.origin().images(model);
  }

  // ---- writing

  /** The library whose names of parameters are ours: they fit every model of the family. */
  default Origin ownNames() {
    return Origin.TIMM;
  }

  /** The reason why a library cannot represent a model; empty if it can. */
  default Optional<String> whyNot(Origin library, Model model) {
    return library == ownNames() ? Optional.empty() : Optional.of("it has no such model");
  }

  /** Returns the weights of a model under a library's names. */
  default Map<String, Tensor> exported(Origin library, Model model) {
    return model.state();
  }

  /** The content of transformers' {@code config.json} for a model, without the class names. */
  default Optional<TransformersModel> transformers(Model model) {
    return Optional.empty();
  }

  /** The {@code model_cfg} of open_clip's {@code open_clip_config.json} for a model. */
  default Optional<Map<String, Object>> openClip(Model model) {
    return Optional.empty();
  }

  /** How a library's outputs differ from the model's, one line each. */
  default List<String> remarks(Origin library, Model model) {
    return List.of();
  }

  /**
   * A published file of torchvision.
   *
   * @param model torchvision's name, such as {@code vit_b_16}
   * @param tag torchvision's name of the weights, such as {@code IMAGENET1K_V1}
   * @param file its file name, which ends with the first eight digits of its SHA-256
   */
  record TorchvisionFile(String model, String tag, String file) {}

  /**
   * Weights that open_clip publishes.
   *
   * @param model catalog name of the model that they were trained as
   * @param tag open_clip's name of the weights, such as {@code laion2b_s34b_b79k}
   * @param repository {@code ORG/NAME} on the Hugging Face Hub
   */
  record OpenClipWeights(String model, String tag, String repository) {}

  /**
   * A model of transformers.
   *
   * @param kind prefix of its image processor's class name, such as {@code ViT}
   * @param config the keys of {@code config.json}
   */
  record TransformersModel(String kind, Map<String, Object> config) {}
}
