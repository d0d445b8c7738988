/** Reads and writes model weights of vit4j, timm, torchvision and Hugging Face. */
@NullMarked
package dev.vit4j.weights;

import org.jspecify.annotations.NullMarked;
