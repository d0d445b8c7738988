/** Texts for CLIP: tokenizers, prompts and class names. */
@NullMarked
package dev.vit4j.text;

import org.jspecify.annotations.NullMarked;
