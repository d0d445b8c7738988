/** Looking inside a model: attention, relevance, Grad-CAM, and the figures that show them. */
@NullMarked
package dev.vit4j.explain;

import org.jspecify.annotations.NullMarked;
