package dev.vit4j.task;

import dev.vit4j.tensor.Tensor;

/**
 * Loss of some samples of a batch.
 *
 * @param mean mean over these samples, f32 scalar with its graph
 * @param share weight of these samples in the mean over the whole batch, 0 to 1
 * @param tally counts for the running metrics
 */
public record Loss(Tensor mean, double share, Tally tally) {}
