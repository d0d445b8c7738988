/** The Spikformer family: transformers of spiking neurons. */
@NullMarked
package dev.vit4j.model.spikformer;

import org.jspecify.annotations.NullMarked;
