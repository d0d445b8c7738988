package dev.vit4j.model.spikformer;

import dev.vit4j.model.Family;
import dev.vit4j.model.Inside;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.Init;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The Spikformer family. */
final class SpikformerFamily implements Family {
  private static final Map<String, Map<String, Object>> VARIANTS = new LinkedHashMap<>();

  static {
    VARIANTS.put("spikformer", Map.of());
    cifar("spikformer_4_256", 256, 8);
    cifar("spikformer_4_384", 384, 12);
    imagenet("spikformer_8_384", 384, 6);
    imagenet("spikformer_8_512", 512, 8);
    imagenet("spikformer_8_768", 768, 12);
  }

  private static void cifar(String name, int dim, int heads) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("embed_dim", dim);
    args.put("num_heads", heads);
    VARIANTS.put(name, args);
  }

  private static void imagenet(String name, int dim, int heads) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("img_size", 224);
    args.put("patch_size", 16);
    args.put("num_classes", 1000);
    args.put("embed_dim", dim);
    args.put("depth", 8);
    args.put("num_heads", heads);
    args.put("qkv_bias", false);
    VARIANTS.put(name, args);
  }

  @Override
  public String name() {
    return "spikformer";
  }

  @Override
  public String title() {
    return "Spikformer";
  }

  @Override
  public Map<String, Map<String, Object>> variants() {
    return Collections.unmodifiableMap(VARIANTS);
  }

  @Override
  public SpikformerConfig config(String model, Map<String, ?> args) {
    return SpikformerConfig.of(model, args);
  }

  @Override
  public Model create(String model, Map<String, ?> args, Init init) {
    return new Spikformer(model, config(model, args), init);
  }

  @Override
  public String onnx(Model model, OnnxLayers layers, String pixels) {
    return new SpikformerOnnx(layers, ((Spikformer) model).config()).forward(pixels);
  }

  @Override
  public Interop interop() {
    return SpikformerInterop.SPIKFORMER;
  }

  /** The spikes of the last block, averaged over time, are what the head reads. */
  @Override
  public Inside inside(Model model) {
    return new Inside("proj_conv", null, null, null, "feature_map");
  }
}
