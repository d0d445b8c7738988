package dev.vit4j.explain;

import dev.vit4j.image.Image;
import org.jspecify.annotations.Nullable;

/**
 * What a model saw in one image, in numbers; {@link ExplanationReport} draws them.
 *
 * @param picture as the model reads it, before normalization
 * @param probabilities of all classes; empty for a model without a head
 * @param target the class that relevance and Grad-CAM are about; -1 for a model without a head
 * @param featureMaps what the first layer made of the image, [channels][rows][columns]: the patch
 *     embedding of a ViT, the tokenizer of a CCT, the first convolution of a ResNet
 * @param attention where a transformer looks; null for a model without attention
 * @param gradCam where a ResNet's last stage speaks for the class, [rows][columns]: the channels
 *     weighted with the mean of their gradient, negative sums cut off (Selvaraju et al. 2017, arXiv
 *     1610.02391); null for other models, and without a head
 */
public record Explanation(
    Image picture,
    float[] probabilities,
    int target,
    float[][][] featureMaps,
    @Nullable AttentionMaps attention,
    float @Nullable [][] gradCam) {}
