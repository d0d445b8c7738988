package dev.vit4j.model.multitask;

import dev.vit4j.model.Family;
import dev.vit4j.model.FeatureMaps;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.Init;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The multitask ViT family. */
public final class MultitaskFamily implements Family {
  /** Builds models of other families by their catalog names. */
  public interface Backbones {
    /**
     * Builds a model.
     *
     * @throws IllegalArgumentException for an unknown name or invalid arguments
     */
    Model create(String name, Map<String, ?> args, Init init);
  }

  private static final Map<String, Map<String, Object>> VARIANTS = new LinkedHashMap<>();

  static {
    VARIANTS.put("multitask_vit", Map.of()); // the original network
    VARIANTS.put(
        "multitask_vit_resnet18", Map.of("backbone", "resnet18", "backbone_input", "image"));
    VARIANTS.put("multitask_vit_patch32", Map.of("backbone", "patch_embed", "embed_dim", 256));
  }

  private final Backbones backbones;

  /**
   * Creates the family.
   *
   * @param backbones builds backbones by their catalog names
   */
  public MultitaskFamily(Backbones backbones) {
    this.backbones = backbones;
  }

  @Override
  public String name() {
    return "multitask_vit";
  }

  @Override
  public String title() {
    return "Multitask ViT";
  }

  @Override
  public Map<String, Map<String, Object>> variants() {
    return VARIANTS;
  }

  @Override
  public MultitaskConfig config(String model, Map<String, ?> args) {
    return MultitaskConfig.of(model, args);
  }

  @Override
  public Model create(String model, Map<String, ?> args, Init init) {
    MultitaskConfig config = config(model, args);
    try {
      return new MultitaskVit(this, model, config, backbone(config, init), init);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          e.getMessage().startsWith(model) ? e.getMessage() : model + ": " + e.getMessage(), e);
    }
  }

  private @Nullable Model backbone(MultitaskConfig config, Init init) {
    if (config.backbone().equals(MultitaskConfig.PATCH_EMBED)) {
      return null;
    }
    int side = config.patchSize();
    List<Integer> size =
        config.isPatchwise()
            ? List.of(side, side)
            : List.of(config.imgSize()[0], config.imgSize()[1]);
    Map<String, Object> args =
        Map.of("img_size", size, "in_chans", config.inChans(), "num_classes", 0);
    if (VARIANTS.containsKey(config.backbone())) {
      throw unfit(config);
    }
    Model whole = backbones.create(config.backbone(), args, Init.shapesOnly());
    if (!(whole instanceof FeatureMaps)) {
      throw unfit(config);
    }
    String layer = config.backboneLayer();
    return backbones.create(
        config.backbone(), layer.isEmpty() ? args : whole.family().cut(whole, layer), init);
  }

  private static IllegalArgumentException unfit(MultitaskConfig config) {
    return new IllegalArgumentException(
        "backbone must be an image model with feature maps, such as resnet18, not %s"
            .formatted(config.backbone()));
  }

  @Override
  public String onnx(Model model, OnnxLayers layers, String pixels) {
    MultitaskVit vit = (MultitaskVit) model;
    if (vit.config().encoder().equals("spikformer")) {
      throw new IllegalArgumentException(
          "%s with a spiking encoder cannot be written as ONNX".formatted(model.name()));
    }
    return new MultitaskOnnx(layers, vit).forward(pixels);
  }

  @Override
  public Interop interop() {
    return MultitaskInterop.MULTITASK;
  }

  @Override
  public boolean takesAnySize() {
    return true;
  }
}
