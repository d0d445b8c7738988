package dev.vit4j.model;

import dev.vit4j.nn.Init;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The catalogue: names that users know, each with the constructor words behind it. */
public final class Models {
  private static final Map<String, Map<String, Object>> VITS = new TreeMap<>();

  private Models() {}

  static {
    VITS.put(
        "vit_mnist_1850",
        Map.of(
            "img_size",
            28,
            "patch_size",
            7,
            "in_chans",
            1,
            "num_classes",
            10,
            "embed_dim",
            8,
            "depth",
            2,
            "num_heads",
            2,
            "mlp_ratio",
            2));
    vit("vit_tiny_patch16", 16, 192, 12, 3, 224, 384);
    vit("vit_small_patch16", 16, 384, 12, 6, 224, 384);
    vit("vit_base_patch16", 16, 768, 12, 12, 224, 384);
    vit("vit_large_patch16", 16, 1024, 24, 16, 224, 384);
    vit("vit_small_patch32", 32, 384, 12, 6, 224);
    vit("vit_base_patch32", 32, 768, 12, 12, 224);
    vit("vit_large_patch32", 32, 1024, 24, 16, 384);
    vit("vit_base_patch8", 8, 768, 12, 12, 224);
    vit("vit_large_patch14", 14, 1024, 24, 16, 224);
    vit("vit_huge_patch14", 14, 1280, 32, 16, 224);
    // timm registers this one without a head.
    VITS.put("vit_huge_patch14_224", with(VITS.get("vit_huge_patch14_224"), "num_classes", 0));
    deit("tiny", 192, 3);
    deit("small", 384, 6);
    deit("base", 768, 12);
  }

  private static void vit(String stem, int patch, int dim, int depth, int heads, int... imgSizes) {
    for (int size : imgSizes) {
      VITS.put(
          stem + "_" + size,
          Map.of(
              "img_size",
              size,
              "patch_size",
              patch,
              "embed_dim",
              dim,
              "depth",
              depth,
              "num_heads",
              heads));
    }
  }

  private static void deit(String size, int dim, int heads) {
    Map<String, Object> words =
        Map.of("patch_size", 16, "embed_dim", dim, "depth", 12, "num_heads", heads);
    VITS.put("deit_" + size + "_patch16_224", words);
    VITS.put("deit_" + size + "_distilled_patch16_224", with(words, "distilled", true));
  }

  /** All names, sorted. */
  public static List<String> names() {
    return List.copyOf(VITS.keySet());
  }

  /**
   * Builds a model.
   *
   * @param name a catalogue name
   * @param args constructor words that replace the catalogue's, such as {@code num_classes}
   * @throws IllegalArgumentException for an unknown name, or words that do not fit
   */
  public static ImageModel create(String name, Map<String, ?> args, Init init) {
    Map<String, Object> words = VITS.get(name);
    if (words == null) {
      throw new IllegalArgumentException(
          "unknown model '" + name + "': `vit models` lists all" + nearest(name));
    }
    Map<String, Object> all = new LinkedHashMap<>(words);
    all.putAll(args);
    return new Vit(name, VitConfig.of(name, all), init);
  }

  private static String nearest(String name) {
    return names().stream()
        .filter(n -> n.contains(name) || name.contains(n))
        .findFirst()
        .map(n -> "; did you mean " + n + "?")
        .orElse("");
  }

  private static Map<String, Object> with(Map<String, Object> words, String key, Object value) {
    Map<String, Object> copy = new LinkedHashMap<>(words);
    copy.put(key, value);
    return copy;
  }
}
