package dev.vit4j.model.vit;

import dev.vit4j.model.Family;
import dev.vit4j.model.GridResize;
import dev.vit4j.model.InputLayer;
import dev.vit4j.model.Inside;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.AttentionPoolLatent;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The Vision Transformer and DeiT family. */
final class VitFamily implements Family {
  private static final int FEW_IMAGES = 1000;

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
    return VitVariants.args();
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
    Map<String, Object> args = c.withoutHead();
    args.put("depth", Family.cutAfter(model, layer, "blocks.", 0, c.depth()));
    return args;
  }

  @Override
  public void adapt(Map<String, Tensor> state, Model from, Model to, Consumer<String> notes) {
    VitConfig source = ((Vit) from).config();
    VitConfig target = ((Vit) to).config();
    requireSameHeads(source, target);
    GridResize.BICUBIC_ANTIALIAS.positions(
        state, "pos_embed", source.prefixPositions(), source.grid(), target.grid(), notes);
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
        new Inside.Positions("pos_embed", c.prefixPositions()),
        new Inside.Attention(
            c.depth(),
            c.numHeads(),
            grid[0],
            grid[1],
            c.prefixTokens(),
            reader(c),
            seen -> c.poolsByAttention() ? pooled(seen, c) : reading(c),
            c.poolsByAttention() && c.skippedTokens() == 0 ? AttentionPoolLatent.ATTENTION : ""),
        "");
  }

  private static String reader(VitConfig c) {
    return switch (c.globalPool()) {
      case "map" -> "the pooling";
      case "token_avg" -> "the class token and the mean of the patches";
      case "avg" -> c.poolIncludePrefix() ? "the mean of all tokens" : "the mean of the patches";
      default -> c.heads() == 1 ? "the class token" : "the class and distillation tokens";
    };
  }

  private static float[] reading(VitConfig c) {
    float[] reading = new float[c.tokens()];
    boolean both = c.globalPool().equals("token_avg"); // each has half of the vector
    if (c.readsPrefixOnly() || both) {
      Arrays.fill(reading, 0, c.heads(), (both ? 0.5f : 1f) / c.heads());
    }
    if (!c.readsPrefixOnly()) {
      int from = c.skippedTokens();
      Arrays.fill(reading, from, c.tokens(), (both ? 0.5f : 1f) / (c.tokens() - from));
    }
    return reading;
  }

  /** The mean over the heads of the attention that pools the tokens. */
  private static float[] pooled(Map<String, Tensor> seen, VitConfig c) {
    Tensor attention = seen.get(AttentionPoolLatent.ATTENTION).detach(); // [1, H, 1, N]
    float[] read = attention.select(2, 0).select(0, 0).mean(0).toFloats();
    float[] reading = new float[c.tokens()];
    System.arraycopy(read, 0, reading, c.skippedTokens(), read.length);
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
