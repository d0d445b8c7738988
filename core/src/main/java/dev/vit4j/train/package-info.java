/** Training: the trainer, data-parallel workers, run folders and studies. */
@NullMarked
package dev.vit4j.train;

import org.jspecify.annotations.NullMarked;
