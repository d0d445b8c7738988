package dev.vit4j.optim;

import dev.vit4j.model.Model;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Creates the optimizer of a recipe. */
public final class Optimizers {
  private Optimizers() {}

  public static Optimizer of(Recipe recipe, Model model) {
    List<Optimizer.Group> groups =
        groups(
            model, recipe.get(OptimizerKeys.WEIGHT_DECAY), recipe.get(OptimizerKeys.LAYER_DECAY));
    double beta1 = recipe.get(OptimizerKeys.BETAS).get(0);
    double beta2 = recipe.get(OptimizerKeys.BETAS).get(1);
    double eps = recipe.eps();
    return switch (recipe.get(OptimizerKeys.OPT)) {
      case "sgd" ->
          new Sgd(
              groups, recipe.get(OptimizerKeys.MOMENTUM), 0, recipe.get(OptimizerKeys.NESTEROV));
      case "adam" -> new Adam(groups, beta1, beta2, eps, false, recipe.get(OptimizerKeys.AMSGRAD));
      case "adamw" -> new Adam(groups, beta1, beta2, eps, true, recipe.get(OptimizerKeys.AMSGRAD));
      case "lamb" -> new Lamb(groups, beta1, beta2, eps, Lamb.Variant.LAMB);
      case "lambc" -> new Lamb(groups, beta1, beta2, eps, Lamb.Variant.LAMBC);
      case "rmsprop" ->
          new RmsProp(
              groups, recipe.get(OptimizerKeys.ALPHA), recipe.get(OptimizerKeys.MOMENTUM), eps);
      default ->
          throw new IllegalArgumentException(
              "unknown optimizer '" + recipe.get(OptimizerKeys.OPT) + "'");
    };
  }

  /**
   * Groups trainable parameters by weight decay and learning rate scale. Weight decay is not
   * applied to vectors (norms, biases) and to the parameters that the model excludes (tokens,
   * positions), as in timm's {@code param_groups_weight_decay}. The learning rate is multiplied by
   * {@code layerDecay} from each layer to the one below, as in {@code param_groups_layer_decay}.
   *
   * @param layerDecay factor above 0; 1 for the same rate in all layers
   */
  static List<Optimizer.Group> groups(Model model, double weightDecay, double layerDecay) {
    Map<String, Integer> layers = model.layers();
    int top = layers.values().stream().mapToInt(i -> i).max().orElse(0);
    Map<List<Double>, Map<String, Tensor>> groups = new LinkedHashMap<>();
    model
        .parameters()
        .forEach(
            (name, p) -> {
              if (p.requiresGrad()) {
                boolean spare = p.dim() <= 1 || model.noWeightDecay().contains(name);
                double scale = Math.pow(layerDecay, top - layers.get(name));
                groups
                    .computeIfAbsent(
                        List.of(spare ? 0 : weightDecay, scale), k -> new LinkedHashMap<>())
                    .put(name, p);
              }
            });
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("nothing to train: all parameters are frozen");
    }
    List<Optimizer.Group> all = new ArrayList<>();
    groups.forEach(
        (key, of) ->
            all.add(
                new Optimizer.Group(
                    List.copyOf(of.keySet()), List.copyOf(of.values()), key.get(0), key.get(1))));
    return all;
  }
}
