/** Models at work: evaluation over data sets, classification of images. */
@NullMarked
package dev.vit4j.infer;

import org.jspecify.annotations.NullMarked;
