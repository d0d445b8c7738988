/**
 * The Spikformer family: transformers of spiking neurons.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.model.spikformer;

import org.jspecify.annotations.NullMarked;
