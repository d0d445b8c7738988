package dev.vit4j.optim;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.vit4j.Fixture;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Twenty steps of every optimiser equal torch.optim's; groups and clipping equal timm's. */
class OptimizerGoldenTest {
  private static final List<String> NAMES = List.of("w", "b", "s");
  private static final double LR = 0.05;
  private static final double NO_CLIP = Double.POSITIVE_INFINITY;

  private interface Make extends Function<List<Optimizer.Group>, Optimizer> {}

  static Stream<Arguments> optimizers() {
    return Stream.of(
        of("sgd", 0, g -> new Sgd(g, 0, 0, false)),
        of("sgd_momentum", 0, g -> new Sgd(g, 0.9, 0, false)),
        of("sgd_nesterov_wd", 0.01, g -> new Sgd(g, 0.9, 0, true)),
        of("sgd_dampening", 0, g -> new Sgd(g, 0.8, 0.3, false)),
        of("adam", 0, g -> new Adam(g, 0.9, 0.999, 1e-8, false, false)),
        of("adam_l2", 0.1, g -> new Adam(g, 0.85, 0.98, 1e-8, false, false)),
        of("adam_amsgrad", 0, g -> new Adam(g, 0.9, 0.999, 1e-8, false, true)),
        of("adamw", 0.1, g -> new Adam(g, 0.9, 0.999, 1e-8, true, false)),
        of("adamw_eps", 0.05, g -> new Adam(g, 0.9, 0.95, 1e-6, true, false)),
        of("rmsprop", 0.01, g -> new RmsProp(g, 0.9, 0.5, 1e-8)),
        of("lamb", 0.02, g -> new Lamb(g, 0.9, 0.999, 1e-6, Lamb.Variant.LAMB)),
        of("lamb_noclip_nobc", 0.02, g -> lamb(g, NO_CLIP, false, true, false, true)),
        of("lamb_trust_clip", 0, g -> lamb(g, 1, true, false, true, false)));
  }

  private static Optimizer lamb(
      List<Optimizer.Group> groups,
      double maxGradNorm,
      boolean biasCorrection,
      boolean gradAveraging,
      boolean trustClip,
      boolean alwaysAdapt) {
    Lamb.Variant variant =
        new Lamb.Variant(maxGradNorm, biasCorrection, gradAveraging, trustClip, alwaysAdapt);
    return new Lamb(groups, 0.9, 0.999, 1e-6, variant);
  }

  private static Arguments of(String name, double weightDecay, Make make) {
    return Arguments.of(name, weightDecay, make);
  }

  /** A loss whose gradient at p is g exactly. */
  private static void setGradient(Tensor p, Tensor g) {
    p.clearGrad();
    p.mul(g).sum().backward();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("optimizers")
  void everyStepEqualsTorch(String name, double weightDecay, Make make) {
    Map<String, Tensor> golden = Fixture.tensors("09-optim/opt_" + name + ".safetensors");
    List<Tensor> parameters = NAMES.stream().map(n -> parameter(golden, n)).toList();
    List<Optimizer.Group> groups = List.of(new Optimizer.Group(NAMES, parameters, weightDecay, 1));
    try (Optimizer optimizer = make.apply(groups)) {
      for (int step = 0; step < 20; step++) {
        for (int i = 0; i < parameters.size(); i++) {
          setGradient(parameters.get(i), golden.get("grad." + NAMES.get(i)).select(0, step));
        }
        optimizer.step(LR);
        for (int i = 0; i < parameters.size(); i++) {
          String what = NAMES.get(i) + " after step " + (step + 1);
          Tensor expected = golden.get("after." + NAMES.get(i)).select(0, step);
          assertClose(what, parameters.get(i), expected, 1e-5);
        }
      }
    }
  }

  private static Tensor parameter(Map<String, Tensor> golden, String name) {
    return golden.get("start." + name).requiresGrad(true);
  }

  @Test
  void clippingEqualsTorch() {
    Map<String, Tensor> golden = Fixture.tensors("09-optim/clip_grad_norm.safetensors");
    List<Tensor> parameters =
        NAMES.stream().map(n -> golden.get("grad." + n).copy().requiresGrad(true)).toList();
    for (int i = 0; i < parameters.size(); i++) {
      setGradient(parameters.get(i), golden.get("grad." + NAMES.get(i)));
    }
    double norm = Gradients.clip(parameters, 1);
    assertThat(norm).isCloseTo(golden.get("total_norm").item(), withinPercentage(1e-3));
    for (int i = 0; i < parameters.size(); i++) {
      String name = NAMES.get(i);
      assertClose(name, parameters.get(i).grad(), golden.get("clipped." + name), 1e-6);
    }
    double kept = Gradients.clip(parameters, 100);
    assertThat(kept).isCloseTo(1, withinPercentage(1e-2));
    assertClose("below the limit", parameters.get(0).grad(), golden.get("clipped.w"), 1e-6);
  }

  @Test
  void weightDecayGroupsEqualTimm() {
    Model model = models("reg_tokens", 1, "pre_norm", true, "init_values", 0.1);
    Map<String, Double> mine = new LinkedHashMap<>();
    for (Optimizer.Group group : Optimizers.groups(model, 0.05, 1)) {
      group.names().forEach(n -> mine.put(n, group.weightDecay()));
    }
    Map<String, Double> golden = new LinkedHashMap<>();
    Fixture.json("09-optim/weight_decay_groups.json")
        .properties()
        .forEach(e -> golden.put(e.getKey(), e.getValue().asDouble()));
    // The fixture was made without the model's no_weight_decay(); that spares these names too.
    golden.replaceAll((n, decay) -> model.noWeightDecay().contains(n) ? 0.0 : decay);
    assertThat(mine).isEqualTo(golden);
  }

  @Test
  void layerDecayEqualsTimm() {
    Model model = models("img_size", 32, "patch_size", 8, "in_chans", 3, "depth", 12);
    Fixture.json("09-optim/layer_decay.json")
        .properties()
        .forEach(
            decay -> {
              Map<String, List<Double>> mine = new LinkedHashMap<>();
              for (Optimizer.Group group :
                  Optimizers.groups(model, 0.05, Double.parseDouble(decay.getKey()))) {
                List<Double> values = List.of(group.lrScale(), group.weightDecay());
                group.names().forEach(n -> mine.put(n, values));
              }
              assertThat(mine).hasSize(decay.getValue().size());
              decay
                  .getValue()
                  .properties()
                  .forEach(
                      golden -> {
                        List<Double> values = mine.get(golden.getKey());
                        assertThat(values.get(0))
                            .isCloseTo(
                                golden.getValue().get("lr_scale").asDouble(),
                                withinPercentage(1e-10));
                        assertThat(values.get(1))
                            .isEqualTo(golden.getValue().get("weight_decay").asDouble());
                      });
            });
  }

  @Test
  void aScaledGroupStepsWithItsShareOfTheLearningRate() {
    Tensor whole = Tensor.of(new float[] {1, 1}, 2).requiresGrad(true);
    Tensor half = Tensor.of(new float[] {1, 1}, 2).requiresGrad(true);
    List<Optimizer.Group> groups =
        List.of(
            new Optimizer.Group(List.of("whole"), List.of(whole), 0, 1),
            new Optimizer.Group(List.of("half"), List.of(half), 0, 0.5));
    try (Optimizer sgd = new Sgd(groups, 0, 0, false)) {
      whole.sum().backward();
      half.sum().backward();
      sgd.step(0.5);
    }
    assertThat(whole.toFloats()).containsOnly(0.5f);
    assertThat(half.toFloats()).containsOnly(0.75f);
  }

  @Test
  void frozenParametersAreInNoGroup() {
    Model model = models();
    model.freeze(List.of("blocks.0", "cls_token"));
    assertThat(Optimizers.groups(model, 0.05, 1).stream().flatMap(g -> g.names().stream()))
        .hasSize((int) model.parameters().values().stream().filter(Tensor::requiresGrad).count())
        .noneMatch(n -> n.startsWith("blocks.0.") || n.equals("cls_token"));
    model.freeze(List.copyOf(model.parameters().keySet()));
    assertThatThrownBy(() -> Optimizers.groups(model, 0.05, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing to train");
  }

  @Test
  void nesterovNeedsMomentum() {
    assertThatThrownBy(() -> new Sgd(List.of(), 0, 0, true)).hasMessageContaining("nesterov");
    assertThatThrownBy(() -> new Sgd(List.of(), 0.9, 0.1, true)).hasMessageContaining("nesterov");
  }

  private static Model models(Object... words) {
    Map<String, Object> args = new LinkedHashMap<>();
    for (int i = 0; i < words.length; i += 2) {
      args.put((String) words[i], words[i + 1]);
    }
    return Models.create("vit_mnist_1850", args, Init.seeded(0));
  }
}
