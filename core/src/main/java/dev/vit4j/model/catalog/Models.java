package dev.vit4j.model.catalog;

import dev.vit4j.model.Model;
import dev.vit4j.model.cct.Cct;
import dev.vit4j.model.cct.CctConfig;
import dev.vit4j.model.resnet.ResNet;
import dev.vit4j.model.resnet.ResNetConfig;
import dev.vit4j.model.resnet.ResNetFcn;
import dev.vit4j.model.vit.Vit;
import dev.vit4j.model.vit.VitConfig;
import dev.vit4j.model.vit.VitSegmenter;
import dev.vit4j.nn.Init;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The catalogue: names that users know, each with the constructor words behind it. */
public final class Models {
  /** Builds a model of one family from a name and constructor words. */
  @FunctionalInterface
  private interface Family {
    Model create(String name, Map<String, ?> words, Init init);
  }

  /** What a name stands for. */
  private record Entry(Family family, Map<String, Object> words) {}

  private static final Family VIT = (n, words, init) -> new Vit(n, VitConfig.of(n, words), init);
  private static final Family RESNET =
      (n, words, init) -> new ResNet(n, ResNetConfig.of(n, words), init);

  private static final Family CCT = (n, words, init) -> new Cct(n, CctConfig.of(n, words), init);

  private static final Family VIT_SEG =
      (n, words, init) -> {
        Map<String, Object> all = new LinkedHashMap<>(words);
        Object backbone = all.remove("backbone");
        if (backbone != null) {
          Map<String, Object> own = new LinkedHashMap<>(words(backbone.toString()));
          own.putAll(all);
          all = own;
        }
        return new VitSegmenter(n, VitConfig.of(n, all), init);
      };
  private static final Family FCN =
      (n, words, init) -> new ResNetFcn(n, ResNetConfig.of(n, words), init);

  private static final String ANY_VIT = "vit";
  private static final String ANY_RESNET = "resnet";

  private static final Map<String, Entry> ALL = new TreeMap<>();

  private Models() {}

  static {
    // Of any size: what other libraries' weights are called that have no name here.
    ALL.put(ANY_VIT, new Entry(VIT, Map.of()));
    ALL.put(ANY_RESNET, new Entry(RESNET, Map.of()));
    ALL.put("vit_seg", new Entry(VIT_SEG, Map.of("num_classes", 21)));
    ALL.put(
        "fcn_resnet18",
        new Entry(FCN, Map.of("num_classes", 21, "block", "basic", "layers", List.of(2, 2, 2, 2))));
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
    cct(2, 2, 128, 2, 1);
    cct(4, 2, 128, 2, 1);
    cct(6, 2, 256, 4, 2);
    cct(6, 1, 256, 4, 2);
    cct(7, 1, 256, 4, 2);
    cct(7, 2, 256, 4, 2);
    resnets("18", "basic", 2, 2, 2, 2);
    resnets("34", "basic", 3, 4, 6, 3);
    resnets("50", "bottleneck", 3, 4, 6, 3);
    resnets("101", "bottleneck", 3, 4, 23, 3);
    resnets("152", "bottleneck", 3, 8, 36, 3);
    for (int depth : new int[] {20, 32, 44, 56}) {
      int n = (depth - 2) / 6; // the paper's n: blocks of a stage
      cifar(Integer.toString(depth), "basic", 16, List.of(n, n, n));
    }
  }

  private static void cct(int depth, int convLayers, int dim, int heads, int mlpRatio) {
    Map<String, Object> words = new LinkedHashMap<>();
    words.put("n_conv_layers", convLayers);
    words.put("embed_dim", dim);
    words.put("depth", depth);
    words.put("num_heads", heads);
    words.put("mlp_ratio", mlpRatio);
    ALL.put("cct_" + depth + "_3x" + convLayers + "_32", new Entry(CCT, words));
  }

  private static void vit(
      String name, int img, int patch, int dim, int depth, int heads, Map<String, Object> more) {
    Map<String, Object> words = new LinkedHashMap<>();
    words.put("img_size", img);
    words.put("patch_size", patch);
    words.put("embed_dim", dim);
    words.put("depth", depth);
    words.put("num_heads", heads);
    words.putAll(more);
    ALL.put(name, new Entry(VIT, words));
  }

  private static void vits(String stem, int patch, int dim, int depth, int heads, int... imgSizes) {
    for (int size : imgSizes) {
      vit(stem + "_" + size, size, patch, dim, depth, heads, Map.of());
    }
  }

  private static void deit(String size, int dim, int heads) {
    vit("deit_" + size + "_patch16_224", 224, 16, dim, 12, heads, Map.of());
    vit(
        "deit_" + size + "_distilled_patch16_224",
        224,
        16,
        dim,
        12,
        heads,
        Map.of("distilled", true));
  }

  /** torchvision's ResNet of this depth, and its forms for CIFAR. */
  private static void resnets(String depth, String block, Integer... layers) {
    ALL.put("resnet" + depth, new Entry(RESNET, Map.of("block", block, "layers", List.of(layers))));
    cifar(depth, block, 64, List.of(layers));
  }

  /** A ResNet with the CIFAR stem and 100 classes, and, of basic blocks, its plain twin. */
  private static void cifar(String depth, String block, int width, List<Integer> layers) {
    Map<String, Object> words = new LinkedHashMap<>();
    words.put("num_classes", 100);
    words.put("block", block);
    words.put("layers", layers);
    words.put("width", width);
    words.put("stem", "cifar");
    ALL.put("resnet" + depth + "_cifar", new Entry(RESNET, words));
    if (block.equals("basic")) {
      Map<String, Object> plain = new LinkedHashMap<>(words);
      plain.put("residual", false);
      ALL.put("plainnet" + depth + "_cifar", new Entry(RESNET, plain));
    }
  }

  /** All names, sorted. */
  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /** The words behind a name; none for a name that the catalogue does not have. */
  public static Map<String, Object> words(String name) {
    Entry entry = ALL.get(name);
    return entry == null ? Map.of() : entry.words();
  }

  /**
   * The name of a model of these sizes, whatever its channels and classes: {@code
   * vit_base_patch16_224}; or the family's own where the catalogue has none.
   *
   * @param family {@code vit} or {@code resnet}
   * @param words constructor words
   */
  public static String nameFor(String family, Map<String, ?> words) {
    Map<String, Object> all = shape(family, words);
    for (Map.Entry<String, Entry> e : ALL.entrySet()) {
      Map<String, Object> theirs = e.getValue().words();
      boolean sameFamily = e.getValue().family() == ALL.get(family).family();
      boolean twin = e.getKey().startsWith("deit") && !theirs.containsKey("distilled");
      if (sameFamily && !twin && !theirs.isEmpty() && all.equals(shape(family, theirs))) {
        return e.getKey();
      }
    }
    return family;
  }

  private static Map<String, Object> shape(String family, Map<String, ?> words) {
    Map<String, Object> shape =
        family.equals(ANY_VIT)
            ? VitConfig.of(family, words).toMap()
            : ResNetConfig.of(family, words).toMap();
    shape.keySet().removeAll(List.of("num_classes", "in_chans", "norm_eps"));
    if (family.equals(ANY_RESNET)) {
      shape.remove("img_size"); // it reads pictures of any size
    }
    return shape;
  }

  /**
   * Builds a model.
   *
   * @param name a catalogue name
   * @param args constructor words that replace the catalogue's, such as {@code num_classes}
   * @throws IllegalArgumentException for an unknown name, or words that do not fit
   */
  public static Model create(String name, Map<String, ?> args, Init init) {
    Entry entry = ALL.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          "unknown model '" + name + "': `vit models` lists all" + nearest(name));
    }
    Map<String, Object> words = new LinkedHashMap<>(entry.words());
    words.putAll(args);
    return entry.family().create(name, words, init);
  }

  private static String nearest(String name) {
    return names().stream()
        .filter(n -> n.contains(name) || name.contains(n))
        .findFirst()
        .map(n -> "; did you mean " + n + "?")
        .orElse("");
  }
}
