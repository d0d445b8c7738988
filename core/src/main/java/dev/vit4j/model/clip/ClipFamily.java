package dev.vit4j.model.clip;

import dev.vit4j.model.Encodes;
import dev.vit4j.model.Family;
import dev.vit4j.model.GridResize;
import dev.vit4j.model.InputLayer;
import dev.vit4j.model.Inside;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** The CLIP family. */
public final class ClipFamily implements Family {
  /** Builds models of other families by their catalog names. */
  public interface Trunks {
    /**
     * Builds a model.
     *
     * @throws IllegalArgumentException for an unknown name or invalid arguments
     */
    Model create(String name, Map<String, ?> args, Init init);
  }

  /** What the names of models with quick GELU end with. */
  static final String QUICK = "-quickgelu";

  private static final List<String> SHAPELESS =
      List.of(
          "quick_gelu",
          "vision_model_name",
          "vision_head_width",
          "vision_pool_type",
          "text_heads",
          "text_pool_type",
          "text_no_causal_mask");

  private static final Map<String, Map<String, Object>> VARIANTS = new LinkedHashMap<>();

  static {
    VARIANTS.put("clip", Map.of());
    vit("ViT-B-32", 224, 32, 768, 12, 64, 512, 512, 8, 12);
    vit("ViT-B-16", 224, 16, 768, 12, 64, 512, 512, 8, 12);
    vit("ViT-L-14", 224, 14, 1024, 24, 64, 768, 768, 12, 12);
    vit("ViT-L-14-336", 336, 14, 1024, 24, 64, 768, 768, 12, 12);
    vit("ViT-H-14", 224, 14, 1280, 32, 80, 1024, 1024, 16, 24);
    resNet("RN50", 224, List.of(3, 4, 6, 3), 64, 1024, 512, 8);
    resNet("RN101", 224, List.of(3, 4, 23, 3), 64, 512, 512, 8);
    resNet("RN50x4", 288, List.of(4, 6, 10, 6), 80, 640, 640, 10);
    resNet("RN50x16", 384, List.of(6, 8, 18, 8), 96, 768, 768, 12);
    resNet("RN50x64", 448, List.of(3, 15, 36, 10), 128, 1024, 1024, 16);
  }

  private final Trunks trunks;
  private final Family classifiers = new ClipClassifierFamily(this);

  /**
   * Creates the family.
   *
   * @param trunks builds the image models of {@code vision_model_name}
   */
  public ClipFamily(Trunks trunks) {
    this.trunks = trunks;
  }

  /** The family of image towers with a classifier. */
  public Family classifiers() {
    return classifiers;
  }

  private static void vit(
      String name,
      int img,
      int patch,
      int width,
      int layers,
      int headWidth,
      int embed,
      int textWidth,
      int textHeads,
      int textLayers) {
    Map<String, Object> args = text(img, embed, textWidth, textHeads, textLayers);
    args.put("vision_patch_size", patch);
    args.put("vision_width", width);
    args.put("vision_layers", layers);
    args.put("vision_head_width", headWidth);
    VARIANTS.put(name, args);
    Map<String, Object> quick = new LinkedHashMap<>(args);
    quick.put("quick_gelu", true);
    VARIANTS.put(name + QUICK, quick);
  }

  private static void resNet(
      String name,
      int img,
      List<Integer> layers,
      int width,
      int embed,
      int textWidth,
      int textHeads) {
    Map<String, Object> args = text(img, embed, textWidth, textHeads, 12);
    args.put("vision_layers", layers);
    args.put("vision_width", width);
    VARIANTS.put(name, args);
    Map<String, Object> quick = new LinkedHashMap<>(args);
    quick.put("quick_gelu", true);
    VARIANTS.put(name + QUICK, quick);
  }

  private static Map<String, Object> text(int img, int embed, int width, int heads, int layers) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("img_size", img);
    args.put("embed_dim", embed);
    args.put("text_width", width);
    args.put("text_heads", heads);
    args.put("text_layers", layers);
    return args;
  }

  @Override
  public String name() {
    return "clip";
  }

  @Override
  public String title() {
    return "CLIP";
  }

  @Override
  public Map<String, Map<String, Object>> variants() {
    return Collections.unmodifiableMap(VARIANTS);
  }

  @Override
  public ClipConfig config(String model, Map<String, ?> args) {
    return ClipConfig.of(model, args);
  }

  @Override
  public Model create(String model, Map<String, ?> args, Init init) {
    return new Clip(this, model, config(model, args), init);
  }

  /** Builds the image tower, which maps [B, C, H, W] to [B, E]. */
  Module imageTower(String model, VisionConfig c, Init init) {
    if (c.model().isEmpty()) {
      return c.isResNet()
          ? new ClipResNet(init, c)
          : c.isSiglip() ? new SiglipVit(init, c) : new ClipVit(init, c);
    }
    Map<String, Object> args =
        Map.of(
            "img_size",
            List.of(c.imgSize()[0], c.imgSize()[1]),
            "in_chans",
            c.inChans(),
            "num_classes",
            0);
    Model trunk = trunks.create(c.model(), args, init);
    if (!(trunk instanceof Encodes) || trunk.family() == this) {
      throw new IllegalArgumentException(
          "%s: vision_model_name must be an image model with features, not %s"
              .formatted(model, c.model()));
    }
    return new ClipTrunk(init, trunk, c.embedDim());
  }

  @Override
  public void adapt(Map<String, Tensor> state, Model from, Model to, Consumer<String> notes) {
    requireSameComputation(from.args(), to.args());
    adapt(state, ((Clip) from).config().vision(), ((Clip) to).config().vision(), notes);
  }

  /** Compares the arguments that change what is computed, but not the shapes of the weights. */
  private static void requireSameComputation(Map<String, Object> from, Map<String, Object> to) {
    for (String argument : SHAPELESS) {
      if (!Objects.equals(from.get(argument), to.get(argument))) {
        throw new IllegalArgumentException(
            "the weights were trained with %s %s, but the model has %s: set it in model_args, or choose another model"
                .formatted(argument, from.get(argument), to.get(argument)));
      }
    }
  }

  /** Adapts CLIP's own image towers to another image or patch size. */
  static void adapt(
      Map<String, Tensor> state, VisionConfig from, VisionConfig to, Consumer<String> notes) {
    if (!from.model().isEmpty()) {
      return;
    }
    String name =
        from.isResNet() ? "visual.attnpool.positional_embedding" : "visual.positional_embedding";
    int prefix = from.isSiglip() ? 0 : 1; // the class token, or the mean of a ResNet's pooling
    Tensor positions = state.get(name); // [prefix + N, D]
    if (positions != null && !Arrays.equals(from.grid(), to.grid())) {
      state.put(name, positions.unsqueeze(0));
      GridResize.BICUBIC_ANTIALIAS.positions(state, name, prefix, from.grid(), to.grid(), notes);
      state.compute(name, (n, resized) -> resized.select(0, 0));
    }
    if (!from.isResNet()) {
      int[] patch = {to.patchSize(), to.patchSize()};
      InputLayer.patch(state, "visual.conv1.weight", patch, notes);
    }
  }

  @Override
  public Inside inside(Model model) {
    Clip clip = (Clip) model;
    return ClipInside.of(clip.config().vision(), clip.trunk());
  }

  @Override
  public String onnx(Model model, OnnxLayers layers, String pixels) {
    Clip clip = (Clip) model;
    return new ClipOnnx(layers).image(clip.config().vision(), pixels, clip.trunk());
  }

  @Override
  public String onnxOfTexts(Model model, OnnxLayers layers, String ids) {
    return new ClipOnnx(layers).text(((Clip) model).config().text(), ids);
  }

  @Override
  public Interop interop() {
    return ClipInterop.CLIP;
  }
}
