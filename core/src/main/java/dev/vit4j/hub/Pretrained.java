package dev.vit4j.hub;

import dev.vit4j.model.catalog.Models;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Resolves model names to published weights as timm's {@code pretrained=True} does: a name with a
 * tag means those weights, a name without a tag timm's default (timm 1.0, {@code default_cfgs}).
 */
public final class Pretrained {
  /** timm's default tags of the catalog names. */
  private static final Map<String, String> DEFAULTS = new TreeMap<>();

  static {
    Models.ALL.forEach(family -> DEFAULTS.putAll(family.interop().timmTags()));
  }

  private Pretrained() {}

  /** Returns the names of open_clip's weights of a catalog name, in its order; often none. */
  public static List<String> openClip(String model) {
    return OpenClipModel.of(model).stream().map(OpenClipModel::name).toList();
  }

  /** Returns the default weights of a catalog name; empty if timm has none. */
  public static Optional<HubModel> of(String model) {
    return Optional.ofNullable(DEFAULTS.get(model))
        .map(tag -> new HubModel(HubModel.timmId(model + "." + tag), HubModel.MAIN));
  }

  /**
   * Returns the weights of a name with or without a tag.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Published named(String model) {
    if (model.equals(architecture(model))) {
      List<String> tags = OpenClipModel.tags(model);
      if (!tags.isEmpty()) {
        throw new IllegalArgumentException(
            "%s has no default weights: use %s.TAG with one of open_clip's tags %s"
                .formatted(model, model, String.join(", ", tags)));
      }
      return of(model)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "no pretrained weights of %s are known: `vit models` lists the models that have some, and init accepts any weights"
                          .formatted(model)));
    }
    return Published.parse(model)
        .orElseThrow(() -> new IllegalArgumentException("no weights are called " + model));
  }

  /**
   * Returns the catalog name without the tag of weights; for weights of open_clip that were trained
   * with quick GELU, the name of the model that has it.
   *
   * @throws IllegalArgumentException for unknown weights of open_clip
   */
  public static String architecture(String model) {
    Optional<OpenClipModel> openClip = OpenClipModel.parse(model);
    if (openClip.isPresent()) {
      return openClip.get().model();
    }
    int dot = model.indexOf('.');
    String before = dot < 0 ? model : model.substring(0, dot);
    return Models.names().contains(before) ? before : model;
  }
}
