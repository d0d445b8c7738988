package dev.vit4j.train;

import dev.vit4j.recipe.Recipe;

/** A recipe of the tests' own, so that better values in the shipped ones change no test. */
public final class Digits {
  private Digits() {}

  /** The smallest model on the built-in digits. */
  public static Recipe recipe() {
    try {
      return Recipe.parse(
          "digits",
          """
          data: mnist-sample
          model: vit_mnist_1850
          epochs: 2
          batch_size: 256
          opt: adam
          lr: 0.01
          sched: cosine
          mean: [0.1307]
          std: [0.3081]
          """);
    } catch (dev.vit4j.format.FormatException e) {
      throw new IllegalStateException(e);
    }
  }
}
