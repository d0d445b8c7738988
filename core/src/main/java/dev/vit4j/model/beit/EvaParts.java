package dev.vit4j.model.beit;

import dev.vit4j.model.Args;
import java.util.List;
import java.util.Map;

/**
 * In what EVA-02 (Fang et al. 2023, arXiv 2303.11331) differs from BEiT.
 *
 * @param swigluMlp whether the MLP is gated: silu(g) x instead of an activation
 * @param scaleMlp whether the hidden units of a gated MLP are normalized
 * @param scaleAttnInner whether the output of the attention is normalized before its projection
 * @param qkvFused whether q, k and v have one joined weight
 * @param useRotPosEmb whether queries and keys of patches are rotated by their position
 * @param refFeatShape rows and columns of patches to which positions are scaled; empty for none
 */
record EvaParts(
    boolean swigluMlp,
    boolean scaleMlp,
    boolean scaleAttnInner,
    boolean qkvFused,
    boolean useRotPosEmb,
    List<Integer> refFeatShape) {
  /** Checks that the values are consistent. */
  EvaParts {
    refFeatShape = List.copyOf(refFeatShape);
    if (scaleMlp && !swigluMlp) {
      throw new IllegalArgumentException("scale_mlp needs swiglu_mlp true");
    }
  }

  static EvaParts of(Args a) {
    return new EvaParts(
        a.flag("swiglu_mlp", false),
        a.flag("scale_mlp", false),
        a.flag("scale_attn_inner", false),
        a.flag("qkv_fused", true),
        a.flag("use_rot_pos_emb", false),
        shape(a));
  }

  private static List<Integer> shape(Args a) {
    int[] shape = a.pair("ref_feat_shape", 0);
    return shape[0] == 0 ? List.of() : List.of(shape[0], shape[1]);
  }

  /** Whether it is a BEiT. */
  boolean isNone() {
    return !swigluMlp && !scaleAttnInner && qkvFused && !useRotPosEmb;
  }

  /** Adds the arguments of an EVA-02. */
  void addTo(Map<String, Object> args) {
    if (isNone()) {
      return;
    }
    args.put("swiglu_mlp", swigluMlp);
    args.put("scale_mlp", scaleMlp);
    args.put("scale_attn_inner", scaleAttnInner);
    args.put("qkv_fused", qkvFused);
    args.put("use_rot_pos_emb", useRotPosEmb);
    if (!refFeatShape.isEmpty()) {
      args.put("ref_feat_shape", refFeatShape);
    }
  }
}
