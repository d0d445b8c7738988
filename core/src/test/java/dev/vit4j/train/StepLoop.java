package dev.vit4j.train;

import dev.vit4j.data.Batch;
import dev.vit4j.data.BatchIterator;
import dev.vit4j.data.Loader;
import dev.vit4j.optim.Gradients;
import dev.vit4j.optim.Optimizer;
import dev.vit4j.optim.Optimizers;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.classification.ClassificationObjective;
import java.io.IOException;
import org.bytedeco.javacpp.Pointer;

/**
 * Training steps and nothing else. As a program it prints the process's resident memory, in bytes,
 * after 3,000 steps and after 5,000.
 */
public final class StepLoop implements AutoCloseable {
  private final Setup setup;
  private final Workers workers;
  private final Optimizer optimizer;
  private final Loader loader;
  private int step;

  private StepLoop(Recipe recipe) throws IOException {
    setup = Setup.open(recipe, Progress.quiet()).ready(recipe, Progress.quiet());
    ClassificationObjective objective =
        new ClassificationObjective(recipe, setup.model(), setup.input(), null, setup.device());
    workers = new Workers(setup.model(), objective, recipe, setup.device());
    optimizer = Optimizers.of(recipe, setup.model());
    loader =
        new Loader(setup.train(), null, recipe.get(OptimizerKeys.BATCH_SIZE), true, true, 0, 1);
  }

  static StepLoop start(String opt) throws IOException {
    boolean tricks = opt.equals("lamb");
    return new StepLoop(
        Digits.recipe()
            .with("opt", opt)
            .with("weight_decay", 0.05)
            .with("mixup", tricks ? 0.8 : 0)
            .with("cutmix", tricks ? 1 : 0)
            .with("batch_size", 4)
            .with("compute_workers", 2)
            .with("model_args.drop_rate", 0.1));
  }

  /** See above. */
  public static void main(String[] args) throws IOException {
    try (StepLoop loop = start("adam")) {
      loop.run(3000); // until the JVM has compiled what runs often
      long before = Pointer.physicalBytes();
      loop.run(2000);
      System.out.println(before + " " + Pointer.physicalBytes());
    }
  }

  void run(int steps) {
    int left = steps;
    while (left > 0) {
      try (BatchIterator batches = loader.epoch(step, 0)) {
        while (left > 0 && batches.hasNext()) {
          step(batches.next());
          left--;
        }
      }
    }
  }

  private void step(Batch batch) {
    workers.run(batch, step++, 1, 1);
    Gradients.clip(workers.parameters(), 1);
    optimizer.step(1e-3);
    Gradients.clear(workers.parameters());
  }

  @Override
  public void close() {
    loader.close();
    workers.close();
    optimizer.close();
    setup.model().close();
  }
}
