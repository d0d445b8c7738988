/** Model interpretability: attention, relevance, Grad-CAM, and their figures. */
@NullMarked
package dev.vit4j.explain;

import org.jspecify.annotations.NullMarked;
