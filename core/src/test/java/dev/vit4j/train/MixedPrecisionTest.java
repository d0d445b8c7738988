package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.data.Batch;
import dev.vit4j.data.BatchIterator;
import dev.vit4j.data.Loader;
import dev.vit4j.format.Safetensors;
import dev.vit4j.optim.Gradients;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.classification.ClassificationObjective;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bf16 is for the forward pass alone: what is kept, summed and compared is f32. */
class MixedPrecisionTest {
  @TempDir Path output;

  private Recipe recipe(String precision) {
    return Digits.recipe()
        .with(
            Map.of(
                "output",
                output.toString(),
                "name",
                precision,
                "precision",
                precision,
                "model_args.weight_init",
                "jax",
                "epochs",
                3,
                "batch_size",
                64,
                "lr",
                0.03,
                "sched_on",
                "step",
                "ema",
                0.99,
                "compute_workers",
                2));
  }

  @Test
  void bf16LearnsAsWellAndKeepsAllInF32() throws IOException {
    Run exact = Trainer.run(recipe("f32"), Progress.quiet());
    Run rough = Trainer.run(recipe("bf16"), Progress.quiet());
    assertThat(exact.val("top1")).isGreaterThan(60);
    assertThat(rough.val("top1")).isCloseTo(exact.val("top1"), within(6.0));
    try (Safetensors kept =
        Safetensors.open(RunFolder.last(rough.folder()).resolve(Checkpoint.FILE))) {
      assertThat(kept.tensors().keySet())
          .contains("model.head.weight", "optimizer.exp_avg_sq.head.weight", "ema.head.weight");
      assertThat(kept.tensors().values()).allMatch(t -> t.dtype() == DType.F32);
    }
  }

  /** A loss in bf16 would have 8 bits: of many losses hardly one would have more. */
  @Test
  void theLossIsComputedInF32() throws IOException {
    Recipe recipe = recipe("bf16").with("batch_size", 8).with("compute_workers", 1);
    Setup setup = Setup.open(recipe, Progress.quiet()).ready(recipe, Progress.quiet());
    ClassificationObjective objective =
        new ClassificationObjective(recipe, setup.model(), setup.input(), null, setup.device());
    List<Double> losses = new ArrayList<>();
    try (Workers workers = new Workers(setup.model(), objective, recipe, setup.device());
        Loader loader = new Loader(setup.train(), null, 8, true, true, 0, 0);
        BatchIterator batches = loader.epoch(0, 0)) {
      workers.train(true);
      for (int i = 0; i < 20; i++) {
        Batch batch = batches.next();
        losses.add(workers.run(batch, i, 1, 1).loss());
        assertThat(workers.parameters()).allMatch(p -> p.grad().dtype() == DType.F32);
        Gradients.clear(workers.parameters());
      }
    } finally {
      setup.model().close();
    }
    assertThat(losses.stream().filter(l -> !isBf16(l)).count()).isGreaterThan(15);
  }

  private static boolean isBf16(double loss) {
    return (Float.floatToIntBits((float) loss) & 0xffff) == 0;
  }
}
