package dev.vit4j.nn;

import static dev.vit4j.TensorAssert.assertSameBits;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Names, modes, freezing, sharing and loading. */
class ModuleTest {
  private static final class Pair extends Module {
    final Tensor scale;
    final Linear first;
    final Linear firstborn;
    final BatchNorm2d norm;

    Pair() {
      Init init = Init.seeded(1);
      scale = parameter("scale", init.ones(1));
      first = child("first.0", new Linear(init, 3, 2, true));
      firstborn = child("first.01", new Linear(init, 2, 2, false));
      norm = child("norm", new BatchNorm2d(init, 2));
    }

    @Override
    protected Tensor forward(Tensor x) {
      return firstborn.apply(first.apply(x)).mul(scale);
    }

    boolean trains() {
      return isTraining();
    }
  }

  private static Map<String, Tensor> copy(Module m) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    m.state().forEach((n, t) -> all.put(n, t.copy().detach()));
    return all;
  }

  @Test
  void namesInRegistrationOrder() {
    Pair m = new Pair();
    assertThat(m.parameters().keySet())
        .containsExactly(
            "scale",
            "first.0.weight",
            "first.0.bias",
            "first.01.weight",
            "norm.weight",
            "norm.bias");
    assertThat(m.buffers().keySet())
        .containsExactly("norm.running_mean", "norm.running_var", "norm.num_batches_tracked");
    assertThat(m.parameterCount()).isEqualTo(1 + 8 + 4 + 4);
    assertThat(m.namedModules().values()).containsExactly("", "first.0.", "first.01.", "norm.");
  }

  @Test
  void freezingStopsGradientsAndOnlyThere() {
    Pair m = new Pair();
    m.freeze(List.of("first.0", "scale"));
    assertThat(m.parameters().get("first.0.weight").requiresGrad()).isFalse();
    assertThat(m.parameters().get("first.0.bias").requiresGrad()).isFalse();
    assertThat(m.parameters().get("scale").requiresGrad()).isFalse();
    assertThat(m.parameters().get("first.01.weight").requiresGrad()).as("no prefix").isTrue();
    assertThat(m.trainableCount()).isEqualTo(4 + 4);
    m.apply(normal(1, 5, 3)).sum().backward();
    assertThat(m.parameters().get("first.01.weight").hasGrad()).isTrue();
    assertThat(m.parameters().get("first.0.weight").hasGrad()).isFalse();
    m.freeze(List.of());
    assertThat(m.trainableCount()).isEqualTo(m.parameterCount());
  }

  @Test
  void everyPartOfAFrozenNameIsFrozen() {
    Pair m = new Pair();
    m.freeze(List.of("first"));
    assertThat(m.trainableCount()).isEqualTo(1 + 4);
    m.freeze(List.of("first.0.bias"));
    assertThat(m.trainableCount()).isEqualTo(m.parameterCount() - 2);
  }

  @Test
  void allButTheNamedPartsCanBeFrozen() {
    Pair m = new Pair();
    m.freezeAllBut(List.of("first.01", "scale"));
    assertThat(m.trainableCount()).isEqualTo(m.parameters().get("first.01.weight").count() + 1);
    m.apply(normal(1, 5, 3)).sum().backward();
    assertThat(m.parameters().get("first.01.weight").hasGrad()).isTrue();
    assertThat(m.parameters().get("first.0.weight").hasGrad()).isFalse();
    m.freezeAllBut(List.of("norm."));
    assertThat(m.trainableCount()).isEqualTo(4);
    assertThatThrownBy(() -> m.freezeAllBut(List.of("head")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot unfreeze 'head': no parameter name starts with it");
  }

  @Test
  void unknownNamesCannotBeFrozen() {
    Pair m = new Pair();
    assertThatThrownBy(() -> m.freeze(List.of("norm", "sca")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot freeze 'sca': no parameter name starts with it");
    assertThat(m.trainableCount()).as("nothing was frozen").isEqualTo(m.parameterCount());
  }

  @Test
  void trainingModeReachesEveryPart() {
    Pair m = new Pair();
    assertThat(m.trains()).isTrue();
    m.train(false);
    assertThat(m.trains()).isFalse();
    m.norm.apply(normal(1, 2, 2, 2, 2));
    assertThat(m.buffers().get("norm.num_batches_tracked").item()).isZero();
    m.train(true);
    m.norm.apply(normal(1, 2, 2, 2, 2));
    assertThat(m.buffers().get("norm.num_batches_tracked").item()).isEqualTo(1);
  }

  @Test
  void strictLoadingListsEverythingAndChangesNothing() {
    Pair m = new Pair();
    Map<String, Tensor> before = copy(m);
    Map<String, Tensor> source = copy(new Pair());
    source.replaceAll((n, t) -> t.copy().fill_(9));
    source.remove("first.0.bias");
    source.put("head.weight", normal(1, 2, 2));
    source.put("scale", normal(1, 4));
    assertThatThrownBy(() -> m.load(source, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "weights do not fit the model: 1 wrong shape (scale is [4], the model's is [1]);"
                + " 1 missing (first.0.bias); 1 unexpected (head.weight)");
    assertThatThrownBy(() -> m.load(source, false)).hasMessageContaining("1 wrong shape");
    m.state().forEach((n, t) -> assertSameBits(n, t, before.get(n)));
  }

  @Test
  void lenientLoadingReportsAndTakesTheRest() {
    Pair m = new Pair();
    Map<String, Tensor> source = new LinkedHashMap<>();
    source.put("first.0.bias", Tensor.of(new double[] {1, 2}, 2)); // cast on the way
    source.put("head.weight", normal(1, 2, 2));
    LoadReport report = m.load(source, false);
    assertThat(report.isClean()).isFalse();
    assertThat(report.unexpected()).containsExactly("head.weight");
    assertThat(report.missing()).hasSize(8).contains("norm.running_var").doesNotContain("head");
    assertThat(report.toString()).contains("8 missing (scale, first.0.weight,").contains(", …)");
    assertThat(m.parameters().get("first.0.bias").toFloats()).containsExactly(1, 2);
    assertThat(m.parameters().get("first.0.bias").requiresGrad()).isTrue();
    assertThat(new Pair().load(copy(m), true).toString()).isEqualTo("all names match");
  }

  @Test
  void takenTensorsAreItsOwnUnlessTheyLieOtherwise() {
    Pair m = new Pair();
    Map<String, Tensor> source = copy(new Pair());
    Tensor wide = normal(3, 4, 2);
    Tensor view = wide.narrow(0, 0, 2); // a part of a larger memory
    Tensor turned = normal(4, 3, 2).transpose(0, 1); // [2, 3] in another order
    Tensor twice = normal(5, 2);
    source.put("first.01.weight", view);
    source.put("first.0.weight", turned);
    source.put("norm.weight", twice);
    source.put("norm.bias", twice);
    m.take(source);
    m.state().forEach((name, t) -> assertSameBits(name, t.detach(), source.get(name)));
    assertThat(m.scale.address()).isEqualTo(source.get("scale").address());
    assertThat(m.scale.requiresGrad()).isTrue();
    Map<String, Tensor> own = m.state();
    assertThat(own.get("first.01.weight").address()).isNotEqualTo(view.address());
    assertThat(own.get("first.0.weight").address()).isNotEqualTo(turned.address());
    assertThat(own.get("norm.weight").address()).isNotEqualTo(own.get("norm.bias").address());
    source.remove("scale");
    assertThatThrownBy(() -> m.take(source)).hasMessageContaining("scale");
  }

  @Test
  void sharedStateIsOneMemoryWithGradientsApart() {
    Pair m = new Pair();
    m.freeze(List.of("norm"));
    Pair replica = new Pair();
    replica.shareParametersOf(m);
    assertThat(replica.trainableCount()).isEqualTo(m.trainableCount());
    m.load(Map.of("first.0.bias", Tensor.of(new float[] {5, 6}, 2)), false);
    assertThat(replica.parameters().get("first.0.bias").toFloats()).containsExactly(5, 6);
    replica.apply(normal(1, 5, 3)).sum().backward();
    assertThat(replica.parameters().get("scale").hasGrad()).isTrue();
    assertThat(m.parameters().get("scale").hasGrad()).isFalse();
  }
}
