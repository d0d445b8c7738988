package dev.vit4j.model.vit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The ViTs of the catalog, with timm's names, sizes and default tags of published weights. */
final class VitVariants {
  private static final String AUGREG = "augreg_in21k_ft_in1k";
  private static final String AUGREG2 = "augreg2_in21k_ft_in1k";
  private static final String ORIG = "orig_in21k_ft_in1k";
  private static final String DEIT = "fb_in1k";
  private static final String DINOV2 = "lvd142m";
  private static final String LAION = "laion2b_ft_in12k_in1k";
  private static final String WEBLI2 = "v2_webli";

  private static final Map<String, Map<String, Object>> ARGS = new LinkedHashMap<>();
  private static final Map<String, String> TAGS = new TreeMap<>();

  static {
    ARGS.put("vit", Map.of());
    vit("vit_mnist_1850", 28, 7, 8, 2, 2, Map.of("in_chans", 1, "num_classes", 10, "mlp_ratio", 2));
    vit("vit_cifar_d192", 32, 4, 192, 9, 12, Map.of("num_classes", 100, "mlp_ratio", 2));
    vits("vit_tiny_patch16", AUGREG, 16, 192, 12, 3, Map.of(), 224, 384);
    vits("vit_small_patch16", AUGREG, 16, 384, 12, 6, Map.of(), 224, 384);
    vits("vit_base_patch16", AUGREG2, 16, 768, 12, 12, Map.of(), 224);
    vits("vit_base_patch16", AUGREG, 16, 768, 12, 12, Map.of(), 384);
    vits("vit_large_patch16", AUGREG, 16, 1024, 24, 16, Map.of(), 224, 384);
    vits("vit_small_patch32", AUGREG, 32, 384, 12, 6, Map.of(), 224);
    vits("vit_base_patch32", AUGREG, 32, 768, 12, 12, Map.of(), 224);
    vits("vit_large_patch32", ORIG, 32, 1024, 24, 16, Map.of(), 384);
    vits("vit_base_patch8", AUGREG2, 8, 768, 12, 12, Map.of(), 224);
    vit("vit_large_patch14_224", 224, 14, 1024, 24, 16, Map.of());
    // timm registers this one without a head.
    vits("vit_huge_patch14", "orig_in21k", 14, 1280, 32, 16, Map.of("num_classes", 0), 224);
    deit("tiny", 192, 3);
    deit("small", 384, 6);
    deit("base", 768, 12);
    deit3();
    dinov2("small", 384, 12, 6, Map.of());
    dinov2("base", 768, 12, 12, Map.of());
    dinov2("large", 1024, 24, 16, Map.of());
    dinov2("giant", 1536, 40, 24, Map.of("mlp_layer", VitConfig.SWIGLU, "mlp_ratio", 2.66667 * 2));
    clip();
    siglip();
    gaps();
    tests();
  }

  private VitVariants() {}

  /** Constructor arguments by name. */
  static Map<String, Map<String, Object>> args() {
    return Collections.unmodifiableMap(ARGS);
  }

  /** timm's default tags by name. */
  static Map<String, String> tags() {
    return Collections.unmodifiableMap(TAGS);
  }

  private static void vit(
      String name, int img, int patch, int dim, int depth, int heads, Map<String, ?> more) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("img_size", img);
    args.put("patch_size", patch);
    args.put("embed_dim", dim);
    args.put("depth", depth);
    args.put("num_heads", heads);
    args.putAll(more);
    ARGS.put(name, args);
  }

  /** Models of several image sizes, whose names end with the size. */
  private static void vits(
      String stem,
      String tag,
      int patch,
      int dim,
      int depth,
      int heads,
      Map<String, ?> more,
      int... imgSizes) {
    for (int size : imgSizes) {
      vit(stem + "_" + size, size, patch, dim, depth, heads, more);
      TAGS.put(stem + "_" + size, tag);
    }
  }

  private static void deit(String size, int dim, int heads) {
    Map<String, ?> distilled = Map.of("distilled", true);
    vits("deit_" + size + "_patch16", DEIT, 16, dim, 12, heads, Map.of(), 224);
    vits("deit_" + size + "_distilled_patch16", DEIT, 16, dim, 12, heads, distilled, 224);
  }

  private static void deit3() {
    Map<String, ?> more = Map.of("no_embed_class", true, "init_values", 1e-6);
    vits("deit3_small_patch16", DEIT, 16, 384, 12, 6, more, 224, 384);
    vits("deit3_medium_patch16", DEIT, 16, 512, 12, 8, more, 224);
    vits("deit3_base_patch16", DEIT, 16, 768, 12, 12, more, 224, 384);
    vits("deit3_large_patch16", DEIT, 16, 1024, 24, 16, more, 224, 384);
    vits("deit3_huge_patch14", DEIT, 14, 1280, 32, 16, more, 224);
  }

  private static void dinov2(String size, int dim, int depth, int heads, Map<String, ?> more) {
    Map<String, Object> args = new LinkedHashMap<>(more);
    args.put("num_classes", 0);
    args.put("init_values", 1e-5);
    String name = "vit_" + size + "_patch14_dinov2";
    vit(name, 518, 14, dim, depth, heads, args);
    TAGS.put(name, DINOV2);
    args.put("reg_tokens", 4);
    args.put("no_embed_class", true);
    String registers = "vit_" + size + "_patch14_reg4_dinov2";
    vit(registers, 518, 14, dim, depth, heads, args);
    TAGS.put(registers, DINOV2);
  }

  private static void clip() {
    Map<String, ?> small = clip("gelu", 512);
    Map<String, ?> more = clip("gelu", 1000);
    String tiny = "tinyclip_laion400m";
    vits("vit_medium_patch32_clip", tiny, 32, 512, 12, 8, small, 224);
    vits("vit_betwixt_patch32_clip", tiny, 32, 640, 12, 10, small, 224);
    vits("vit_base_patch32_clip", LAION, 32, 768, 12, 12, more, 224, 384, 448);
    vits("vit_base_patch32_clip", "datacompxl", 32, 768, 12, 12, small, 256);
    vits("vit_base_patch16_clip", LAION, 16, 768, 12, 12, more, 224, 384);
    vits("vit_large_patch14_clip", LAION, 14, 1024, 24, 16, more, 224, 336);
    vits("vit_huge_patch14_clip", LAION, 14, 1280, 32, 16, more, 224, 336);
    vits("vit_huge_patch14_clip", "dfn5b", 14, 1280, 32, 16, clip("gelu", 1024), 378);
    Map<String, ?> quick = clip("quick_gelu", 512);
    vits("vit_base_patch32_clip_quickgelu", "laion400m_e32", 32, 768, 12, 12, quick, 224);
    vits("vit_base_patch16_clip_quickgelu", "metaclip_2pt5b", 16, 768, 12, 12, quick, 224);
    Map<String, ?> large = clip("quick_gelu", 768);
    vits("vit_large_patch14_clip_quickgelu", "dfn2b", 14, 1024, 24, 16, large, 224);
    vits("vit_large_patch14_clip_quickgelu", "openai", 14, 1024, 24, 16, large, 336);
    Map<String, ?> huge = clip("quick_gelu", 1024);
    vits("vit_huge_patch14_clip_quickgelu", "dfn5b", 14, 1280, 32, 16, huge, 224, 378);
  }

  /** CLIP's image models; without fine-tuning, the head is the projection to texts. */
  private static Map<String, ?> clip(String act, int classes) {
    return Map.of("pre_norm", true, "norm_eps", 1e-5, "act", act, "num_classes", classes);
  }

  private static void siglip() {
    siglip("base_patch16", 16, 768, 12, 12, Map.of(), 224, 256, 384, 512);
    siglip("base_patch32", 32, 768, 12, 12, Map.of("act", "gelu_tanh"), 256);
    siglip("large_patch16", 16, 1024, 24, 16, Map.of(), 256, 384);
    siglip("large_patch16", 16, 1024, 24, 16, Map.of("act", "gelu_tanh"), 512);
    Map<String, ?> so400m = Map.of("mlp_ratio", 3.7362);
    siglip("so400m_patch14", 14, 1152, 27, 16, so400m, 224, 378);
    Map<String, ?> tanh = Map.of("mlp_ratio", 3.7362, "act", "gelu_tanh");
    siglip("so400m_patch16", 16, 1152, 27, 16, tanh, 256, 384, 512);
    siglip("giantopt_patch16", 16, 1536, 40, 16, Map.of("act", "gelu_tanh"), 256, 384);
  }

  /** SigLIP's image models with attention pooling, and with the mean of the patches. */
  private static void siglip(
      String stem, int patch, int dim, int depth, int heads, Map<String, ?> more, int... sizes) {
    Map<String, Object> args = new LinkedHashMap<>(more);
    args.put("num_classes", 0);
    args.put("class_token", false);
    args.put("global_pool", "map");
    vits("vit_" + stem + "_siglip", WEBLI2, patch, dim, depth, heads, Map.copyOf(args), sizes);
    args.put("global_pool", "avg");
    args.put("fc_norm", false);
    vits("vit_" + stem + "_siglip_gap", WEBLI2, patch, dim, depth, heads, args, sizes);
  }

  /** Models that read the mean of the patches: timm's own with registers, and I-JEPA. */
  private static void gaps() {
    Map<String, Object> mean = Map.of("class_token", false, "global_pool", "avg");
    Map<String, Object> registers = new LinkedHashMap<>(mean);
    registers.putAll(Map.of("reg_tokens", 4, "no_embed_class", true, "init_values", 1e-5));
    String medium = "sbb_in12k_ft_in1k";
    String betwixt = "sbb2_e200_in12k_ft_in1k";
    vits("vit_medium_patch16_reg4_gap", medium, 16, 512, 12, 8, registers, 256);
    vits("vit_betwixt_patch16_reg4_gap", betwixt, 16, 640, 12, 10, registers, 256, 384);
    Map<String, Object> so150m = new LinkedHashMap<>(mean);
    so150m.putAll(Map.of("reg_tokens", 4, "mlp_ratio", 2.572, "fc_norm", false));
    String so150mTag = "sbb_e250_in12k_ft_in1k";
    vits("vit_so150m_patch16_reg4_gap", so150mTag, 16, 896, 18, 14, so150m, 256, 384);
    Map<String, Object> ijepa = new LinkedHashMap<>(mean);
    ijepa.put("fc_norm", false);
    vit("vit_base_patch16_gap_224", 224, 16, 768, 12, 16, ijepa);
    ijepa.put("num_classes", 0);
    vits("vit_huge_patch14_gap", "in1k_ijepa", 14, 1280, 32, 16, ijepa, 224);
    vits("vit_huge_patch16_gap", "in1k_ijepa", 16, 1280, 32, 16, ijepa, 448);
    ijepa.put("mlp_ratio", 48.0 / 11);
    vits("vit_giant_patch16_gap", "in22k_ijepa", 16, 1408, 40, 16, ijepa, 224);
  }

  /** timm's smallest models, trained for its tests. */
  private static void tests() {
    Map<String, Object> plain = Map.of("mlp_ratio", 3);
    test("test_vit", 64, 6, 2, plain);
    Map<String, Object> registers = new LinkedHashMap<>(plain);
    registers.putAll(Map.of("class_token", false, "reg_tokens", 1, "init_values", 1e-5));
    registers.put("global_pool", "avg");
    test("test_vit2", 64, 8, 2, registers);
    registers.putAll(Map.of("mlp_ratio", 2, "global_pool", "map", "pool_include_prefix", true));
    test("test_vit3", 96, 9, 3, registers);
  }

  private static void test(String name, int dim, int depth, int heads, Map<String, ?> more) {
    vit(name, 160, 16, dim, depth, heads, more);
    TAGS.put(name, "r160_in1k");
  }
}
