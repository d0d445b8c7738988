package dev.vit4j.model.catalog;

import dev.vit4j.model.Family;
import dev.vit4j.model.Model;
import dev.vit4j.model.beit.Beit;
import dev.vit4j.model.cct.Cct;
import dev.vit4j.model.clip.ClipFamily;
import dev.vit4j.model.mixer.MlpMixer;
import dev.vit4j.model.multitask.MultitaskFamily;
import dev.vit4j.model.mvit.Mvit;
import dev.vit4j.model.resnet.ResNet;
import dev.vit4j.model.resnet.ResNetFcn;
import dev.vit4j.model.spikformer.Spikformer;
import dev.vit4j.model.vit.Vit;
import dev.vit4j.model.vit.VitSegmenter;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Engine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The catalog of model families and model names. */
public final class Models {
  private static final ClipFamily CLIP = new ClipFamily(Models::create);

  /** All families. New families are added here only. */
  public static final List<Family> ALL =
      List.of(
          Vit.FAMILY,
          ResNet.FAMILY,
          Cct.FAMILY,
          MlpMixer.FAMILY,
          Spikformer.FAMILY,
          Mvit.FAMILY,
          Beit.FAMILY,
          VitSegmenter.FAMILY,
          ResNetFcn.FAMILY,
          new MultitaskFamily(Models::create),
          CLIP,
          CLIP.classifiers());

  private static final Map<String, Family> FAMILIES = new TreeMap<>();

  private Models() {}

  static {
    for (Family family : ALL) {
      for (String name : family.variants().keySet()) {
        if (FAMILIES.put(name, family) != null) {
          throw new IllegalStateException("two models are called " + name);
        }
      }
    }
  }

  /** All names, sorted. */
  public static List<String> names() {
    return List.copyOf(FAMILIES.keySet());
  }

  /**
   * Returns the catalog name of a model with these sizes, regardless of channels and classes, such
   * as {@code vit_base_patch16_224}; the family's name if the catalog has none.
   *
   * @param args constructor arguments
   */
  public static String nameFor(Family family, Map<String, ?> args) {
    Map<String, Object> shape = shape(family, args);
    for (Map.Entry<String, Map<String, Object>> variant : family.variants().entrySet()) {
      boolean isGeneric = variant.getKey().equals(family.name());
      if (!isGeneric && shape.equals(shape(family, variant.getValue()))) {
        return variant.getKey();
      }
    }
    return family.name();
  }

  private static Map<String, Object> shape(Family family, Map<String, ?> args) {
    Map<String, Object> shape = new LinkedHashMap<>(family.config(family.name(), args).toMap());
    shape.keySet().removeAll(List.of("num_classes", "in_chans", "norm_eps"));
    shape.computeIfPresent("init_values", (key, value) -> true); // only whether there is a scale
    if (family.takesAnySize()) {
      shape.remove("img_size");
    }
    return shape;
  }

  /**
   * Builds a model.
   *
   * @param name a catalog name
   * @param args constructor arguments that override the catalog's, such as {@code num_classes}
   * @throws IllegalArgumentException for an unknown name or invalid arguments
   * @throws IllegalStateException if libtorch's native libraries are missing
   */
  public static Model create(String name, Map<String, ?> args, Init init) {
    Family family = FAMILIES.get(name);
    if (family == null) {
      throw new IllegalArgumentException(
          "unknown model '" + name + "': `vit models` lists all" + nearest(name));
    }
    Map<String, Object> all = new LinkedHashMap<>(family.variants().get(name));
    all.putAll(args);
    Engine.load(); // in a static initializer it would fail with an ExceptionInInitializerError
    return family.create(name, all, init);
  }

  private static String nearest(String name) {
    return names().stream()
        .filter(n -> n.contains(name) || name.contains(n))
        .findFirst()
        .map(n -> "; did you mean " + n + "?")
        .orElse("");
  }
}
