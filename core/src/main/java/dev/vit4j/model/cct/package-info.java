/** The Compact Convolutional Transformer family. */
@NullMarked
package dev.vit4j.model.cct;

import org.jspecify.annotations.NullMarked;
