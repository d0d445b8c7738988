/**
 * Estimation of depth: a distance in meters for every pixel.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.task.depth;

import org.jspecify.annotations.NullMarked;
