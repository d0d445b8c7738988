package dev.vit4j.model.clip;

import dev.vit4j.model.Args;
import dev.vit4j.nn.Activation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of an image tower: open_clip's {@code vision_cfg}, with {@code vision_} before each
 * key.
 *
 * @param imgSize height and width of the images, pixels
 * @param inChans channels of the images
 * @param model catalog name of a model whose features are projected, as open_clip's {@code
 *     timm_model_name}; empty for CLIP's own towers
 * @param layers number of blocks of a Vision Transformer, or the blocks in the four stages of a
 *     ModifiedResNet
 * @param width width of the tokens, or of the first stage
 * @param patchSize side of a patch in pixels
 * @param headWidth width of an attention head
 * @param mlpRatio hidden width of the MLP as a factor of the width
 * @param lsInitValue initial value of LayerScale, or null for no LayerScale
 * @param lnPre whether there is a norm before the blocks
 * @param poolType {@code tok} (read the class token), {@code avg} (mean of the patches) or {@code
 *     map} (SigLIP's tower: attention pooling, no class token, no projection)
 * @param act activation in the MLP
 * @param normEps eps of every norm
 * @param embedDim width E of the common space
 */
record VisionConfig(
    int[] imgSize,
    int inChans,
    String model,
    List<Integer> layers,
    int width,
    int patchSize,
    int headWidth,
    double mlpRatio,
    @Nullable Double lsInitValue,
    boolean lnPre,
    String poolType,
    Activation act,
    double normEps,
    int embedDim) {
  private static final int STAGES = 4;
  private static final int RESNET_STRIDE = 32;

  VisionConfig {
    if (layers.size() != 1 && layers.size() != STAGES) {
      throw new IllegalArgumentException(
          "vision_layers must be one number of blocks or those of 4 stages, not " + layers);
    }
    int patch = layers.size() == 1 ? patchSize : RESNET_STRIDE;
    for (int side : imgSize) {
      if (model.isEmpty() && side % patch != 0) {
        throw new IllegalArgumentException(
            "image size %d is not divisible by %s %d: use %d"
                .formatted(
                    side,
                    layers.size() == 1 ? "patch size" : "the stride of the image tower,",
                    patch,
                    (side / patch + 1) * patch));
      }
    }
    if (model.isEmpty()
        && heads(layers, width, headWidth) * headWidth != finalWidth(layers, width)) {
      throw new IllegalArgumentException(
          "vision_width %d is not divisible by vision_head_width %d".formatted(width, headWidth));
    }
    boolean map = poolType.equals("map") && layers.size() == 1 && model.isEmpty();
    if (map && (width != embedDim || lnPre || lsInitValue != null)) {
      throw new IllegalArgumentException(
          "vision_pool_type map needs embed_dim %d, which is vision_width, vision_no_ln_pre true and no vision_ls_init_value"
              .formatted(width));
    }
  }

  static VisionConfig of(Args a, Map<String, ?> values, int embedDim) {
    int[] size = a.pair("img_size", 224);
    int channels = a.integer("in_chans", 3, 1, 1024);
    String model = a.text("vision_model_name", "");
    List<Integer> layers =
        values.get("vision_layers") instanceof List<?>
            ? a.integers("vision_layers", List.of(), STAGES, 1, 256)
            : List.of(a.integer("vision_layers", 12, 1, 256));
    return new VisionConfig(
        size,
        channels,
        model,
        layers,
        a.integer("vision_width", layers.size() == 1 ? 768 : 64, 1, 16384),
        a.integer("vision_patch_size", 32, 1, 1024),
        a.integer("vision_head_width", 64, 1, 16384),
        a.number("vision_mlp_ratio", 4, 0.01, 64),
        a.optionalNumber("vision_ls_init_value"),
        !a.flag("vision_no_ln_pre", false),
        a.word("vision_pool_type", "tok", List.of("tok", "avg", "map")),
        ClipConfig.activation(a),
        a.number("norm_eps", ClipConfig.NORM_EPS, 0, 1),
        embedDim);
  }

  /** All arguments but those common to both towers. */
  Map<String, Object> toMap() {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("img_size", List.of(imgSize[0], imgSize[1]));
    m.put("in_chans", inChans);
    if (!model.isEmpty()) {
      m.put("vision_model_name", model);
      return m;
    }
    m.put("vision_layers", isResNet() ? (Object) layers : layers.get(0));
    m.put("vision_width", width);
    m.put("vision_head_width", headWidth);
    if (!isResNet()) {
      m.put("vision_patch_size", patchSize);
      m.put("vision_mlp_ratio", mlpRatio);
      if (lsInitValue != null) {
        m.put("vision_ls_init_value", lsInitValue);
      }
      m.put("vision_no_ln_pre", !lnPre);
      m.put("vision_pool_type", poolType);
    }
    return m;
  }

  boolean isResNet() {
    return layers.size() == STAGES;
  }

  /** Whether it is SigLIP's tower. */
  boolean isSiglip() {
    return model.isEmpty() && !isResNet() && poolType.equals("map");
  }

  /** Rows and columns of the patches, or of the last feature map. */
  int[] grid() {
    int patch = isResNet() ? RESNET_STRIDE : patchSize;
    return new int[] {imgSize[0] / patch, imgSize[1] / patch};
  }

  /** Number of attention heads. */
  int heads() {
    return heads(layers, width, headWidth);
  }

  private static int heads(List<Integer> layers, int width, int headWidth) {
    return finalWidth(layers, width) / headWidth;
  }

  /** Width of the tokens that are pooled; a ModifiedResNet's last stage has 32 times its first. */
  private static int finalWidth(List<Integer> layers, int width) {
    return layers.size() == 1 ? width : width * 32;
  }

  int finalWidth() {
    return finalWidth(layers, width);
  }
}
