/** Images as 8-bit pixels: decoding, resizing and augmenting, with Pillow's results. */
@NullMarked
package dev.vit4j.image;

import org.jspecify.annotations.NullMarked;
