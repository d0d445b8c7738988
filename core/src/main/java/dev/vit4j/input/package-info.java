/** What happens to an image before the model: sizes, channels and normalization. */
@NullMarked
package dev.vit4j.input;

import org.jspecify.annotations.NullMarked;
