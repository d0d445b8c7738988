package dev.vit4j.model.beit;

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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The BEiT family. */
final class BeitFamily implements Family {
  private static final int FEW_IMAGES = 1000;

  /** Initial values of LayerScale: of the first base model, and of all others. */
  private static final double FIRST_BASE = 0.1;

  private static final double USUAL = 1e-5;

  /** Rows and columns of patches in the pretraining of EVA-02. */
  static final int PRETRAINED_GRID = 16;

  private static final Map<String, Map<String, Object>> VARIANTS = new LinkedHashMap<>();

  static {
    VARIANTS.put("beit", Map.of());
    base("beit_base_patch16_224", 224, FIRST_BASE);
    base("beit_base_patch16_384", 384, FIRST_BASE);
    large("beit_large_patch16_224", 224);
    large("beit_large_patch16_384", 384);
    large("beit_large_patch16_512", 512);
    base("beitv2_base_patch16_224", 224, USUAL);
    large("beitv2_large_patch16_224", 224);
    for (int size : new int[] {224, 336}) {
      eva("eva02_tiny_patch14_" + size, size, 192, 12, false);
      eva("eva02_small_patch14_" + size, size, 384, 12, false);
    }
    for (int size : new int[] {224, 448}) {
      eva("eva02_base_patch14_" + size, size, 768, 12, true);
      eva("eva02_large_patch14_" + size, size, 1024, 24, true);
    }
  }

  /** timm's names. */
  static final Set<String> NAMES = names();

  private static Set<String> names() {
    Set<String> names = new TreeSet<>(VARIANTS.keySet());
    names.remove("beit");
    return names;
  }

  private static void base(String name, int size, double initValues) {
    VARIANTS.put(
        name,
        Map.of(
            "img_size",
            size,
            "init_values",
            initValues,
            "use_abs_pos_emb",
            false,
            "use_rel_pos_bias",
            true));
  }

  private static void large(String name, int size) {
    base(name, size, USUAL);
    Map<String, Object> args = new LinkedHashMap<>(VARIANTS.get(name));
    args.put("embed_dim", 1024);
    args.put("depth", 24);
    args.put("num_heads", 16);
    VARIANTS.put(name, args);
  }

  private static void eva(String name, int size, int dim, int depth, boolean scaled) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("img_size", size);
    args.put("patch_size", 14);
    args.put("embed_dim", dim);
    args.put("depth", depth);
    args.put("num_heads", dim / 64);
    args.put("mlp_ratio", 4 * 2 / 3.0);
    args.put("swiglu_mlp", true);
    args.put("scale_mlp", scaled);
    args.put("qkv_fused", !scaled);
    args.put("use_rot_pos_emb", true);
    args.put("ref_feat_shape", PRETRAINED_GRID);
    VARIANTS.put(name, args);
  }

  /** Initial value of LayerScale of a model of this width, which its weights do not show. */
  static double initValues(int dim) {
    return dim < 1024 ? FIRST_BASE : USUAL;
  }

  /** Arguments of timm's model of this name; empty for an unknown one. */
  static Map<String, Object> variantOf(String architecture) {
    return VARIANTS.getOrDefault(architecture, Map.of());
  }

  @Override
  public String name() {
    return "beit";
  }

  @Override
  public String title() {
    return "BEiT and EVA-02";
  }

  @Override
  public String shortTitle() {
    return "BEiT";
  }

  @Override
  public Map<String, Map<String, Object>> variants() {
    return Collections.unmodifiableMap(VARIANTS);
  }

  @Override
  public BeitConfig config(String model, Map<String, ?> args) {
    return BeitConfig.of(model, args);
  }

  @Override
  public Model create(String model, Map<String, ?> args, Init init) {
    return new Beit(model, config(model, args), init);
  }

  @Override
  public int fewImages() {
    return FEW_IMAGES;
  }

  /** At {@code blocks.0} to the last block; the norm follows it. */
  @Override
  public Map<String, Object> cut(Model model, String layer) {
    BeitConfig c = ((Beit) model).config();
    Map<String, Object> args = new LinkedHashMap<>(c.toMap());
    args.put("num_classes", 0);
    args.put("depth", Family.cutAfter(model, layer, "blocks.", 0, c.depth()));
    return args;
  }

  @Override
  public void adapt(Map<String, Tensor> state, Model from, Model to, Consumer<String> notes) {
    BeitConfig source = ((Beit) from).config();
    BeitConfig target = ((Beit) to).config();
    GridResize.BICUBIC_ANTIALIAS.positions(
        state, "pos_embed", 1, source.grid(), target.grid(), notes);
    if (!Arrays.equals(source.grid(), target.grid())
        && resize(state, table -> RelativeBias.resized(table, source.grid(), target.grid()))) {
      notes.accept(
          "relative positions resized from %dx%d to %dx%d patches"
              .formatted(source.grid()[0], source.grid()[1], target.grid()[0], target.grid()[1]));
    }
    InputLayer.patch(state, "patch_embed.proj.weight", target.patchSize(), notes);
  }

  /** Resizes all tables of relative positions; returns whether there is one. */
  static boolean resize(Map<String, Tensor> state, UnaryOperator<Tensor> resize) {
    List<String> tables =
        state.keySet().stream()
            .filter(name -> name.endsWith("relative_position_bias_table"))
            .toList();
    tables.forEach(name -> state.compute(name, (n, table) -> resize.apply(table)));
    return !tables.isEmpty();
  }

  @Override
  public String onnx(Model model, OnnxLayers layers, String pixels) {
    return new BeitOnnx(layers, ((Beit) model).config()).forward(pixels);
  }

  @Override
  public String onnxOfFeatureMap(Model model, OnnxLayers layers, String pixels) {
    return new BeitOnnx(layers, ((Beit) model).config()).featureMap(pixels);
  }

  @Override
  public Inside inside(Model model) {
    BeitConfig c = ((Beit) model).config();
    int[] patch = c.patchSize();
    int[] grid = c.grid();
    String about =
        "%d x %d / (%d x %d) = %d patches of %d numbers; with the class token %d tokens of %d"
            .formatted(
                c.imgSize()[0],
                c.imgSize()[1],
                patch[0],
                patch[1],
                c.patches(),
                patch[0] * patch[1] * c.inChans(),
                1 + c.patches(),
                c.embedDim());
    return new Inside(
        "patch_embed.grid",
        new Inside.Patches(patch[0], patch[1], about),
        c.useAbsPosEmb() ? new Inside.Positions("pos_embed", 1) : null,
        new Inside.Attention(
            c.depth(),
            c.numHeads(),
            grid[0],
            grid[1],
            1,
            c.readsMean() ? "the mean of the patches" : "the class token",
            seen -> reading(c),
            ""),
        "");
  }

  private static float[] reading(BeitConfig c) {
    float[] reading = new float[1 + c.patches()];
    if (c.readsMean()) {
      Arrays.fill(reading, 1, reading.length, 1f / c.patches());
    } else {
      reading[0] = 1;
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
        new EmbeddingStep("patch_embed", "one token per patch [B, N, D]"),
        new EmbeddingStep("tokens", "after the class token: the encoder's input [B, N + 1, D]"));
  }

  @Override
  public Interop interop() {
    return BeitInterop.BEIT;
  }
}
