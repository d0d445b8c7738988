package dev.vit4j.weights;

import dev.vit4j.model.Family;
import dev.vit4j.model.NameTable;
import dev.vit4j.model.catalog.Models;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What tensors belong to that no model here has, told by their names: why a file is refused. */
final class Strangers {
  private static final int SHOWN = 3;

  private Strangers() {}

  /** A name of theirs, as a regular expression, and what it shows. */
  private record Sign(Pattern name, String shows) {
    Sign(String name, String shows) {
      this(Pattern.compile(name), shows);
    }
  }

  /** Whole models, the most telling sign first. */
  private static final List<Sign> MODELS =
      List.of(
          new Sign(
              "multihead_attention\\.query\\.weight",
              "blocks with a Linear each for query, key and value before nn.MultiheadAttention, which projects them once more: this ViT has one such projection"),
          new Sign(
              "encoder\\.\\d+\\.attn\\.in_proj_weight",
              "a hand-written block around nn.MultiheadAttention: its names do not tell whether its norms stand before attention and MLP, as here, or after them (post-norm, as in the original transformer)"),
          new Sign(
              "layers\\.\\d+\\.self_attn\\.in_proj_weight",
              "PyTorch's nn.TransformerEncoderLayer: its names do not tell whether its norms stand before attention and MLP (norm_first), as here, or after them"),
          new Sign(
              "(^|\\.)(text_projection|logit_scale|text_model\\..*|visual\\..*)$",
              "CLIP or its kind, which compares pictures with texts: it is no image classifier and not supported yet, but vit inspect shows it"),
          new Sign(
              "vision_model\\.encoder\\.layers\\.\\d+\\.self_attn\\.q_proj\\.weight",
              "CLIP's or SigLIP's image model, which is not supported yet"),
          new Sign(
              "relative_position_bias_table|relative_position_index|rel_pos_bias",
              "relative position biases, as of Swin, BEiT or MaxViT"),
          new Sign(
              "layer_scale\\d?\\.lambda1|dinov2",
              "Hugging Face's DINOv2, whose head reads class token and patches together; timm's form of it opens"),
          new Sign(
              "(dwconv|conv_dw|depthwise_conv|pwconv1|pointwise_conv1)\\.",
              "depthwise convolutions, as of ConvNeXt or a hybrid"),
          new Sign("linear_tokens\\.", "a ResMLP, which mixes tokens with one linear layer"),
          new Sign("mlp_channels\\.gate", "a gMLP, whose MLP has a spatial gate"),
          new Sign(
              "block\\d+/unit\\d+/|conv_root/|patch_embed\\.backbone\\.",
              "a hybrid: a ResNet that makes a ViT's patches"),
          new Sign("MAPHead_0|attn_pool\\.", "attention pooling (attn_pool, as of SigLIP)"),
          new Sign(
              "Transformer/encoderblock/",
              "big_vision's form with all blocks stacked in one array"),
          new Sign(
              "(^|\\.)conv1\\.0\\.weight|residual_function\\.",
              "a ResNet with a stem or blocks of another kind (such as timm's resnet50d)"),
          new Sign(
              "\\.se\\.(fc|conv)|\\.se_module\\.", "squeeze-and-excitation blocks (SE-ResNet)"),
          new Sign(
              "conv_proj\\.(0|conv_bn_relu_0)\\.|patch_embed\\.(conv|proj)\\.?\\d",
              "patches made by several convolutions"),
          new Sign(
              "features\\.\\d+\\.|denselayer\\d",
              "a convolutional network such as VGG, DenseNet, ConvNeXt or EfficientNet"),
          new Sign(
              "embedder\\.convolution\\.",
              "Hugging Face's ResNet; under timm's and torchvision's names it opens"));

  /** Parts of a model that is otherwise known. */
  private static final List<Sign> PARTS =
      List.of(
          new Sign("[qk]_norm\\.", "norms of queries and keys (qk_norm)"),
          new Sign("\\.(w12|w3|fc1_g|fc1_x)\\.", "a gated MLP (SwiGLU)"),
          new Sign(
              "attn\\.(q|k|v|q_bias|v_bias|[qkv]_proj)(\\.|$)",
              "separate queries, keys and values (as of BEiT and EVA)"),
          new Sign("attn\\.norm\\.|mlp\\.norm\\.", "norms within attention or MLP"),
          new Sign("xattn|\\.norm3\\.|cross_attn", "cross-attention"),
          new Sign("mlp_head|head\\.(fc|mlp|\\d)", "a head of several layers"));

  /** A family with the libraries whose names are known, if there are any. */
  private static Stream<String> known(Family family) {
    List<NameTable> tables = family.interop().tables();
    return tables.isEmpty()
        ? Stream.of()
        : Stream.of(
            "%s (%s)"
                .formatted(
                    family.shortTitle(),
                    String.join(", ", tables.stream().map(NameTable::library).toList())));
  }

  /**
   * Why a file is not one of ours, in a line.
   *
   * @param names of all its tensors
   * @param stranger the first one that the nearest table does not know; null or empty for none
   */
  static String reason(Collection<String> names, @Nullable String stranger) {
    for (Sign sign : MODELS) {
      for (String name : names) {
        if (sign.name().matcher(name).find()) {
          return "no model here computes this: %s belongs to %s".formatted(name, sign.shows());
        }
      }
    }
    if (stranger == null || stranger.isEmpty()) {
      return names.isEmpty()
          ? "holds no tensors"
          : "whose names these are is not known: %d tensors, the first %s; known are %s"
              .formatted(
                  names.size(),
                  String.join(", ", names.stream().limit(SHOWN).toList()),
                  String.join("; ", Models.ALL.stream().flatMap(Strangers::known).toList()));
    }
    for (Sign sign : PARTS) {
      Matcher m = sign.name().matcher(stranger);
      if (m.find()) {
        return "no model here computes this: %s belongs to %s".formatted(stranger, sign.shows());
      }
    }
    return "no model here has the tensor %s".formatted(stranger);
  }
}
