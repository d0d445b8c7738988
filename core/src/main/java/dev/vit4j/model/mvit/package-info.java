/**
 * MViTv2: a vision transformer of several scales, with pooling attention.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.model.mvit;

import org.jspecify.annotations.NullMarked;
