package dev.vit4j.model.vit;

import dev.vit4j.model.Family;
import dev.vit4j.model.GridResize;
import dev.vit4j.model.InputLayer;
import dev.vit4j.model.Inside;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The Vision Transformer and DeiT family. */
final class VitFamily implements Family {
  private static final int FEW_IMAGES = 1000;

  private static final Map<String, Map<String, Object>> VARIANTS = new LinkedHashMap<>();

  static {
    VARIANTS.put("vit", Map.of());
    vit("vit_mnist_1850", 28, 7, 8, 2, 2, Map.of("in_chans", 1, "num_classes", 10, "mlp_ratio", 2));
    vit("vit_cifar_d192", 32, 4, 192, 9, 12, Map.of("num_classes", 100, "mlp_ratio", 2));
    vits("vit_tiny_patch16", 16, 192, 12, 3, 224, 384);
    vits("vit_small_patch16", 16, 384, 12, 6, 224, 384);
    vits("vit_base_patch16", 16, 768, 12, 12, 224, 384);
    vits("vit_large_patch16", 16, 1024, 24, 16, 224, 384);
    vits("vit_small_patch32", 32, 384, 12, 6, 224);
    vits("vit_base_patch32", 32, 768, 12, 12, 224);
    vits("vit_large_patch32", 32, 1024, 24, 16, 384);
    vits("vit_base_patch8", 8, 768, 12, 12, 224);
    vits("vit_large_patch14", 14, 1024, 24, 16, 224);
    // timm registers this one without a head.
    vit("vit_huge_patch14_224", 224, 14, 1280, 32, 16, Map.of("num_classes", 0));
    deit("tiny", 192, 3);
    deit("small", 384, 6);
    deit("base", 768, 12);
  }

  private static void vit(
      String name, int img, int patch, int dim, int depth, int heads, Map<String, Object> more) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("img_size", img);
    args.put("patch_size", patch);
    args.put("embed_dim", dim);
    args.put("depth", depth);
    args.put("num_heads", heads);
    args.putAll(more);
    VARIANTS.put(name, args);
  }

  private static void vits(String stem, int patch, int dim, int depth, int heads, int... imgSizes) {
    for (int size : imgSizes) {
      vit(stem + "_" + size, size, patch, dim, depth, heads, Map.of());
    }
  }

  private static void deit(String size, int dim, int heads) {
    Map<String, Object> distilled = Map.of("distilled", true);
    vit("deit_" + size + "_patch16_224", 224, 16, dim, 12, heads, Map.of());
    vit("deit_" + size + "_distilled_patch16_224", 224, 16, dim, 12, heads, distilled);
  }

  @Override
  public String name() {
    return "vit";
  }

  @Override
  public String title() {
    return "Vision Transformer";
  }

  @Override
  public String shortTitle() {
    return "ViT";
  }

  @Override
  public Map<String, Map<String, Object>> variants() {
    return Collections.unmodifiableMap(VARIANTS);
  }

  @Override
  public VitConfig config(String model, Map<String, ?> args) {
    return VitConfig.of(model, args);
  }

  @Override
  public Model create(String model, Map<String, ?> args, Init init) {
    return new Vit(model, config(model, args), init);
  }

  @Override
  public int fewImages() {
    return FEW_IMAGES;
  }

  /** At {@code blocks.0} to the last block; the norm follows it. */
  @Override
  public Map<String, Object> cut(Model model, String layer) {
    VitConfig c = ((Vit) model).config();
    Map<String, Object> args = new LinkedHashMap<>(c.toMap());
    args.put("num_classes", 0);
    args.put("depth", Family.cutAfter(model, layer, "blocks.", 0, c.depth()));
    return args;
  }

  @Override
  public void adapt(Map<String, Tensor> state, Model from, Model to, Consumer<String> notes) {
    VitConfig source = ((Vit) from).config();
    VitConfig target = ((Vit) to).config();
    requireSameHeads(source, target);
    GridResize.BICUBIC_ANTIALIAS.positions(
        state, "pos_embed", source.prefixTokens(), source.grid(), target.grid(), notes);
    InputLayer.patch(state, "patch_embed.proj.weight", target.patchSize(), notes);
  }

  private static void requireSameHeads(VitConfig from, VitConfig to) {
    boolean fits = from.embedDim() != to.embedDim() || from.numHeads() == to.numHeads();
    if (!fits) {
      throw new IllegalArgumentException(
          "they were trained with %d heads, the model has %d: set model_args.num_heads to %1$d"
              .formatted(from.numHeads(), to.numHeads()));
    }
  }

  @Override
  public String onnx(Model model, OnnxLayers layers, String pixels) {
    return new VitOnnx(layers, ((Vit) model).config()).forward(pixels);
  }

  @Override
  public String onnxOfFeatureMap(Model model, OnnxLayers layers, String pixels) {
    return new VitOnnx(layers, ((Vit) model).config()).featureMap(pixels);
  }

  @Override
  public Inside inside(Model model) {
    VitConfig c = ((Vit) model).config();
    int[] patch = c.patchSize();
    int[] grid = c.grid();
    String about = // N = H W / P², and the token sequence
        "%d x %d / (%d x %d) = %d patches of %d numbers; with %d more, %d tokens of %d"
            .formatted(
                c.imgSize()[0],
                c.imgSize()[1],
                patch[0],
                patch[1],
                c.patches(),
                patch[0] * patch[1] * c.inChans(),
                c.prefixTokens(),
                c.tokens(),
                c.embedDim());
    return new Inside(
        "patch_embed.grid",
        new Inside.Patches(patch[0], patch[1], about),
        new Inside.Positions("pos_embed", c.prefixTokens()),
        new Inside.Attention(
            c.depth(),
            c.numHeads(),
            grid[0],
            grid[1],
            c.prefixTokens(),
            reader(c),
            seen -> reading(c),
            ""),
        "");
  }

  private static String reader(VitConfig c) {
    if (!c.readsPrefixOnly()) {
      return "the mean of the patches";
    }
    return c.heads() == 1 ? "the class token" : "the class and distillation tokens";
  }

  private static float[] reading(VitConfig c) {
    float[] reading = new float[c.tokens()];
    if (c.readsPrefixOnly()) {
      Arrays.fill(reading, 0, c.heads(), 1f / c.heads());
    } else {
      Arrays.fill(reading, c.prefixTokens(), c.tokens(), 1f / c.patches());
    }
    return reading;
  }

  @Override
  public List<EmbeddingStep> embedding() {
    return List.of(
        new EmbeddingStep("picture", "one image [C, H, W]"),
        new EmbeddingStep("pixels", "with the batch dimension [B, C, H, W]"),
        new EmbeddingStep(
            "patch_embed.grid", "projected: the output of a convolution [B, D, h, w]"),
        new EmbeddingStep("patch_embed.flat", "the flattened grid [B, D, N]"),
        new EmbeddingStep("patch_embed", "one token per patch [B, N, D]"),
        new EmbeddingStep("cls_token", "class token, shared by all images [B, 1, D]"),
        new EmbeddingStep("tokens_with_cls", "prepended to the patches [B, N + 1, D]"),
        new EmbeddingStep("pos_embed", "position embedding [1, N + 1, D]"),
        new EmbeddingStep("tokens", "added: the encoder's input [B, N + 1, D]"));
  }

  @Override
  public Interop interop() {
    return VitInterop.VIT;
  }
}
