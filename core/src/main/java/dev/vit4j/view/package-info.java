/** Plots: draws arrays and images to a {@code BufferedImage}. */
@NullMarked
package dev.vit4j.view;

import org.jspecify.annotations.NullMarked;
