/** Decoding of JPEG and WebP by OpenCV's libjpeg-turbo and libwebp. */
@NullMarked
package dev.vit4j.opencv;

import org.jspecify.annotations.NullMarked;
