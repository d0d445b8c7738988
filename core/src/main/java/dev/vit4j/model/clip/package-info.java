/** CLIP: an image tower and a text tower with a common space. */
@NullMarked
package dev.vit4j.model.clip;

import org.jspecify.annotations.NullMarked;
