/** Plots and images: draws plain arrays and images, returns a {@code BufferedImage}. */
@NullMarked
package dev.vit4j.view;

import org.jspecify.annotations.NullMarked;
