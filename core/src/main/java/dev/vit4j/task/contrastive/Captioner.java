package dev.vit4j.task.contrastive;

import dev.vit4j.data.Batch;
import java.util.List;
import java.util.SplittableRandom;

/** Draws a caption for each sample of a batch. */
interface Captioner {
  /**
   * Captions of a batch.
   *
   * @param tokens tokens of each caption, without padding
   * @param groups group of each sample; samples of one group are positives of each other
   */
  record Drawn(List<int[]> tokens, int[] groups) {}

  /** Returns one caption per sample. */
  Drawn draw(Batch batch, SplittableRandom random);
}
