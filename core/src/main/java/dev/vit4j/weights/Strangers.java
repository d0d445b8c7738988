package dev.vit4j.weights;

import dev.vit4j.model.Family;
import dev.vit4j.model.NameTable;
import dev.vit4j.model.catalog.Models;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Identifies unsupported architectures by their tensor names and explains why a file is rejected.
 */
final class Strangers {
  private static final int SHOWN = 3;

  private Strangers() {}

  /** A tensor name as a regular expression, and the architecture that it indicates. */
  private record Sign(Pattern name, String shows) {
    Sign(String name, String shows) {
      this(Pattern.compile(name), shows);
    }
  }

  /** Whole models, most specific first. */
  private static final List<Sign> MODELS =
      List.of(
          new Sign(
              "multihead_attention\\.query\\.weight",
              "blocks with separate Linear layers for query, key and value before nn.MultiheadAttention, which projects them again"),
          new Sign(
              "encoder\\.\\d+\\.attn\\.in_proj_weight",
              "a custom block around nn.MultiheadAttention, whose tensor names do not show whether it is pre-norm (supported) or post-norm"),
          new Sign(
              "layers\\.\\d+\\.self_attn\\.in_proj_weight",
              "PyTorch's nn.TransformerEncoderLayer, whose tensor names do not show whether it is pre-norm (norm_first=True, supported) or post-norm"),
          new Sign(
              "visual\\.trunk\\.",
              "a model of images and texts of open_clip whose image model is one of timm, which is not supported; of SigLIP, transformers' files are"),
          new Sign(
              "(^|\\.)text(_model)?\\.transformer\\.(embeddings|encoder)\\.",
              "a model of images and texts of open_clip whose text model is one of transformers, such as RoBERTa, which is not supported"),
          new Sign(
              "(^|\\.)lm_head\\.", "a model of masked image modeling (BEiT before fine-tuning)"),
          new Sign(
              "(^|\\.)(decode_head|auxiliary_head)\\.", "a segmentation model of another kind"),
          new Sign("text_decoder\\.", "CoCa, which also writes captions and is not supported"),
          new Sign(
              "(^|\\.)(text_projection|logit_scale|text_model\\..*|visual\\..*)$",
              "a model of images and texts of another kind than CLIP and SigLIP of open_clip, OpenAI and transformers; vit inspect lists its tensors"),
          new Sign(
              "relative_position_bias_table|relative_position_index|rel_pos_bias",
              "relative position biases, as in Swin or MaxViT"),
          new Sign(
              "(dwconv|conv_dw|depthwise_conv|pwconv1|pointwise_conv1)\\.",
              "depthwise convolutions, as in ConvNeXt or a hybrid model"),
          new Sign("linear_tokens\\.", "a ResMLP, which mixes tokens with one linear layer"),
          new Sign("mlp_channels\\.gate", "a gMLP, whose MLP has a spatial gate"),
          new Sign(
              "block\\d+/unit\\d+/|conv_root/|patch_embed\\.backbone\\.",
              "a hybrid model of a ResNet and a ViT"),
          new Sign(
              "(^|\\.)layer\\.\\d+\\.attention\\.[qkvo]_proj\\.",
              "a DINOv3, which rotates queries and keys by their positions (RoPE)"),
          new Sign(
              "(^|\\.)stem\\.conv1\\.conv\\.", "a network of timm's ByobNet, such as resnext26ts"),
          new Sign(
              "(^|\\.)stages\\.\\d+\\.blocks\\.\\d+\\.norm\\d\\.(running|num)_",
              "a ResNetV2, whose norms precede its convolutions"),
          new Sign("residual_function\\.", "a ResNet whose blocks are one sequence of layers"),
          new Sign("\\.se\\.conv\\.", "efficient channel attention (ECA-ResNet)"),
          new Sign("\\.se\\.fc|\\.se_module\\.", "squeeze-and-excitation blocks (SE-ResNet)"),
          new Sign("\\.aa\\.|\\.filt$", "anti-aliasing layers (aa_layer, BlurPool)"),
          new Sign(
              "(^|\\.)maxpool\\.\\d",
              "a stem that halves by a convolution instead of max-pooling (replace_stem_pool)"),
          new Sign(
              "layer\\d\\.\\d+\\.conv2\\.(conv|attn|fc|radix)",
              "attention in the blocks (SK-ResNet, ResNeSt)"),
          new Sign(
              "conv_proj\\.(0|conv_bn_relu_0)\\.|patch_embed\\.(conv|proj)\\.?\\d",
              "a patch embedding with several convolutions"),
          new Sign(
              "features\\.\\d+\\.|denselayer\\d",
              "a convolutional network such as VGG, DenseNet, ConvNeXt or EfficientNet"));

  /** Unsupported parts of an otherwise supported model. */
  private static final List<Sign> PARTS =
      List.of(
          new Sign("attn_pool\\.", "attention pooling of another kind than SigLIP's"),
          new Sign("[qk]_norm\\.", "normalization of queries and keys (qk_norm)"),
          new Sign("\\.(w12|w3|w1|w2|fc1_g|fc1_x)\\.", "a gated MLP (SwiGLU)"),
          new Sign(
              "attn\\.(q|k|v|q_bias|v_bias|[qkv]_proj)(\\.|$)",
              "separate query, key and value projections (as in BEiT and EVA)"),
          new Sign("attn\\.norm\\.|mlp\\.norm\\.", "norms inside attention or MLP"),
          new Sign("(^|\\.)rope\\.|\\.freqs$", "learned rotary positions (RoPE)"),
          new Sign("reg_token", "register tokens of a ViT with rotary positions, such as DINOv3"),
          new Sign("patch_embed\\.norm\\.", "a norm in the patch embedding, as in AIMv2"),
          new Sign(
              "attns\\.\\d+\\.|attn_out_proj\\.|\\.in_norm\\.", "parallel branches in a block"),
          new Sign("\\.lambda_[qk]\\d", "differential attention"),
          new Sign("attn\\.qkv\\.bias", "a bias of all of q, k and v, as in BEiT-3"),
          new Sign("xattn|\\.norm3\\.|cross_attn", "cross-attention"),
          new Sign("mlp_head|head\\.(fc|mlp|\\d)", "a head with several layers"));

  /** Returns a family with the libraries whose names are supported, if any. */
  private static Stream<String> known(Family family) {
    List<NameTable> tables = family.interop().tables();
    return tables.isEmpty()
        ? Stream.of()
        : Stream.of(
            "%s (%s)"
                .formatted(
                    family.shortTitle(),
                    String.join(
                        ", ", tables.stream().map(NameTable::library).distinct().toList())));
  }

  /**
   * Returns the reason why a file is not supported, on one line.
   *
   * @param names names of all its tensors
   * @param stranger first tensor name that the best-matching table does not contain; null or empty
   *     for none
   */
  static String reason(Collection<String> names, @Nullable String stranger) {
    List<String> strangerFirst = new ArrayList<>(names);
    if (stranger != null && !stranger.isEmpty()) {
      strangerFirst.add(0, stranger);
    }
    for (Sign sign : MODELS) {
      for (String name : strangerFirst) {
        if (sign.name().matcher(name).find()) {
          return "unsupported model: %s belongs to %s".formatted(name, sign.shows());
        }
      }
    }
    if (stranger == null || stranger.isEmpty()) {
      return names.isEmpty()
          ? "contains no tensors"
          : "unknown tensor names: %d tensors, the first is %s; supported are %s"
              .formatted(
                  names.size(),
                  String.join(", ", names.stream().limit(SHOWN).toList()),
                  String.join("; ", Models.ALL.stream().flatMap(Strangers::known).toList()));
    }
    for (Sign sign : PARTS) {
      Matcher m = sign.name().matcher(stranger);
      if (m.find()) {
        return "unsupported model: %s belongs to %s".formatted(stranger, sign.shows());
      }
    }
    return "unsupported model: unknown tensor %s".formatted(stranger);
  }
}
