/**
 * Semantic segmentation: one class per pixel.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.task.segmentation;

import org.jspecify.annotations.NullMarked;
