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
  private static final String AUGREG = "augreg_in21k_ft_in1k";
  private static final String AUGREG2 = "augreg2_in21k_ft_in1k";
  private static final String DEIT = "fb_in1k";

  /** timm's default tags of the names that the catalogue shares with it. */
  private static final Map<String, String> DEFAULTS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("vit_tiny_patch16_224", AUGREG),
              Map.entry("vit_tiny_patch16_384", AUGREG),
              Map.entry("vit_small_patch32_224", AUGREG),
              Map.entry("vit_small_patch16_224", AUGREG),
              Map.entry("vit_small_patch16_384", AUGREG),
              Map.entry("vit_base_patch32_224", AUGREG),
              Map.entry("vit_base_patch16_224", AUGREG2),
              Map.entry("vit_base_patch16_384", AUGREG),
              Map.entry("vit_base_patch8_224", AUGREG2),
              Map.entry("vit_large_patch32_384", "orig_in21k_ft_in1k"),
              Map.entry("vit_large_patch16_224", AUGREG),
              Map.entry("vit_large_patch16_384", AUGREG),
              Map.entry("vit_huge_patch14_224", "orig_in21k"),
              Map.entry("deit_tiny_patch16_224", DEIT),
              Map.entry("deit_tiny_distilled_patch16_224", DEIT),
              Map.entry("deit_small_patch16_224", DEIT),
              Map.entry("deit_small_distilled_patch16_224", DEIT),
              Map.entry("deit_base_patch16_224", DEIT),
              Map.entry("deit_base_distilled_patch16_224", DEIT),
              Map.entry("resnet18", "a1_in1k"),
              Map.entry("resnet34", "a1_in1k"),
              Map.entry("resnet50", "a1_in1k"),
              Map.entry("resnet101", "a1h_in1k"),
              Map.entry("resnet152", "a1h_in1k")));

  private Pretrained() {}

  /** The weights that a plain name of the catalogue means; empty where timm has none. */
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

  /** The name without the tag of weights, if a name of the catalogue stands before it. */
  public static String architecture(String model) {
    int dot = model.indexOf('.');
    String before = dot < 0 ? model : model.substring(0, dot);
    return Models.names().contains(before) ? before : model;
  }
}
