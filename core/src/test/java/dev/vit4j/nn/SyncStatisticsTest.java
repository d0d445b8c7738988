package dev.vit4j.nn;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.normal;

import dev.vit4j.distributed.Ranks;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Synchronized batch norm in one process is batch norm. */
class SyncStatisticsTest {
  /** A block with two norms and a shortcut. */
  private static final class Block extends Module {
    private final BatchNorm2d first = child("first", new BatchNorm2d(Init.seeded(1), 3));
    private final BatchNorm2d second = child("second", new BatchNorm2d(Init.seeded(1), 3));
    private final Conv2d conv = child("conv", new Conv2d(Init.seeded(2), 3, 3, 3, 1, 1));

    @Override
    protected Tensor forward(Tensor x) {
      Tensor y = first.apply(x).relu_();
      return second.apply(conv.apply(y)).add(x.mul(0.5)).add(y);
    }
  }

  @Test
  void outputsStatisticsAndGradients() {
    try (Scope scope = Scope.open();
        SyncStatistics statistics = new SyncStatistics(Ranks.alone(), 1)) {
      Block plain = new Block();
      Block synced = new Block();
      synced.first.synchronize(statistics);
      synced.second.synchronize(statistics);
      plain.train(true);
      synced.train(true);
      Tensor direction = normal(5, 4, 3, 5, 6);
      Tensor[] x = new Tensor[2];
      for (int i = 0; i < 2; i++) {
        x[i] = normal(4, 4, 3, 5, 6).mul(2).add(1).detach().requiresGrad(true);
        Tensor y = (i == 0 ? plain : synced).apply(x[i]);
        y.mul(y).mul(direction).sum().backward();
      }
      assertClose("input", x[1].grad(), x[0].grad(), 1e-4);
      plain
          .parameters()
          .forEach(
              (name, p) -> assertClose(name, synced.parameters().get(name).grad(), p.grad(), 1e-4));
      plain.buffers().forEach((name, b) -> assertClose(name, synced.buffers().get(name), b, 1e-6));
    }
  }
}
