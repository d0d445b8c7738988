package dev.vit4j.model.multitask;

import dev.vit4j.model.Args;
import dev.vit4j.model.ModelConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The constructor arguments of a multitask ViT.
 *
 * @param imgSize height and width of the images in pixels, multiples of {@code patchSize}
 * @param inChans channels of the images
 * @param numClasses K, the number of classes
 * @param patchSize height and width of a patch in pixels
 * @param masksPerPatch M, the number of masks of a patch; at most K are used
 * @param backbone catalog name of the model that computes the tokens, or {@code patch_embed} for
 *     the linear projection of a ViT
 * @param backboneInput {@code patches}: each patch is an image for the backbone; {@code image}: the
 *     backbone sees the whole image, and a cell of its feature map belongs to a patch
 * @param backboneLayer the layer at which the backbone ends, such as {@code layer3}; empty for its
 *     last feature map
 * @param poolSize rows and columns to which the feature map of a patch is pooled; only for {@code
 *     patches}
 * @param embedDim width D of the tokens; 0 for that of the backbone's features, else they are
 *     projected to it
 * @param posEmbed {@code none}, or {@code sincos2d} for fixed embeddings of rows and columns
 * @param encoder {@code transformer}, {@code spikformer} for blocks of spiking neurons, or {@code
 *     none} for heads that read each patch alone
 * @param depth number of encoder layers
 * @param numHeads number of attention heads, a divisor of D
 * @param dimFeedforward width of the feed-forward layers
 * @param dropout dropout of the encoder
 * @param timeSteps T, the time steps of the spiking neurons; only for {@code spikformer}
 * @param maskHidden width of the hidden layer of the mask head
 * @param maskDropout dropout before both layers of the mask head
 */
public record MultitaskConfig(
    int[] imgSize,
    int inChans,
    int numClasses,
    int patchSize,
    int masksPerPatch,
    String backbone,
    String backboneInput,
    String backboneLayer,
    int poolSize,
    int embedDim,
    String posEmbed,
    String encoder,
    int depth,
    int numHeads,
    int dimFeedforward,
    double dropout,
    int timeSteps,
    int maskHidden,
    double maskDropout)
    implements ModelConfig {
  /** The backbone that is a linear projection of patches. */
  static final String PATCH_EMBED = "patch_embed";

  /** Checks that the values are consistent. */
  public MultitaskConfig {
    if (numClasses < 1) {
      throw new IllegalArgumentException("segmentation needs num_classes above 0");
    }
    if (imgSize[0] % patchSize != 0 || imgSize[1] % patchSize != 0) {
      throw new IllegalArgumentException(
          "img_size %d x %d is not divisible by patch_size %d"
              .formatted(imgSize[0], imgSize[1], patchSize));
    }
    if (backbone.equals(PATCH_EMBED) && embedDim == 0) {
      throw new IllegalArgumentException("backbone patch_embed needs embed_dim");
    }
    if (backbone.equals(PATCH_EMBED) && !backboneLayer.isEmpty()) {
      throw new IllegalArgumentException("backbone patch_embed has no layer to cut at");
    }
  }

  /**
   * Parses constructor arguments; missing ones get the values of the original network: a ResNet-32
   * for CIFAR on patches of 32 x 32 pixels, 460 classes, and PyTorch's default encoder.
   *
   * @param model name of the model, for messages
   * @throws IllegalArgumentException naming the argument, its value and the valid values
   */
  public static MultitaskConfig of(String model, Map<String, ?> values) {
    Args a = new Args(model, values);
    int[] img = a.pair("img_size", 224);
    int inChans = a.integer("in_chans", 3, 1, 1024);
    int classes = a.integer("num_classes", 460, 0, 65_534);
    int patch = a.integer("patch_size", 32, 1, 1024);
    int masks = a.integer("masks_per_patch", 4, 1, 1024);
    String backbone = a.text("backbone", "resnet32_cifar");
    String input = a.word("backbone_input", "patches", List.of("patches", "image"));
    String layer = a.text("backbone_layer", "");
    int pool = a.integer("pool_size", 2, 1, 64);
    int dim = a.integer("embed_dim", 0, 0, 16384);
    String posEmbed = a.word("pos_embed", "none", List.of("none", "sincos2d"));
    String encoder = a.word("encoder", "transformer", List.of("transformer", "spikformer", "none"));
    int depth = a.integer("depth", 6, 1, 256);
    int heads = a.integer("num_heads", 8, 1, 1024);
    int hidden = a.integer("dim_feedforward", 2048, 1, 65536);
    double dropout = a.rate("dropout", 0.1);
    int steps = a.integer("T", 4, 1, 1024);
    int maskHidden = a.integer("mask_hidden", 1024, 1, 65536);
    double maskDropout = a.rate("mask_dropout", 0.5);
    a.refuseUnknown();
    try {
      return new MultitaskConfig(
          img,
          inChans,
          classes,
          patch,
          masks,
          backbone,
          input,
          layer,
          pool,
          dim,
          posEmbed,
          encoder,
          depth,
          heads,
          hidden,
          dropout,
          steps,
          maskHidden,
          maskDropout);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(model + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("img_size", List.of(imgSize[0], imgSize[1]));
    m.put("in_chans", inChans);
    m.put("num_classes", numClasses);
    m.put("patch_size", patchSize);
    m.put("masks_per_patch", masksPerPatch);
    m.put("backbone", backbone);
    m.put("backbone_input", backboneInput);
    m.put("backbone_layer", backboneLayer);
    m.put("pool_size", poolSize);
    m.put("embed_dim", embedDim);
    m.put("pos_embed", posEmbed);
    m.put("encoder", encoder);
    m.put("depth", depth);
    m.put("num_heads", numHeads);
    m.put("dim_feedforward", dimFeedforward);
    m.put("dropout", dropout);
    m.put("T", timeSteps);
    m.put("mask_hidden", maskHidden);
    m.put("mask_dropout", maskDropout);
    return m;
  }

  /** The number of masks of a patch: no more than classes. */
  int masks() {
    return Math.min(masksPerPatch, numClasses);
  }

  /** Pixels of a patch. */
  int pixels() {
    return patchSize * patchSize;
  }

  boolean isPatchwise() {
    return backboneInput.equals("patches");
  }
}
