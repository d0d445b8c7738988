package dev.vit4j.hub;

import dev.vit4j.model.catalog.Models;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which published weights timm's {@code pretrained=True} means: of a name with a tag those, of a
 * plain name timm's default (timm 1.0, {@code default_cfgs}).
 */
public final class Pretrained {
  /** timm's default tags of the names that the catalog shares with it. */
  private static final Map<String, String> DEFAULTS = new TreeMap<>();

  static {
    Models.ALL.forEach(family -> DEFAULTS.putAll(family.interop().timmTags()));
  }

  private Pretrained() {}

  /** The weights that a plain name of the catalog means; empty where timm has none. */
  public static Optional<HubModel> of(String model) {
    return Optional.ofNullable(DEFAULTS.get(model))
        .map(tag -> new HubModel("timm/" + model + "." + tag, HubModel.MAIN));
  }

  /**
   * The weights that a name with or without a tag means.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Published named(String model) {
    if (model.equals(architecture(model))) {
      return of(model)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "no pretrained weights of %s are known: `vit models` says of which, and init takes any"
                          .formatted(model)));
    }
    return Published.parse(model)
        .orElseThrow(() -> new IllegalArgumentException("no weights are called " + model));
  }

  /** The name without the tag of weights, if a name of the catalog stands before it. */
  public static String architecture(String model) {
    int dot = model.indexOf('.');
    String before = dot < 0 ? model : model.substring(0, dot);
    return Models.names().contains(before) ? before : model;
  }
}
