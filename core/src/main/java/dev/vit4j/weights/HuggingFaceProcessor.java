package dev.vit4j.weights;

import dev.vit4j.model.Origin;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an image processor of transformers does if {@code preprocessor_config.json} does not say it
 * (transformers 5.23; in 4.57 ConvNext's filter is bilinear, and BEiT's crops 224 of 256 pixels).
 *
 * @param resample Pillow's number of the filter
 * @param size default of {@code size}: one side
 * @param shortest whether a single number as {@code size} is the shorter side, not both sides
 * @param crops default of {@code do_center_crop}
 * @param clip whether mean and standard deviation are CLIP's, not 0.5
 * @param cropPct fraction that ConvNext's processor crops below 384 pixels; null for all others
 */
record HuggingFaceProcessor(
    int resample,
    int size,
    boolean shortest,
    boolean crops,
    boolean clip,
    @Nullable Double cropPct) {
  private static final int BILINEAR = 2;
  private static final int BICUBIC = 3;

  private static final Map<String, HuggingFaceProcessor> KNOWN =
      Map.of(
          "ViTImageProcessor", of(BILINEAR, 224, false, false, false),
          "DeiTImageProcessor", of(BICUBIC, 256, false, true, false),
          "BeitImageProcessor", of(BICUBIC, 224, false, false, false),
          "BitImageProcessor", of(BICUBIC, 224, true, true, true),
          "CLIPImageProcessor", of(BICUBIC, 224, true, true, true),
          "SiglipImageProcessor", of(BICUBIC, 224, false, false, false),
          "ConvNextImageProcessor",
              new HuggingFaceProcessor(BICUBIC, 384, true, false, false, 0.875));

  /** The processor of a model whose file does not name one. */
  private static final Map<String, String> OF_MODELS =
      Map.ofEntries(
          Map.entry("vit", "ViTImageProcessor"),
          Map.entry("ijepa", "ViTImageProcessor"),
          Map.entry("deit", "DeiTImageProcessor"),
          Map.entry("beit", "BeitImageProcessor"),
          Map.entry("data2vec-vision", "BeitImageProcessor"),
          Map.entry("dinov2", "BitImageProcessor"),
          Map.entry("dinov2_with_registers", "BitImageProcessor"),
          Map.entry("bit", "BitImageProcessor"),
          Map.entry("clip", "CLIPImageProcessor"),
          Map.entry("clip_vision_model", "CLIPImageProcessor"),
          Map.entry("siglip", "SiglipImageProcessor"),
          Map.entry("siglip_vision_model", "SiglipImageProcessor"),
          Map.entry("resnet", "ConvNextImageProcessor"));

  private static HuggingFaceProcessor of(
      int resample, int size, boolean shortest, boolean crops, boolean clip) {
    return new HuggingFaceProcessor(resample, size, shortest, crops, clip, null);
  }

  /**
   * Returns a processor.
   *
   * @param type its class, also by the names of older versions ({@code ViTFeatureExtractor}, {@code
   *     ViTImageProcessorFast}); empty for that of the model
   * @param modelType {@code model_type} of {@code config.json}
   * @return null if it is not known
   */
  static @Nullable HuggingFaceProcessor named(String type, String modelType) {
    String name =
        type.replaceFirst("(Fast|Pil)$", "").replaceFirst("FeatureExtractor$", "ImageProcessor");
    return KNOWN.get(
        name.isEmpty() ? OF_MODELS.getOrDefault(modelType, "ViTImageProcessor") : name);
  }

  /** Returns the names of all processors, for messages. */
  static String names() {
    return String.join(", ", KNOWN.keySet().stream().sorted().toList());
  }

  /** Returns the default mean. */
  List<Double> mean(int channels) {
    return clip && channels == Origin.CLIP_MEAN.size()
        ? Origin.CLIP_MEAN
        : Collections.nCopies(channels, 0.5);
  }

  /** Returns the default standard deviation. */
  List<Double> std(int channels) {
    return clip && channels == Origin.CLIP_STD.size()
        ? Origin.CLIP_STD
        : Collections.nCopies(channels, 0.5);
  }
}
