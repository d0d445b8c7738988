package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.data.BatchIterator;
import dev.vit4j.distributed.Ranks;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The weights after 50 steps: of each rank, of another run, and of workers in one process. */
class FiftyStepsTest {
  private static final int STEPS = 50;

  private static Recipe recipe(String kind) {
    Recipe recipe = Digits.recipe().with(Map.of("batch_size", 32, "compute_workers", 1));
    return kind.equals("vit")
        ? recipe.with("model_args.drop_rate", 0.1)
        : recipe.with(
            Map.of(
                "model",
                "resnet20_cifar",
                "model_args",
                Map.of("img_size", 28, "width", 4),
                "sync_bn",
                kind.equals("synchronized resnet")));
  }

  /** Returns the bytes of all parameters and buffers. */
  private static Map<String, ByteBuffer> trained(Recipe recipe, Ranks ranks) throws IOException {
    Setup opened = Setup.open(recipe, Progress.quiet(), ranks);
    Setup setup = opened.ready(recipe, Progress.quiet());
    TrainState state = new TrainState();
    try (Stepper stepper = new Stepper(opened.resolve(recipe, ranks), setup, ranks);
        BatchIterator batches = stepper.loader().epoch(0, 0)) {
      stepper.train();
      while (state.step < STEPS) {
        stepper.run(batches.next(), state);
      }
      Map<String, ByteBuffer> bytes = new TreeMap<>();
      for (Map.Entry<String, Tensor> e : setup.model().state().entrySet()) {
        try (Scope scope = Scope.open()) {
          ByteBuffer of = e.getValue().toBytes();
          bytes.put(e.getKey(), ByteBuffer.allocate(of.remaining()).put(of).flip());
        }
      }
      return bytes;
    } finally {
      setup.model().close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit", "resnet", "synchronized resnet"})
  void sameBitsOnEachRankInEachRunAndAsTwoWorkers(String kind) throws IOException {
    Recipe recipe = recipe(kind);
    List<Map<String, ByteBuffer>> ranks = Together.run(2, r -> trained(recipe, r));
    assertThat(ranks.get(1)).isEqualTo(ranks.get(0));
    assertThat(Together.run(2, r -> trained(recipe, r))).isEqualTo(ranks);
    Recipe two = recipe.with("compute_workers", 2);
    assertThat(trained(two, Ranks.alone())).isEqualTo(ranks.get(0));
  }
}
