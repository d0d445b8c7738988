/**
 * Pretrained weights from the Hugging Face Hub and torchvision: names, local caches and downloads.
 */
@NullMarked
package dev.vit4j.hub;

import org.jspecify.annotations.NullMarked;
