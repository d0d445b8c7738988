/** Feature vectors in two dimensions: PCA, t-SNE. */
@NullMarked
package dev.vit4j.reduce;

import org.jspecify.annotations.NullMarked;
