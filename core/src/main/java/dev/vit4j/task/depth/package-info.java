/** Estimation of depth: a distance in meters for every pixel. */
@NullMarked
package dev.vit4j.task.depth;

import org.jspecify.annotations.NullMarked;
