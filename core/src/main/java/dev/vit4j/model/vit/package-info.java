/**
 * The Vision Transformer family: ViT, DeiT, DINOv2, I-JEPA, image models of CLIP and SigLIP.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.model.vit;

import org.jspecify.annotations.NullMarked;
