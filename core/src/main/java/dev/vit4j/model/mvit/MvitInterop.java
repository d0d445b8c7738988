package dev.vit4j.model.mvit;

import dev.vit4j.model.ForeignTensors;
import dev.vit4j.model.ImageDefaults;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.NameTable;
import dev.vit4j.model.Origin;
import dev.vit4j.model.TimmArguments;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** MViTv2 in timm. */
final class MvitInterop implements Interop {
  static final MvitInterop MVIT = new MvitInterop();

  private static final int RGB = 3;

  /** Arguments that timm's functions take beside the name of the model. */
  static final Set<String> TIMM_ARGUMENTS =
      Set.of("img_size", "in_chans", "num_classes", "global_pool", "drop_rate", "drop_path_rate");

  /** timm's names, which are also ours. */
  private static final NameTable TIMM_NAMES =
      NameTable.of(
          "timm",
          Origin.TIMM,
          "",
          "patch_embed.proj.weight",
          """
          cls_token                              cls_token
          patch_embed.proj.*                     patch_embed.proj.*
          stages.#.blocks.#.norm#.*              stages.#.blocks.#.norm#.*
          stages.#.blocks.#.shortcut_proj_attn.* stages.#.blocks.#.shortcut_proj_attn.*
          stages.#.blocks.#.attn.rel_pos_h       stages.#.blocks.#.attn.rel_pos_h
          stages.#.blocks.#.attn.rel_pos_w       stages.#.blocks.#.attn.rel_pos_w
          stages.#.blocks.#.attn.qkv.*           stages.#.blocks.#.attn.qkv.*
          stages.#.blocks.#.attn.proj.*          stages.#.blocks.#.attn.proj.*
          stages.#.blocks.#.attn.pool_q.*        stages.#.blocks.#.attn.pool_q.*
          stages.#.blocks.#.attn.norm_q.*        stages.#.blocks.#.attn.norm_q.*
          stages.#.blocks.#.attn.pool_k.*        stages.#.blocks.#.attn.pool_k.*
          stages.#.blocks.#.attn.norm_k.*        stages.#.blocks.#.attn.norm_k.*
          stages.#.blocks.#.attn.pool_v.*        stages.#.blocks.#.attn.pool_v.*
          stages.#.blocks.#.attn.norm_v.*        stages.#.blocks.#.attn.norm_v.*
          stages.#.blocks.#.shortcut_proj_mlp.*  stages.#.blocks.#.shortcut_proj_mlp.*
          stages.#.blocks.#.mlp.fc#.*            stages.#.blocks.#.mlp.fc#.*
          norm.*                                 norm.*
          head.fc.*                              head.fc.*
          """);

  private static final TimmArguments TIMM =
      new TimmArguments(
          List.of("img_size", "in_chans", "num_classes", "global_pool"), Set.of(), Map.of());

  private MvitInterop() {}

  @Override
  public Map<String, String> timmTags() {
    return Map.of(
        "mvitv2_tiny", "fb_in1k",
        "mvitv2_small", "fb_in1k",
        "mvitv2_base", "fb_in1k",
        "mvitv2_large", "fb_in1k",
        "mvitv2_base_cls", "fb_inw21k",
        "mvitv2_large_cls", "fb_inw21k",
        "mvitv2_huge_cls", "fb_inw21k");
  }

  @Override
  public List<NameTable> tables() {
    return List.of(TIMM_NAMES);
  }

  @Override
  public Set<String> tellable() {
    return Set.of("img_size", "global_pool");
  }

  @Override
  public Map<String, Object> configured(Origin library, Map<String, Object> config) {
    if (library != Origin.TIMM) {
      return Map.of();
    }
    Map<String, Object> args = TIMM.of(TimmArguments.in(config));
    if (config.get("global_pool") instanceof String pool && !pool.isEmpty()) {
      args.putIfAbsent("global_pool", pool);
    }
    return args;
  }

  @Override
  public Map<String, Object> argsOf(ForeignTensors weights) {
    Map<String, Object> known = weights.known(Map.of());
    Map<String, Tensor> state = weights.state();
    String first = "stages.0.blocks.0.";
    Tensor kernels = weights.require("patch_embed.proj.weight", 4); // [D, C, k, k]
    Tensor qkv = weights.require(first + "attn.qkv.weight", 2); // [3A, D]
    Tensor pool = weights.require(first + "attn.pool_q.weight", 4); // [d, 1, 3, 3]
    if (kernels.count() == 0 || pool.count() == 0) {
      throw new IllegalArgumentException("the weights of the first block are empty");
    }
    Tensor head = state.get("head.fc.weight");
    int dim = (int) kernels.size(0);
    int kernel = (int) kernels.size(2);
    List<Integer> depths = depths(state);
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("in_chans", (int) kernels.size(1));
    args.put("num_classes", head == null ? 0 : (int) head.size(0));
    args.put("depths", depths);
    args.put("embed_dim", dim);
    args.put("num_heads", (int) Math.max(1, qkv.size(0) / 3 / pool.size(0)));
    args.put("mlp_ratio", ratio(state, depths.size() - 1));
    args.put("qkv_bias", state.containsKey(first + "attn.qkv.bias"));
    args.put(
        "expand_attn", state.keySet().stream().noneMatch(n -> n.contains(".shortcut_proj_mlp.")));
    args.put("use_cls_token", state.containsKey("cls_token"));
    args.put("patch_kernel", kernel);
    if (known.containsKey("global_pool")) {
      args.put("global_pool", known.get("global_pool"));
    }
    args.put("img_size", size(weights, MvitConfig.of("these weights", args), first));
    return args;
  }

  private static List<Integer> depths(Map<String, Tensor> state) {
    List<Integer> depths = new ArrayList<>();
    for (int stage = 0; state.containsKey(norm(stage, 0)); stage++) {
      int blocks = 0;
      while (state.containsKey(norm(stage, blocks))) {
        blocks++;
      }
      depths.add(blocks);
    }
    return depths;
  }

  private static String norm(int stage, int block) {
    return "stages.%d.blocks.%d.norm1.weight".formatted(stage, block);
  }

  /** Returns the first known image size with this grid of patches; otherwise the largest one. */
  private static List<Integer> size(ForeignTensors weights, MvitConfig config, String block) {
    int rows = patches(weights.require(block + "attn.rel_pos_h", 2));
    int columns = patches(weights.require(block + "attn.rel_pos_w", 2));
    int stride = config.patchStride();
    int[] told = weights.toldSize();
    for (int[] size :
        new int[] @Nullable [] {told, weights.configuredSize(), weights.mentionedSize()}) {
      if (size != null
          && (size[0] - 1) / stride + 1 == rows
          && (size[1] - 1) / stride + 1 == columns) {
        return List.of(size[0], size[1]);
      }
    }
    if (told != null) {
      throw new IllegalArgumentException(
          "its relative positions are those of %dx%d pixels: img_size %dx%d does not fit; open it as it is and adapt it"
              .formatted(rows * stride, columns * stride, told[0], told[1]));
    }
    return List.of(rows * stride, columns * stride);
  }

  /** Rows or columns of patches, of which this many positions are the distances. */
  private static int patches(Tensor positions) {
    return (int) Math.max(1, (positions.size(0) + 1) / 2);
  }

  /** The hidden width of a stage as a factor: of the widest, where rounding down loses least. */
  private static double ratio(Map<String, Tensor> state, int stage) {
    String name = "stages.%d.blocks.0.mlp.fc1.weight".formatted(stage);
    Tensor hidden = ForeignTensors.require(state, name, 2); // [hidden, A]
    double ratio = (double) hidden.size(0) / Math.max(1, hidden.size(1));
    return (long) (hidden.size(1) * ratio) == hidden.size(0) ? ratio : Math.nextUp(ratio);
  }

  /** All published models have ImageNet's normalization. */
  @Override
  public ImageDefaults images(NameTable table, Model model) {
    ImageDefaults usual = table.origin().images(model);
    return model.channels() == RGB
        ? usual.withNormalization(Origin.IMAGENET_MEAN, Origin.IMAGENET_STD)
        : usual;
  }
}
