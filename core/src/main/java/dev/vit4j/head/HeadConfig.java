package dev.vit4j.head;

import dev.vit4j.model.Args;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import java.util.List;
import java.util.Map;

/**
 * The arguments of a head: a module that maps feature vectors [n, D] to class scores [n, K]. In a
 * configuration file {@code head} is its kind, and the other arguments follow.
 */
public sealed interface HeadConfig permits LinearConfig, AdapterHeadConfig, TipConfig {
  /** Argument for the factor of the cosines between features and texts. */
  String LOGIT_SCALE = "logit_scale";

  /** Largest logit scale. */
  double MAX_SCALE = 1e6;

  /**
   * Parses the arguments; a linear head by default.
   *
   * @throws IllegalArgumentException naming the argument, its value and the valid values
   */
  static HeadConfig of(Args args) {
    List<String> kinds = List.of(LinearConfig.KIND, AdapterHeadConfig.KIND, TipConfig.KIND);
    return switch (args.word("head", LinearConfig.KIND, kinds)) {
      case AdapterHeadConfig.KIND -> AdapterHeadConfig.of(args);
      case TipConfig.KIND -> TipConfig.of(args);
      default -> new LinearConfig();
    };
  }

  /**
   * Returns the arguments of a head.
   *
   * @throws IllegalArgumentException for a module that is not a head of these kinds
   */
  static HeadConfig of(Module head) {
    if (head instanceof AdapterHead adapter) {
      return adapter.config();
    }
    if (head instanceof TipHead tip) {
      return tip.config();
    }
    if (head instanceof Linear) {
      return new LinearConfig();
    }
    throw new IllegalArgumentException(head.getClass().getSimpleName() + " is no head of a model");
  }

  /** Returns the arguments, with their values; none for a linear head. */
  Map<String, Object> toMap();

  /**
   * Creates the head.
   *
   * @param dim length D of a feature vector
   * @param classes number of classes K
   */
  Module create(Init init, int dim, int classes);

  /**
   * Writes the head as ONNX operators.
   *
   * @param path of its parameters, such as {@code head}
   * @param features name of [n, D]
   * @return name of the scores [n, K]
   */
  String onnx(OnnxLayers layers, String path, String features);
}
