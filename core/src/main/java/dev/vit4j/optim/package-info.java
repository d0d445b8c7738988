/** Optimizers, learning rate schedules, gradients and weight averages. */
@NullMarked
package dev.vit4j.optim;

import org.jspecify.annotations.NullMarked;
