package dev.vit4j.explain;

import dev.vit4j.image.Image;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values that explain the score of a class or a text for an image; {@link ExplanationReport} draws
 * them.
 *
 * @param picture model input before normalization
 * @param probabilities probabilities of all classes or texts; empty for a model without a head
 * @param target class or text of relevance and Grad-CAM, an index; -1 for a model without a head
 * @param featureMaps output of the first layer, [channels][rows][columns]: the patch embedding of a
 *     ViT, the tokenizer of a CCT, the first convolution of a ResNet; empty if it has no name
 * @param attention attention maps; null for a model without attention
 * @param gradCam Grad-CAM of a ResNet's last stage, [rows][columns]: the sum of channels weighted
 *     by the mean of their gradient, with negative values set to 0 (Selvaraju et al. 2017, arXiv
 *     1610.02391); null for other models, and without a head
 * @param spikes the layers of spiking neurons in execution order; empty for other models
 * @param texts what is known of texts; null for a classifier
 */
public record Explanation(
    Image picture,
    float[] probabilities,
    int target,
    float[][][] featureMaps,
    @Nullable AttentionMaps attention,
    float @Nullable [][] gradCam,
    List<Spikes> spikes,
    @Nullable OfTexts texts) {
  /**
   * The spikes of a layer of neurons.
   *
   * @param layer name of the layer, such as {@code block.0.attn.q_lif}
   * @param rate spikes per neuron and time step
   * @param maps [T][rows][columns]: the share of the neurons at each place of the image that fire
   */
  public record Spikes(String layer, double rate, float[][][] maps) {}

  /**
   * The similarity of texts and image.
   *
   * @param similarities cosine of the image with every text
   * @param words the tokens of the explained text
   */
  public record OfTexts(float[] similarities, List<Word> words) {}

  /**
   * A token of a text.
   *
   * @param text the token as text; ends with a blank if the word ends
   * @param relevance attention of the text tower weighted by the gradient of the score, as {@link
   *     AttentionMaps#relevance} of the token that is read; at least 0
   */
  public record Word(String text, float relevance) {}
}
