package dev.vit4j.model.vit;

import dev.vit4j.model.Family;
import dev.vit4j.model.Model;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The segmentation ViT family. Its argument {@code backbone} names a ViT, whose arguments are the
 * defaults.
 */
final class VitSegmenterFamily implements Family {
  private static final String PREFIX = "backbone.";

  @Override
  public String name() {
    return "vit_seg";
  }

  @Override
  public String title() {
    return "Segmenter with a linear decoder";
  }

  @Override
  public Map<String, Map<String, Object>> variants() {
    return Map.of(name(), Map.of("backbone", "vit_tiny_patch16_224", "num_classes", 21));
  }

  @Override
  public VitConfig config(String model, Map<String, ?> args) {
    Map<String, Object> own = new LinkedHashMap<>(args);
    Object backbone = own.remove("backbone");
    Map<String, Object> all = new LinkedHashMap<>();
    if (backbone != null) {
      Map<String, Object> variant = Vit.FAMILY.variants().get(backbone.toString());
      if (variant == null) {
        throw new IllegalArgumentException(
            "%s: backbone must be the name of a ViT, not %s: `vit models` lists all"
                .formatted(model, backbone));
      }
      all.putAll(variant);
    }
    all.putAll(own);
    return VitConfig.of(model, all);
  }

  @Override
  public Model create(String model, Map<String, ?> args, Init init) {
    return new VitSegmenter(model, config(model, args), init);
  }

  @Override
  public String onnx(Model model, OnnxLayers layers, String pixels) {
    VitSegmenter m = (VitSegmenter) model;
    VitOnnx backbone = new VitOnnx(layers.child("backbone"), m.backbone().config());
    String grid = layers.convolution(backbone.featureMap(pixels), "classifier", 1, 0, 1);
    return layers.resizeBilinear(grid, pixels, m.numClasses(), m.height(), m.width());
  }

  /** Those of the backbone, which has the same names in a trace. */
  @Override
  public List<EmbeddingStep> embedding() {
    return Vit.FAMILY.embedding();
  }

  @Override
  public int fewImages() {
    return Vit.FAMILY.fewImages();
  }

  @Override
  public void adapt(Map<String, Tensor> state, Model from, Model to, Consumer<String> notes) {
    Map<String, Tensor> backbone = new LinkedHashMap<>();
    state.forEach(
        (name, tensor) -> {
          if (name.startsWith(PREFIX)) {
            backbone.put(name.substring(PREFIX.length()), tensor);
          }
        });
    Vit.FAMILY.adapt(
        backbone, ((VitSegmenter) from).backbone(), ((VitSegmenter) to).backbone(), notes);
    backbone.forEach((name, tensor) -> state.put(PREFIX + name, tensor));
  }
}
