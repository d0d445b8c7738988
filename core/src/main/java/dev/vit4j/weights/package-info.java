/** Weights on disk: the folder that timm and Hugging Face open, with the preprocess inside. */
@NullMarked
package dev.vit4j.weights;

import org.jspecify.annotations.NullMarked;
