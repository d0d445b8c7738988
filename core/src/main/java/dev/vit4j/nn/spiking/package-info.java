/**
 * Spiking neurons with surrogate gradients, and a transformer of them.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.nn.spiking;

import org.jspecify.annotations.NullMarked;
