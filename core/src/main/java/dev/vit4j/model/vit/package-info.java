/** The Vision Transformer family: ViT and DeiT. */
@NullMarked
package dev.vit4j.model.vit;

import org.jspecify.annotations.NullMarked;
