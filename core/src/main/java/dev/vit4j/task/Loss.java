package dev.vit4j.task;

import dev.vit4j.tensor.Tensor;

/**
 * The loss of some samples of a batch.
 *
 * @param mean over these samples, f32 [] with its graph
 * @param share of these samples in the mean over the whole batch, from 0 to 1
 * @param tally counts for the running metrics
 */
public record Loss(Tensor mean, double share, Tally tally) {}
