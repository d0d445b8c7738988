/**
 * Augmentations: random crops, flips, colors, erasing, and the policies of timm and torchvision.
 */
@NullMarked
package dev.vit4j.image.augment;

import org.jspecify.annotations.NullMarked;
