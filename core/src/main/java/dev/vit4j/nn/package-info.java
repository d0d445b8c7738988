/** Layers: Java objects with named parameters and a {@code forward} method. */
@NullMarked
package dev.vit4j.nn;

import org.jspecify.annotations.NullMarked;
