package dev.vit4j.model.vit;

import dev.vit4j.model.ForeignTensors;
import dev.vit4j.model.GridResize;
import dev.vit4j.model.Origin;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Derives the constructor arguments of a ViT from its tensors. Arguments that tensors do not
 * determine (heads, eps, pooling) are taken from a configuration, otherwise assumed and reported.
 */
final class VitArguments {
  /** Usual numbers of heads, by width. */
  private static final Map<Long, Integer> KNOWN_HEADS =
      Map.of(192L, 3, 384L, 6, 768L, 12, 1024L, 16, 1152L, 16, 1280L, 16, 1408L, 16, 1664L, 16);

  private static final long HEAD_WIDTH = 64;
  private static final double NO_SCALE_YET =
      1e-5; // LayerScale's initial value, replaced by the weights

  private static final double CLIP_EPS = 1e-5;
  private static final int GOOGLES_DIMS =
      3; // dimensions of Google's queries: [D, heads, D / heads]

  private final ForeignTensors weights;
  private final Map<String, Tensor> state;
  private final Map<String, Object> known;
  private final Map<String, Object> args = new LinkedHashMap<>();

  private VitArguments(ForeignTensors weights, Map<String, Object> known) {
    this.weights = weights;
    this.state = weights.state();
    this.known = known;
  }

  /**
   * Returns all arguments; the tensors are converted to this model's form, and the positions
   * resized to the image size that the user sets.
   *
   * @throws IllegalArgumentException if the tensors are not a ViT's, or contradict known arguments
   */
  static Map<String, Object> of(ForeignTensors weights) {
    Map<String, Tensor> state = weights.state();
    Origin origin = weights.origin();
    if (weights.table().equals(VitTables.TOWER)) {
      VitTowers.bringIntoForm(state);
    }
    long[] queries = weights.storedShape("blocks.0.attn.qkv.weight");
    boolean showsHeads = queries != null && queries.length == GOOGLES_DIMS;
    Map<String, Object> known =
        weights.known(showsHeads ? Map.of("num_heads", (int) queries[1]) : Map.of());
    if (!known.containsKey("norm_eps")) {
      // timm's models with a norm before the blocks are CLIP's and use its eps
      boolean clip = origin == Origin.TIMM && state.containsKey("norm_pre.weight");
      double eps = clip ? CLIP_EPS : origin.normEps();
      known.put("norm_eps", eps);
      weights.assume("norm_eps", String.format(Locale.ROOT, "%.0e", eps));
    }
    if (origin != Origin.TIMM) { // only timm's models have a choice
      known.putIfAbsent("global_pool", pooling(state));
    }
    // The arguments depend on the form of the tensors, which depends on the grid.
    Tensor kernel = state.get("patch_embed.proj.weight");
    if (kernel == null || kernel.dim() != 4 || !state.containsKey("pos_embed")) {
      throw new IllegalArgumentException(
          state.containsKey("pos_embed")
              ? "has no patch_embed.proj.weight, which every supported ViT has"
              : "has no pos_embed: a ViT with rotary positions (RoPE, as DINOv3) or without positions, which is not supported");
    }
    if (kernel.count() == 0) {
      throw new IllegalArgumentException("patch_embed.proj.weight is empty: " + kernel);
    }
    int[] patch = {(int) kernel.size(2), (int) kernel.size(3)};
    List<int @Nullable []> candidates = new ArrayList<>();
    candidates.add(weights.configuredSize());
    candidates.add(weights.mentionedSize());
    candidates.add(weights.toldSize());
    int[] grid = grid(state, patch, candidates);
    bringIntoForm(state, (long) grid[0] * grid[1]);
    VitArguments arguments = new VitArguments(weights, known);
    arguments.read(grid);
    arguments.resize(patch, grid);
    return arguments.args;
  }

  /** The pooling that a library other than timm has for models with these tensors. */
  private static String pooling(Map<String, Tensor> state) {
    Tensor head = state.get("head.weight");
    Tensor norm = state.get("norm.weight");
    boolean both = // class token and mean side by side, as transformers' DINOv2
        head != null
            && norm != null
            && head.dim() == 2
            && norm.dim() == 1
            && head.size(1) == 2 * norm.size(0)
            && !state.containsKey("pre_logits.fc.weight");
    if (state.containsKey("attn_pool.latent")) {
      return "map";
    }
    return !state.containsKey("cls_token") ? "avg" : both ? "token_avg" : "token";
  }

  /** Determines the image size and resizes the positions. */
  private void resize(int[] patch, int[] grid) {
    int[] wanted = weights.toldSize();
    int[] written = weights.configuredSize();
    if (Boolean.TRUE.equals(known.get("dynamic_img_size")) && weights.mentionedSize() != null) {
      written = weights.mentionedSize();
    }
    int[] stored = {grid[0] * patch[0], grid[1] * patch[1]};
    int[] size = wanted != null ? wanted : written != null ? written : stored;
    args.put("img_size", List.of(size[0], size[1]));
    int[] target = {size[0] / patch[0], size[1] / patch[1]};
    Origin origin = weights.origin();
    boolean registers = origin == Origin.HUGGING_FACE && has("reg_token"); // they have antialias
    GridResize how = registers ? GridResize.BICUBIC_ANTIALIAS : origin.resize();
    state.compute(
        "pos_embed", (name, pos) -> how.positions(pos, pos.size(1) - patches(grid), grid, target));
    if (target[0] != grid[0] || target[1] != grid[1]) {
      weights.report(
          "Position embeddings resized from %dx%d to %dx%d patches (%s)"
              .formatted(
                  grid[0],
                  grid[1],
                  target[0],
                  target[1],
                  registers ? "as Hugging Face: bicubic, antialias" : origin.resizeWords()));
    }
  }

  private static long patches(int[] grid) {
    return (long) grid[0] * grid[1];
  }

  private void read(int[] grid) {
    Tensor patch = weights.require("patch_embed.proj.weight", 4); // [D, C, h, w]
    Tensor fc1 = weights.require("blocks.0.mlp.fc1.weight", 2); // [hidden, D]
    weights.require("pos_embed", 3);
    Tensor fc2 = weights.require("blocks.0.mlp.fc2.weight", 2); // [D, hidden]
    if (!has("blocks.0.norm1.bias")) {
      throw new IllegalArgumentException(
          "blocks.0.norm1 has no bias: a norm of another kind than LayerNorm (such as RMSNorm), which is not supported");
    }
    if (!has("norm.weight") && !has("norm.bias") && !has("fc_norm.weight")) {
      throw new IllegalArgumentException(
          "has no norm after the last block (final_norm false, as InternViT and RADIO), which is not supported");
    }
    if (has("norm_pre.weight") && has("attn_pool.latent") && !known.containsKey("global_pool")) {
      throw new IllegalArgumentException(
          "a norm before the blocks and attention pooling are the Perception Encoder's (vit_pe_*), which rotates queries and keys by their positions (RoPE): this is not supported");
    }
    boolean gated = fc1.size(0) == 2 * fc2.size(1);
    long dim = patch.size(0);
    args.put("embed_dim", (int) dim);
    args.put("in_chans", (int) patch.size(1));
    args.put(
        "patch_size",
        patch.size(2) == patch.size(3)
            ? (Object) (int) patch.size(2)
            : List.of((int) patch.size(2), (int) patch.size(3)));
    args.put("depth", depth());
    args.put("mlp_ratio", ratio(fc1.size(0), dim));
    args.put("qkv_bias", has("blocks.0.attn.qkv.bias"));
    args.put("proj_bias", has("blocks.0.attn.proj.bias"));
    args.put("class_token", has("cls_token"));
    args.put("reg_tokens", has("reg_token") ? (int) state.get("reg_token").size(1) : 0);
    if (has("blocks.0.ls1.gamma")) {
      args.put("init_values", NO_SCALE_YET);
    }
    args.put("pre_norm", has("norm_pre.weight"));
    args.put("distilled", has("dist_token"));
    args.put("num_classes", has("head.weight") ? (int) state.get("head.weight").size(0) : 0);
    args.forEach(this::agree);
    args.put("fc_norm", has("fc_norm.weight"));
    args.put(
        "no_embed_class", state.get("pos_embed").size(1) < prefixTokens(state) + patches(grid));
    args.put("qk_norm", has("blocks.0.attn.q_norm.weight"));
    if (has("pre_logits.fc.weight")) {
      args.put("representation_size", (int) weights.require("pre_logits.fc.weight", 2).size(0));
    }
    if (gated) {
      args.put("mlp_layer", VitConfig.SWIGLU); // in all libraries with SiLU, timm's default for it
    }
    if (known.containsKey("pool_include_prefix")) {
      args.put("pool_include_prefix", known.get("pool_include_prefix"));
    }
    args.put("global_pool", pool());
    args.put("num_heads", heads(dim));
    args.put("norm_eps", known.get("norm_eps"));
    Object act = known.get("act");
    if (act == null && !gated) {
      weights.assume("act", "gelu");
    } else if (!gated) {
      args.put("act", act);
    }
  }

  /** With a class token, weights do not determine whether the head reads it or the mean. */
  private String pool() {
    Object configured = known.get("global_pool");
    if (has("attn_pool.latent")) {
      return "map";
    }
    boolean mean = has("fc_norm.weight") || !has("cls_token");
    String pool = configured != null ? configured.toString() : mean ? "avg" : "token";
    if (configured == null && has("cls_token") && !has("dist_token")) {
      weights.assume("global_pool", pool);
    }
    return pool;
  }

  private Object heads(long dim) {
    if (known.containsKey("num_heads")) {
      return known.get("num_heads");
    }
    Integer heads = KNOWN_HEADS.get(dim);
    if (heads == null && dim % HEAD_WIDTH != 0) {
      throw new IllegalArgumentException(
          "the weights do not determine the number of attention heads, and width %d is not a usual one: set --model-args num_heads=N, or put the model's config.json next to them"
              .formatted(dim));
    }
    int guess = heads == null ? (int) (dim / HEAD_WIDTH) : heads;
    weights.assume("num_heads", guess);
    return guess;
  }

  private int depth() {
    int depth = 0;
    while (has("blocks." + depth + ".norm1.weight")) {
      depth++;
    }
    return depth;
  }

  /** Returns the ratio that gives exactly this hidden width when multiplied and rounded down. */
  private static double ratio(long hidden, long dim) {
    double ratio = (double) hidden / dim;
    return (long) (dim * ratio) == hidden ? ratio : Math.nextUp(ratio);
  }

  /** Rejects a configuration of another model. */
  private void agree(String argument, Object value) {
    Object other = known.get(argument);
    boolean switches = argument.equals("init_values") || argument.equals("mlp_ratio");
    if (other != null && !switches && !same(other, value)) {
      throw new IllegalArgumentException(
          "%s is %s in the weights, but %s in their configuration or arguments: these are different models"
              .formatted(argument, value, other));
    }
  }

  private static boolean same(Object a, Object b) {
    Object one =
        a instanceof List<?> l && l.size() == 2 && l.get(0).equals(l.get(1)) ? l.get(0) : a;
    return one.equals(b)
        || (one instanceof Number m && b instanceof Number n && m.doubleValue() == n.doubleValue());
  }

  private boolean has(String name) {
    return state.containsKey(name);
  }

  /**
   * Converts tensors of other forms without changing the function: a distillation token without a
   * head becomes a register token, and if only some of the tokens before the patches have
   * positions, these are added to the class token, as timm does.
   *
   * @param grid number of patches of an image
   */
  static void bringIntoForm(Map<String, Tensor> state, long grid) {
    Tensor none = state.get("reg_token");
    if (none != null && none.count() == 0) {
      state.remove("reg_token");
    }
    Tensor dist = state.get("dist_token");
    if (dist != null
        && state.containsKey("head.weight")
        && !state.containsKey("head_dist.weight")) {
      Tensor reg = state.remove("reg_token");
      state.remove("dist_token");
      state.put("reg_token", reg == null ? dist : Ops.cat(1, dist, reg));
    }
    Tensor pos = state.get("pos_embed");
    long prefix = prefixTokens(state);
    long given = pos.size(1) - grid; // positions of the prefix tokens
    Tensor cls = state.get("cls_token");
    if (given == 1 && prefix > 1 && cls != null) {
      state.put("cls_token", cls.add(pos.narrow(1, 0, 1)));
      state.put("pos_embed", pos.narrow(1, 1, grid));
    }
  }

  /** Number of tokens before the patches. */
  static long prefixTokens(Map<String, Tensor> state) {
    long tokens = 0;
    for (String name : List.of("cls_token", "dist_token", "reg_token")) {
      Tensor t = state.get(name);
      tokens += t == null ? 0 : t.size(1);
    }
    return tokens;
  }

  /**
   * Returns the grid of the positions: rows and columns.
   *
   * @param candidates known image sizes, most certain first
   * @throws IllegalArgumentException if none matches and the grid is not square
   */
  static int[] grid(Map<String, Tensor> state, int[] patch, List<int @Nullable []> candidates) {
    long positions = state.get("pos_embed").size(1);
    long prefix = prefixTokens(state);
    // with positions for all tokens, for the class token only, and for none of the prefix
    TreeMap<Integer, Long> grids = new TreeMap<>();
    grids.put(0, positions - prefix);
    grids.put(1, positions - Math.min(1, prefix));
    grids.put(2, positions);
    for (int[] size : candidates) {
      if (size != null) {
        int rows = size[0] / patch[0];
        int columns = size[1] / patch[1];
        if (grids.containsValue((long) rows * columns)) {
          return new int[] {rows, columns};
        }
      }
    }
    for (long n : grids.values()) {
      int side = (int) Math.round(Math.sqrt((double) n));
      if (n > 0 && (long) side * side == n) {
        return new int[] {side, side};
      }
    }
    throw new IllegalArgumentException(
        "%d positions are not a square grid of patches: set the image size with --model-args img_size=[HEIGHT,WIDTH], or put the model's config.json next to the weights"
            .formatted(positions));
  }
}
