/**
 * Weights that others have published: their names, where they lie on this machine, fetching them.
 */
@NullMarked
package dev.vit4j.hub;

import org.jspecify.annotations.NullMarked;
