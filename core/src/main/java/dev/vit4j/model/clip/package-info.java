/**
 * CLIP: an image tower and a text tower with a common space.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.model.clip;

import org.jspecify.annotations.NullMarked;
