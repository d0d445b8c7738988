package dev.vit4j.model.mvit;

import dev.vit4j.model.Family;
import dev.vit4j.model.GridResize;
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
import java.util.Optional;
import java.util.function.Consumer;

/** The MViTv2 family. */
final class MvitFamily implements Family {
  private static final String NAME = "mvitv2";
  private static final int FEW_IMAGES = 1000;
  private static final int IMAGENET_21K = 19168; // classes of the authors' selection

  private static final Map<String, Map<String, Object>> VARIANTS = new LinkedHashMap<>();

  static {
    VARIANTS.put(NAME, Map.of());
    mvit("tiny", 96, List.of(1, 2, 5, 2));
    mvit("small", 96, List.of(1, 2, 11, 2));
    mvit("base", 96, List.of(2, 3, 16, 3));
    mvit("large", 144, List.of(2, 6, 36, 4)).put("expand_attn", false);
    mvit("small_cls", 96, List.of(1, 2, 11, 2)).put("use_cls_token", true);
    withClassToken("base_cls", 96, List.of(2, 3, 16, 3));
    withClassToken("large_cls", 144, List.of(2, 6, 36, 4));
    withClassToken("huge_cls", 192, List.of(4, 8, 60, 8));
  }

  private static Map<String, Object> mvit(String name, int dim, List<Integer> depths) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("depths", depths);
    args.put("embed_dim", dim);
    args.put("num_heads", Math.max(1, dim / 64)); // 1, 2 and 3 heads
    VARIANTS.put(NAME + "_" + name, args);
    return args;
  }

  /** Adds a model that is published for the classes of ImageNet-21k. */
  private static void withClassToken(String name, int dim, List<Integer> depths) {
    Map<String, Object> args = mvit(name, dim, depths);
    args.put("use_cls_token", true);
    args.put("num_classes", IMAGENET_21K);
  }

  /** Returns the name of timm's model with these sizes, regardless of images and classes. */
  static Optional<String> variant(MvitConfig config) {
    Map<String, Object> sizes = sizes(config);
    return VARIANTS.keySet().stream()
        .filter(name -> !name.equals(NAME))
        .filter(name -> sizes(MvitConfig.of(name, VARIANTS.get(name))).equals(sizes))
        .findFirst();
  }

  private static Map<String, Object> sizes(MvitConfig config) {
    Map<String, Object> sizes = config.toMap();
    sizes.keySet().removeAll(MvitInterop.TIMM_ARGUMENTS);
    return sizes;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return "MViTv2";
  }

  @Override
  public Map<String, Map<String, Object>> variants() {
    return Collections.unmodifiableMap(VARIANTS);
  }

  @Override
  public MvitConfig config(String model, Map<String, ?> args) {
    return MvitConfig.of(model, args);
  }

  @Override
  public Model create(String model, Map<String, ?> args, Init init) {
    return new Mvit(model, config(model, args), init);
  }

  @Override
  public int fewImages() {
    return FEW_IMAGES;
  }

  /** Resizes relative positions linearly to the distances of another grid, as timm. */
  @Override
  public void adapt(Map<String, Tensor> state, Model from, Model to, Consumer<String> notes) {
    MvitConfig source = ((Mvit) from).config();
    MvitConfig target = ((Mvit) to).config();
    int[] old = source.patches();
    int[] grid = target.patches();
    if (Arrays.equals(old, grid)) {
      return;
    }
    for (MvitConfig.Block block : target.blocks()) {
      String attn = block.name() + ".attn.";
      state.computeIfPresent(attn + "rel_pos_h", (name, t) -> resized(t, block.rowDistances()));
      state.computeIfPresent(attn + "rel_pos_w", (name, t) -> resized(t, block.columnDistances()));
    }
    notes.accept(
        "relative positions resized from %dx%d to %dx%d patches"
            .formatted(old[0], old[1], grid[0], grid[1]));
  }

  /** [distances, d] to [length, d]. */
  private static Tensor resized(Tensor positions, int length) {
    int dim = (int) positions.size(1);
    return positions.size(0) == length
        ? positions
        : GridResize.BILINEAR.planes(positions.unsqueeze(0), length, dim).select(0, 0);
  }

  @Override
  public String onnx(Model model, OnnxLayers layers, String pixels) {
    return new MvitOnnx(layers, ((Mvit) model).config()).forward(pixels);
  }

  /**
   * Attention is not shown, since its queries and keys lie on grids that change from block to
   * block.
   */
  @Override
  public Inside inside(Model model) {
    boolean mean = ((Mvit) model).config().globalPool().equals("avg");
    return new Inside("patch_embed.grid", null, null, null, mean ? "feature_map" : "");
  }

  @Override
  public Interop interop() {
    return MvitInterop.MVIT;
  }
}
