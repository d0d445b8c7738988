package dev.vit4j.model.beit;

import dev.vit4j.model.ForeignTensors;
import dev.vit4j.model.Origin;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Derives the constructor arguments of a BEiT from its tensors. */
final class BeitArguments {
  private static final String TABLE = "relative_position_bias_table";
  private static final String OWN = "blocks.0.attn." + TABLE;
  private static final String SHARED = "rel_pos_bias." + TABLE;
  private static final long HEAD_WIDTH = 64;

  private BeitArguments() {}

  /**
   * Returns all arguments; the positions are resized to the image size that the user sets.
   *
   * @throws IllegalArgumentException if the tensors are not a BEiT's
   */
  static Map<String, Object> of(ForeignTensors weights) {
    Map<String, Tensor> state = weights.state();
    Tensor kernel = weights.require("patch_embed.proj.weight", 4); // [D, C, h, w]
    Tensor fc2 = weights.require("blocks.0.mlp.fc2.weight", 2); // [D, hidden]
    if (kernel.count() == 0 || fc2.count() == 0) {
      throw new IllegalArgumentException("patch_embed.proj.weight or blocks.0.mlp.fc2 is empty");
    }
    Map<String, Object> known = weights.known(Map.of());
    int dim = (int) kernel.size(0);
    Tensor head = state.get("head.weight");
    boolean after = state.containsKey("fc_norm.weight");
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("patch_size", List.of((int) kernel.size(2), (int) kernel.size(3)));
    args.put("in_chans", (int) kernel.size(1));
    args.put("num_classes", head == null ? 0 : (int) head.size(0));
    args.put("embed_dim", dim);
    args.put("depth", depth(state));
    args.put(
        "qkv_bias",
        state.containsKey("blocks.0.attn.q_bias")
            || state.containsKey("blocks.0.attn.q_proj.bias"));
    args.put("mlp_ratio", ratio(fc2.size(1), dim));
    args.put("use_abs_pos_emb", state.containsKey("pos_embed"));
    args.put("use_rel_pos_bias", state.containsKey(OWN));
    args.put("use_shared_rel_pos_bias", state.containsKey(SHARED));
    args.put("use_fc_norm", after);
    if (state.containsKey("blocks.0.gamma_1")) {
      args.put("init_values", known.getOrDefault("init_values", BeitFamily.initValues(dim)));
    }
    eva(weights, known, fc2.size(1), args);
    args.put("num_heads", heads(weights, known, dim));
    double eps = weights.origin().normEps();
    args.put(
        "norm_eps",
        assumed(weights, known, "norm_eps", eps, String.format(Locale.ROOT, "%.0e", eps)));
    args.put("act", assumed(weights, known, "act", "gelu", "gelu"));
    String pool = after ? "avg" : "token";
    args.put("global_pool", assumed(weights, known, "global_pool", pool, pool));
    args.put("img_size", size(weights, new int[] {(int) kernel.size(2), (int) kernel.size(3)}));
    return args;
  }

  private static Object assumed(
      ForeignTensors weights, Map<String, Object> known, String key, Object value, String words) {
    Object given = known.get(key);
    if (given == null) {
      weights.assume(key, words);
    }
    return given == null ? value : given;
  }

  /** The parts of EVA-02. Whether a gated model rotates queries and keys, no tensor shows. */
  private static void eva(
      ForeignTensors weights, Map<String, Object> known, long hidden, Map<String, Object> args) {
    Map<String, Tensor> state = weights.state();
    String mlp = "blocks.0.mlp.";
    boolean split = state.containsKey(mlp + "fc1_g.weight");
    boolean normed = state.containsKey(mlp + "norm.weight");
    if (split != normed) {
      throw new IllegalArgumentException(
          split
              ? "blocks.0.mlp.fc1_g belongs to a gated MLP without a norm, which is not supported"
              : "blocks.0.mlp.norm belongs to an MLP with a norm, which is supported with a gate only");
    }
    boolean gated = split || weights.require(mlp + "fc1.weight", 2).size(0) == 2 * hidden;
    args.put("swiglu_mlp", gated);
    args.put("scale_mlp", split);
    args.put("scale_attn_inner", state.containsKey("blocks.0.attn.norm.weight"));
    args.put("qkv_fused", state.containsKey("blocks.0.attn.qkv.weight"));
    Object rotates = known.getOrDefault("use_rot_pos_emb", gated);
    args.put("use_rot_pos_emb", rotates);
    if (gated && !known.containsKey("use_rot_pos_emb")) {
      weights.assume("use_rot_pos_emb", true);
    }
    if (Boolean.TRUE.equals(rotates)) {
      int usual = BeitFamily.PRETRAINED_GRID;
      boolean configured = known.containsKey("use_rot_pos_emb");
      Object reference = known.get("ref_feat_shape");
      if (reference == null && !configured) {
        weights.assume("ref_feat_shape", usual);
        reference = usual;
      }
      if (reference != null) {
        args.put("ref_feat_shape", reference);
      }
    }
  }

  private static int depth(Map<String, Tensor> state) {
    int depth = 0;
    while (state.containsKey("blocks." + depth + ".norm1.weight")) {
      depth++;
    }
    return depth;
  }

  /** Returns the ratio that gives exactly this hidden width when multiplied and rounded down. */
  private static double ratio(long hidden, long dim) {
    double ratio = (double) hidden / dim;
    return (long) (dim * ratio) == hidden ? ratio : Math.nextUp(ratio);
  }

  /** A table of relative positions has a column for each head. */
  private static Object heads(ForeignTensors weights, Map<String, Object> known, int dim) {
    Tensor table = table(weights.state());
    if (table != null) {
      return (int) table.size(1);
    }
    if (!known.containsKey("num_heads") && dim % HEAD_WIDTH != 0) {
      throw new IllegalArgumentException(
          "the weights do not determine the number of attention heads, and width %d is not a usual one: set --model-args num_heads=N, or put the model's config.json next to them"
              .formatted(dim));
    }
    long usual = Math.max(1, dim / HEAD_WIDTH);
    return assumed(weights, known, "num_heads", (int) usual, Long.toString(usual));
  }

  private static @Nullable Tensor table(Map<String, Tensor> state) {
    Tensor table = state.getOrDefault(OWN, state.get(SHARED));
    if (table != null && table.dim() != 2) {
      throw new IllegalArgumentException(TABLE + " must have 2 sizes, not " + table);
    }
    return table;
  }

  /** Determines the image size and resizes the positions, as the weights' library does. */
  private static List<Integer> size(ForeignTensors weights, int[] patch) {
    int[] grid = grid(weights, patch);
    int[] wanted = weights.toldSize() != null ? weights.toldSize() : weights.configuredSize();
    int[] size = wanted != null ? wanted : new int[] {grid[0] * patch[0], grid[1] * patch[1]};
    int[] target = {size[0] / patch[0], size[1] / patch[1]};
    boolean theirs = weights.origin() == Origin.HUGGING_FACE;
    boolean rectangle = theirs && table(weights.state()) != null && grid[0] != grid[1];
    if (rectangle) {
      throw new IllegalArgumentException(
          "its relative positions are of %dx%d patches: transformers reads those of images that are not square in another order, which is not supported"
              .formatted(grid[0], grid[1]));
    }
    if (!Arrays.equals(grid, target)) {
      weights
          .state()
          .computeIfPresent(
              "pos_embed",
              (name, pos) -> weights.origin().resize().positions(pos, 1, grid, target));
      BeitFamily.resize(
          weights.state(),
          table ->
              theirs
                  ? RelativeBias.resizedBilinear(table, grid, target)
                  : RelativeBias.resized(table, grid, target));
      weights.report(
          "Positions resized from %dx%d to %dx%d patches"
              .formatted(grid[0], grid[1], target[0], target[1]));
    }
    return List.of(size[0], size[1]);
  }

  /** Rows and columns of patches: of the first known image size that fits, else a square. */
  private static int[] grid(ForeignTensors weights, int[] patch) {
    Tensor table = table(weights.state());
    Tensor positions = weights.state().get("pos_embed");
    for (int[] size :
        new int[] @Nullable [] {
          weights.configuredSize(), weights.mentionedSize(), weights.toldSize()
        }) {
      if (size != null) {
        int[] grid = {size[0] / patch[0], size[1] / patch[1]};
        if (fits(grid, table, positions)) {
          return grid;
        }
      }
    }
    long patches = positions != null ? positions.size(1) - 1 : 0;
    int side =
        table != null
            ? ((int) Math.round(Math.sqrt((double) Math.max(1, table.size(0) - 3))) + 1) / 2
            : (int) Math.round(Math.sqrt((double) patches));
    int[] square = {side, side};
    if (side < 1 || !fits(square, table, positions)) {
      throw new IllegalArgumentException(
          table == null && positions == null
              ? "has no positions that show the image size: set it with --model-args img_size=N"
              : "its positions are not those of a square grid of patches: set the image size with --model-args img_size=[HEIGHT,WIDTH], or put the model's config.json next to the weights");
    }
    return square;
  }

  private static boolean fits(int[] grid, @Nullable Tensor table, @Nullable Tensor positions) {
    boolean known = grid[0] > 0 && grid[1] > 0;
    return known
        && (table == null || table.size(0) == RelativeBias.distances(grid))
        && (positions == null || positions.size(1) == 1 + (long) grid[0] * grid[1]);
  }
}
