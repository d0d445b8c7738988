/** Semantic segmentation: one class per pixel. */
@NullMarked
package dev.vit4j.task.segmentation;

import org.jspecify.annotations.NullMarked;
