/** The multitask ViT: classes and masks of the patches of an image. */
@NullMarked
package dev.vit4j.model.multitask;

import org.jspecify.annotations.NullMarked;
