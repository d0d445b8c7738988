package dev.vit4j.model.vit;

import dev.vit4j.model.Origin;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * transformers' image models of CLIP and SigLIP without the text model: {@code CLIPVisionModel},
 * {@code SiglipVisionModel} and {@code SiglipForImageClassification}. Its tensors have fewer
 * dimensions than a ViT's, and SigLIP's pooling has the joined projection of PyTorch's {@code
 * MultiheadAttention}.
 */
final class VitTowers {
  private static final double CLIP_EPS = 1e-5;

  private VitTowers() {}

  /** Returns whether a configuration is one of these models, or contains one. */
  static boolean isTower(Map<String, Object> config) {
    String type = String.valueOf(config.get("model_type"));
    return type.startsWith("clip") || type.startsWith("siglip");
  }

  /** The configuration of the image model, with transformers' defaults. */
  static Map<String, Object> configured(Map<String, Object> config) {
    boolean clip = String.valueOf(config.get("model_type")).startsWith("clip");
    Map<String, Object> tower = new LinkedHashMap<>();
    tower.put("num_attention_heads", 12);
    tower.put("hidden_act", clip ? "quick_gelu" : "gelu_pytorch_tanh");
    tower.put("layer_norm_eps", clip ? CLIP_EPS : Origin.TIMM.normEps());
    if (config.get("vision_config") instanceof Map<?, ?> nested) {
      nested.forEach((key, value) -> tower.put(String.valueOf(key), value));
    } else {
      tower.putAll(config);
    }
    return tower;
  }

  /**
   * Converts the tensors to a ViT's.
   *
   * @throws IllegalArgumentException if a ViT does not compute what the model computes
   */
  static void bringIntoForm(Map<String, Tensor> state) {
    boolean classifies = state.containsKey("head.weight");
    Tensor kernel = state.get("patch_embed.proj.weight");
    if (kernel != null && kernel.dim() == 2) {
      throw new IllegalArgumentException(
          "the patch embedding is a matrix, as in SigLIP 2 for images of any shape (Siglip2Model), which is not supported");
    }
    if (state.containsKey("projection.weight")) {
      throw new IllegalArgumentException(
          "CLIPVisionModelWithProjection is not supported: CLIPModel and CLIPVisionModel are");
    }
    if (classifies && state.containsKey("cls_token")) {
      throw new IllegalArgumentException(
          "CLIPForImageClassification reads the mean of patches without the last norm, which is not supported");
    }
    reshape(state, "cls_token", 1);
    reshape(state, "pos_embed", 2);
    if (classifies) { // SiglipForImageClassification has the pooling, but reads the mean
      state.keySet().removeIf(name -> name.startsWith("attn_pool."));
      return;
    }
    split(state, "weight");
    split(state, "bias");
  }

  /** Adds leading dimensions of size 1, up to three dimensions. */
  private static void reshape(Map<String, Tensor> state, String name, int dims) {
    state.computeIfPresent(
        name, (n, t) -> t.dim() == dims ? t.reshape(1, dims == 1 ? 1 : t.size(0), t.size(-1)) : t);
  }

  /** Splits the joined projection [3D, …] into those of the query and of keys and values. */
  private static void split(Map<String, Tensor> state, String last) {
    @Nullable Tensor joined = state.remove("attn_pool.in_proj_" + last);
    if (joined != null && joined.dim() > 0) {
      long dim = joined.size(0) / 3;
      state.put("attn_pool.q." + last, joined.narrow(0, 0, dim).contiguous());
      state.put("attn_pool.kv." + last, joined.narrow(0, dim, 2 * dim).contiguous());
    }
  }
}
