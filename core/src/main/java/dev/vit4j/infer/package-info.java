/** Inference: classification, segmentation and feature extraction of images. */
@NullMarked
package dev.vit4j.infer;

import org.jspecify.annotations.NullMarked;
