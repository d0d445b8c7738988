/**
 * The multitask ViT: classes and masks of the patches of an image.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.model.multitask;

import org.jspecify.annotations.NullMarked;
