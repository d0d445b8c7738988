package dev.vit4j.serve;

import dev.vit4j.image.Image;
import dev.vit4j.infer.Predictor;

/**
 * What a model computes for an image.
 *
 * @param fit decodes an image in the model's size
 * @param pass computes the results of such images
 * @param batcher the model's queue
 */
record Work<A>(Predictor.Fit fit, Batcher.Pass<Image, A> pass, Batcher batcher) {}
