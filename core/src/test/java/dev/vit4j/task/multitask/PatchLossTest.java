package dev.vit4j.task.multitask;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.model.PatchOutputs;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Losses and their gradients equal those that PyTorch computes from their definition. */
class PatchLossTest {
  private static final int SIDE = 8;
  private static final int ROWS = 3;
  private static final int COLUMNS = 5;
  private static final int CLASSES = 10;
  private static final Map<String, Tensor> GOLDEN =
      Fixture.tensors("19-multitask/golden.safetensors");

  /** The labels by rows of the images instead of by patches. */
  private static int[] pixels() {
    long[] byPatch = GOLDEN.get("labels").toLongs(); // [2, 15, 64]
    int width = COLUMNS * SIDE;
    int[] pixels = new int[byPatch.length];
    for (int i = 0; i < pixels.length; i++) {
      int patch = i / (SIDE * SIDE) % (ROWS * COLUMNS);
      int row = patch / COLUMNS * SIDE + i % (SIDE * SIDE) / SIDE;
      int column = patch % COLUMNS * SIDE + i % SIDE;
      pixels[i / (ROWS * SIDE * width) * ROWS * SIDE * width + row * width + column] =
          (int) byPatch[i];
    }
    return pixels;
  }

  private static PatchTargets targets() {
    return PatchTargets.of(pixels(), ROWS * SIDE, COLUMNS * SIDE, SIDE, CLASSES);
  }

  @Test
  void targetsAreArrangedByPatch() {
    PatchTargets targets = targets();
    assertThat(targets.labels()).isEqualTo(GOLDEN.get("labels").toLongs());
    assertThat(targets.labelledPatches()).isEqualTo(29); // one of 30 is ignored as a whole
    assertThat(targets.labelled()[3]).isFalse();
  }

  @Test
  void lossesAndGradientsEqualPyTorchs() {
    PatchTargets targets = targets();
    try (Scope scope = Scope.open();
        PatchLoss loss = new PatchLoss(null, 100, Device.CPU)) {
      Tensor logits = GOLDEN.get("logits").copy().requiresGrad(true);
      Tensor masks = GOLDEN.get("masks").copy().requiresGrad(true);
      PatchOutputs outputs = new PatchOutputs(logits, masks, COLUMNS, SIDE);
      Tensor classes = loss.classes(outputs, targets, 0, 2, Device.CPU);
      Tensor ofMasks = loss.masks(outputs, targets, 0, 2, Device.CPU);
      Tensor dice = loss.dice(outputs, targets, 0, 2, Device.CPU);
      float[] golden = GOLDEN.get("losses").toFloats();
      assertThat(classes.item()).isCloseTo(golden[0], within(1e-3));
      assertThat(ofMasks.item()).isCloseTo(golden[1], within(1e-2));
      assertThat(dice.item()).isCloseTo(100 * golden[2], within(1e-4));
      classes.add(ofMasks).add(dice).backward();
      assertClose("classes", logits.grad(), GOLDEN.get("grad_logits"), 1e-5);
      assertClose("masks", masks.grad(), GOLDEN.get("grad_masks"), 1e-5);
    }
  }

  /** A loss over all images is the sum of those over each. */
  @Test
  void imagesAreAddedUp() {
    PatchTargets targets = targets();
    try (Scope scope = Scope.open();
        PatchLoss loss = new PatchLoss(null, 0, Device.CPU)) {
      PatchOutputs outputs =
          new PatchOutputs(GOLDEN.get("logits"), GOLDEN.get("masks"), COLUMNS, SIDE);
      double sum = 0;
      for (int i = 0; i < 2; i++) {
        sum += loss.masks(outputs.narrow(i, 1), targets, i, 1, Device.CPU).item();
      }
      assertThat(sum)
          .isCloseTo(loss.masks(outputs, targets, 0, 2, Device.CPU).item(), within(1e-2));
    }
  }

  @Test
  void weightsCountClassesThatOften() {
    PatchTargets targets = targets();
    float[] weights = new float[CLASSES];
    Arrays.fill(weights, 2);
    try (Scope scope = Scope.open();
        PatchLoss plain = new PatchLoss(null, 0, Device.CPU);
        PatchLoss doubled = new PatchLoss(weights, 0, Device.CPU)) {
      PatchOutputs outputs =
          new PatchOutputs(GOLDEN.get("logits"), GOLDEN.get("masks"), COLUMNS, SIDE);
      assertThat(doubled.masks(outputs, targets, 0, 2, Device.CPU).item())
          .isCloseTo(2 * plain.masks(outputs, targets, 0, 2, Device.CPU).item(), within(1e-2));
      assertThat(doubled.weightOf(targets)).isEqualTo(2 * plain.weightOf(targets));
    }
  }
}
