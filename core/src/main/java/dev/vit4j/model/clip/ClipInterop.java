package dev.vit4j.model.clip;

import dev.vit4j.model.ForeignTensors;
import dev.vit4j.model.ImageDefaults;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.NameTable;
import dev.vit4j.model.Origin;
import dev.vit4j.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** CLIP in open_clip, OpenAI's code and Hugging Face's transformers. */
final class ClipInterop implements Interop {
  static final ClipInterop CLIP = new ClipInterop();

  private static final int RGB = 3;

  private ClipInterop() {}

  @Override
  public List<OpenClipWeights> openClipWeights() {
    return ClipWeights.all();
  }

  @Override
  public List<NameTable> tables() {
    return ClipTables.ALL;
  }

  @Override
  public Set<String> tellable() {
    return Set.of("quick_gelu", "vision_head_width", "text_heads", "img_size");
  }

  @Override
  public Map<String, Object> configured(Origin library, Map<String, Object> config) {
    return switch (library) {
      case OPEN_CLIP -> ClipConfigured.byOpenClip(config);
      case HUGGING_FACE -> ClipConfigured.byTransformers(config);
      case TIMM, TORCHVISION, JAX -> Map.of();
    };
  }

  @Override
  public Map<String, Object> argsOf(ForeignTensors weights) {
    return ClipArguments.of(weights);
  }

  @Override
  public Origin ownNames() {
    return Origin.OPEN_CLIP;
  }

  @Override
  public Optional<String> whyNot(Origin library, Model model) {
    ClipConfig c = ((Clip) model).config();
    return Optional.ofNullable(
        switch (library) {
          case OPEN_CLIP -> ClipExport.whyNotOpenClip(c);
          case HUGGING_FACE -> ClipExport.whyNotTransformers(c);
          case TIMM, TORCHVISION, JAX -> "it has no models of images and texts";
        });
  }

  @Override
  public Map<String, Tensor> exported(Origin library, Model model) {
    if (library != Origin.HUGGING_FACE) {
      return model.state();
    }
    boolean siglip = ((Clip) model).config().vision().isSiglip();
    return (siglip ? ClipTables.SIGLIP : ClipTables.HUGGING_FACE).rename(model.state(), "");
  }

  @Override
  public Optional<TransformersModel> transformers(Model model) {
    return Optional.of(ClipExport.transformers(((Clip) model).config()));
  }

  @Override
  public Optional<Map<String, Object>> openClip(Model model) {
    return Optional.of(ClipExport.openClip(((Clip) model).config()));
  }

  /** OpenAI's preprocessing, the shorter side resized, the center cropped; or SigLIP's. */
  @Override
  public ImageDefaults images(NameTable table, Model model) {
    ImageDefaults usual = table.origin().images(model);
    if (((Clip) model).config().vision().isSiglip()) {
      List<Double> half = Collections.nCopies(model.channels(), 0.5);
      return new ImageDefaults("bicubic", 1.0, "squash", half, half);
    }
    return model.channels() == RGB
        ? new ImageDefaults("bicubic", 1.0, "center", Origin.CLIP_MEAN, Origin.CLIP_STD)
        : usual;
  }
}
