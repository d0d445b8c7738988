/** Training: one trainer for every model, recipes, optimizers, schedules. */
@NullMarked
package dev.vit4j.train;

import org.jspecify.annotations.NullMarked;
