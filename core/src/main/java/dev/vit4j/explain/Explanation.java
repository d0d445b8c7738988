package dev.vit4j.explain;

import dev.vit4j.image.Image;
import org.jspecify.annotations.Nullable;

/**
 * Values that explain the prediction for an image; {@link ExplanationReport} draws them.
 *
 * @param picture model input before normalization
 * @param probabilities probabilities of all classes; empty for a model without a head
 * @param target class index of relevance and Grad-CAM; -1 for a model without a head
 * @param featureMaps output of the first layer, [channels][rows][columns]: the patch embedding of a
 *     ViT, the tokenizer of a CCT, the first convolution of a ResNet
 * @param attention attention maps; null for a model without attention
 * @param gradCam Grad-CAM of a ResNet's last stage, [rows][columns]: the sum of channels weighted
 *     by the mean of their gradient, with negative values set to 0 (Selvaraju et al. 2017, arXiv
 *     1610.02391); null for other models, and without a head
 */
public record Explanation(
    Image picture,
    float[] probabilities,
    int target,
    float[][][] featureMaps,
    @Nullable AttentionMaps attention,
    float @Nullable [][] gradCam) {}
