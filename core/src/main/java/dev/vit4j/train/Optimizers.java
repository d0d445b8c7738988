package dev.vit4j.train;

import dev.vit4j.model.ImageModel;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** From a recipe's words to an optimiser. */
final class Optimizers {
  private Optimizers() {}

  static Optimizer of(Recipe recipe, ImageModel model) {
    List<Optimizer.Group> groups = groups(model, recipe.weightDecay());
    double beta1 = recipe.betas().get(0);
    double beta2 = recipe.betas().get(1);
    return switch (recipe.opt()) {
      case "sgd" -> new Sgd(groups, recipe.momentum(), 0, recipe.nesterov());
      case "adam" -> new Adam(groups, beta1, beta2, recipe.eps(), false);
      case "adamw" -> new Adam(groups, beta1, beta2, recipe.eps(), true);
      default -> throw new IllegalArgumentException("unknown optimiser '" + recipe.opt() + "'");
    };
  }

  /**
   * Trainable parameters in two groups: decay spares vectors (norms, biases) and what the model
   * names (tokens, positions), as timm's {@code param_groups_weight_decay}.
   */
  static List<Optimizer.Group> groups(ImageModel model, double weightDecay) {
    List<String> decayed = new ArrayList<>();
    List<String> spared = new ArrayList<>();
    model
        .parameters()
        .forEach(
            (name, p) -> {
              if (p.requiresGrad()) {
                boolean spare = p.dim() <= 1 || model.noWeightDecay().contains(name);
                (spare ? spared : decayed).add(name);
              }
            });
    if (decayed.isEmpty() && spared.isEmpty()) {
      throw new IllegalArgumentException("nothing to train: every parameter is frozen");
    }
    return List.of(group(model, decayed, weightDecay), group(model, spared, 0));
  }

  private static Optimizer.Group group(ImageModel model, List<String> names, double decay) {
    var parameters = model.parameters();
    List<Tensor> tensors = names.stream().map(parameters::get).toList();
    return new Optimizer.Group(names, tensors, decay);
  }
}
