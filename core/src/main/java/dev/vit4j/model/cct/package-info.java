/**
 * The Compact Convolutional Transformer family.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.model.cct;

import org.jspecify.annotations.NullMarked;
