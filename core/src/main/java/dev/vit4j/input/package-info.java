/** Preprocessing of images for a model: size, channels and normalization. */
@NullMarked
package dev.vit4j.input;

import org.jspecify.annotations.NullMarked;
