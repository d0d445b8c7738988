/** Images of 8-bit pixels: decoding, resizing and augmentation, with Pillow's results. */
@NullMarked
package dev.vit4j.image;

import org.jspecify.annotations.NullMarked;
