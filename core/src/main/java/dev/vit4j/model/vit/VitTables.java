package dev.vit4j.model.vit;

import dev.vit4j.model.NameTable;
import dev.vit4j.model.Origin;
import java.util.List;

/** Tensor names of ViTs: other libraries' on the left, ours, which are timm's, on the right. */
final class VitTables {
  private VitTables() {}

  /** timm's names, also used by DeiT, DINO, MAE, DINOv2, I-JEPA and DeiT III. */
  static final NameTable TIMM =
      NameTable.of(
          "timm",
          Origin.TIMM,
          "",
          "patch_embed.proj.weight",
          """
          cls_token               cls_token
          dist_token              dist_token
          reg_token               reg_token
          register_tokens         reg_token
          mask_token              -
          pos_embed               pos_embed
          patch_embed.proj.*      patch_embed.proj.*
          norm_pre.*              norm_pre.*
          blocks.#.norm1.*        blocks.#.norm1.*
          blocks.#.attn.qkv.*     blocks.#.attn.qkv.*
          blocks.#.attn.q_norm.*  blocks.#.attn.q_norm.*
          blocks.#.attn.k_norm.*  blocks.#.attn.k_norm.*
          blocks.#.attn.proj.*    blocks.#.attn.proj.*
          blocks.#.ls1.gamma      blocks.#.ls1.gamma
          blocks.#.gamma_1        blocks.#.ls1.gamma
          blocks.#.norm2.*        blocks.#.norm2.*
          blocks.#.mlp.fc1.*      blocks.#.mlp.fc1.*
          blocks.#.mlp.fc2.*      blocks.#.mlp.fc2.*
          blocks.#.mlp.w12.*      blocks.#.mlp.fc1.*
          blocks.#.mlp.w3.*       blocks.#.mlp.fc2.*
          blocks.#.mlp.fc1_g.*    blocks.#.mlp.fc1.*    a
          blocks.#.mlp.fc1_x.*    blocks.#.mlp.fc1.*    b
          blocks.#.ls2.gamma      blocks.#.ls2.gamma
          blocks.#.gamma_2        blocks.#.ls2.gamma
          norm.*                  norm.*
          attn_pool.latent        attn_pool.latent
          attn_pool.q.*           attn_pool.q.*
          attn_pool.kv.*          attn_pool.kv.*
          attn_pool.proj.*        attn_pool.proj.*
          attn_pool.norm.*        attn_pool.norm.*
          attn_pool.mlp.fc1.*     attn_pool.mlp.fc1.*
          attn_pool.mlp.fc2.*     attn_pool.mlp.fc2.*
          fc_norm.*               fc_norm.*
          pre_logits.fc.*         pre_logits.fc.*
          head.*                  head.*
          head_dist.*             head_dist.*
          """);

  /** torchvision's VisionTransformer; its MLP had other names before 0.13. */
  static final NameTable TORCHVISION =
      NameTable.of(
          "torchvision",
          Origin.TORCHVISION,
          "",
          "conv_proj.weight",
          """
          class_token                                              cls_token
          encoder.pos_embedding                                    pos_embed
          conv_proj.*                                              patch_embed.proj.*
          encoder.layers.encoder_layer_#.ln_1.*                    blocks.#.norm1.*
          encoder.layers.encoder_layer_#.self_attention.in_proj_*  blocks.#.attn.qkv.*
          encoder.layers.encoder_layer_#.self_attention.out_proj.* blocks.#.attn.proj.*
          encoder.layers.encoder_layer_#.ln_2.*                    blocks.#.norm2.*
          encoder.layers.encoder_layer_#.mlp.0.*                   blocks.#.mlp.fc1.*
          encoder.layers.encoder_layer_#.mlp.3.*                   blocks.#.mlp.fc2.*
          encoder.layers.encoder_layer_#.mlp.linear_1.*            blocks.#.mlp.fc1.*
          encoder.layers.encoder_layer_#.mlp.linear_2.*            blocks.#.mlp.fc2.*
          encoder.ln.*                                             norm.*
          heads.pre_logits.*                                       pre_logits.fc.*
          heads.head.*                                             head.*
          """);

  /**
   * transformers: ViT, DeiT and I-JEPA; ~ is empty in models without a head. Files have the first
   * names, also in version 5, which uses the last ones in memory.
   */
  static final NameTable HUGGING_FACE =
      NameTable.of(
          "Hugging Face",
          Origin.HUGGING_FACE,
          "vit.|deit.|ijepa.|",
          "embeddings.patch_embeddings.projection.weight",
          """
          ~embeddings.cls_token                             cls_token
          ~embeddings.distillation_token                    dist_token
          ~embeddings.mask_token                            -
          ~embeddings.position_embeddings                   pos_embed
          ~embeddings.patch_embeddings.projection.*         patch_embed.proj.*
          ~encoder.layer.#.layernorm_before.*               blocks.#.norm1.*
          ~encoder.layer.#.attention.attention.query.*      blocks.#.attn.qkv.*   q
          ~encoder.layer.#.attention.attention.key.*        blocks.#.attn.qkv.*   k
          ~encoder.layer.#.attention.attention.value.*      blocks.#.attn.qkv.*   v
          ~encoder.layer.#.attention.output.dense.*         blocks.#.attn.proj.*
          ~encoder.layer.#.layernorm_after.*                blocks.#.norm2.*
          ~encoder.layer.#.intermediate.dense.*             blocks.#.mlp.fc1.*
          ~encoder.layer.#.output.dense.*                   blocks.#.mlp.fc2.*
          ~layernorm.*                                      norm.*
          ~pooler.dense.*                                   -
          classifier.*                                      head.*
          cls_classifier.*                                  head.*
          distillation_classifier.*                         head_dist.*
          decoder.0.*                                       -
          ~layers.#.layernorm_before.*                      blocks.#.norm1.*
          ~layers.#.attention.q_proj.*                      blocks.#.attn.qkv.*   q
          ~layers.#.attention.k_proj.*                      blocks.#.attn.qkv.*   k
          ~layers.#.attention.v_proj.*                      blocks.#.attn.qkv.*   v
          ~layers.#.attention.o_proj.*                      blocks.#.attn.proj.*
          ~layers.#.layernorm_after.*                       blocks.#.norm2.*
          ~layers.#.mlp.fc1.*                               blocks.#.mlp.fc1.*
          ~layers.#.mlp.fc2.*                               blocks.#.mlp.fc2.*
          """);

  /** transformers: DINOv2, also with registers. */
  static final NameTable DINOV2 =
      NameTable.of(
          "Hugging Face",
          Origin.HUGGING_FACE,
          "dinov2.|dinov2_with_registers.|",
          "embeddings.patch_embeddings.projection.weight",
          """
          ~embeddings.cls_token                             cls_token
          ~embeddings.register_tokens                       reg_token
          ~embeddings.mask_token                            -
          ~embeddings.position_embeddings                   pos_embed
          ~embeddings.patch_embeddings.projection.*         patch_embed.proj.*
          ~encoder.layer.#.norm1.*                          blocks.#.norm1.*
          ~encoder.layer.#.attention.attention.query.*      blocks.#.attn.qkv.*   q
          ~encoder.layer.#.attention.attention.key.*        blocks.#.attn.qkv.*   k
          ~encoder.layer.#.attention.attention.value.*      blocks.#.attn.qkv.*   v
          ~encoder.layer.#.attention.output.dense.*         blocks.#.attn.proj.*
          ~encoder.layer.#.layer_scale1.lambda1             blocks.#.ls1.gamma
          ~encoder.layer.#.norm2.*                          blocks.#.norm2.*
          ~encoder.layer.#.mlp.fc1.*                        blocks.#.mlp.fc1.*
          ~encoder.layer.#.mlp.fc2.*                        blocks.#.mlp.fc2.*
          ~encoder.layer.#.mlp.weights_in.*                 blocks.#.mlp.fc1.*
          ~encoder.layer.#.mlp.weights_out.*                blocks.#.mlp.fc2.*
          ~encoder.layer.#.layer_scale2.lambda1             blocks.#.ls2.gamma
          ~layernorm.*                                      norm.*
          classifier.*                                      head.*
          ~encoder.layer.#.attention.q_proj.*               blocks.#.attn.qkv.*   q
          ~encoder.layer.#.attention.k_proj.*               blocks.#.attn.qkv.*   k
          ~encoder.layer.#.attention.v_proj.*               blocks.#.attn.qkv.*   v
          ~encoder.layer.#.attention.o_proj.*               blocks.#.attn.proj.*
          ~encoder.layer.#.mlp.gate_proj.*                  blocks.#.mlp.fc1.*    a
          ~encoder.layer.#.mlp.up_proj.*                    blocks.#.mlp.fc1.*    b
          ~encoder.layer.#.mlp.down_proj.*                  blocks.#.mlp.fc2.*
          """);

  /**
   * transformers: image models of CLIP and SigLIP without the text model; {@link VitTowers}
   * reshapes the tensors.
   */
  static final NameTable TOWER =
      NameTable.of(
          "Hugging Face",
          Origin.HUGGING_FACE,
          "vision_model.|",
          "embeddings.patch_embedding.weight",
          """
          ~embeddings.class_embedding             cls_token
          ~embeddings.patch_embedding.*           patch_embed.proj.*
          ~embeddings.position_embedding.weight   pos_embed
          ~embeddings.position_ids                -
          ~pre_layrnorm.*                         norm_pre.*
          ~encoder.layers.#.layer_norm1.*         blocks.#.norm1.*
          ~encoder.layers.#.self_attn.q_proj.*    blocks.#.attn.qkv.*   q
          ~encoder.layers.#.self_attn.k_proj.*    blocks.#.attn.qkv.*   k
          ~encoder.layers.#.self_attn.v_proj.*    blocks.#.attn.qkv.*   v
          ~encoder.layers.#.self_attn.out_proj.*  blocks.#.attn.proj.*
          ~encoder.layers.#.layer_norm2.*         blocks.#.norm2.*
          ~encoder.layers.#.mlp.fc1.*             blocks.#.mlp.fc1.*
          ~encoder.layers.#.mlp.fc2.*             blocks.#.mlp.fc2.*
          ~post_layernorm.*                       norm.*
          ~head.probe                             attn_pool.latent
          ~head.attention.in_proj_*               attn_pool.in_proj_*
          ~head.attention.out_proj.*              attn_pool.proj.*
          ~head.layernorm.*                       attn_pool.norm.*
          ~head.mlp.fc1.*                         attn_pool.mlp.fc1.*
          ~head.mlp.fc2.*                         attn_pool.mlp.fc2.*
          visual_projection.weight                projection.weight
          classifier.*                            head.*
          """);

  /** Google's .npz: names of vision_transformer and AugReg first, then big_vision's. */
  static final NameTable JAX =
      NameTable.of(
          "Google JAX",
          Origin.JAX,
          "",
          "embedding/kernel",
          """
          cls                                                                    cls_token
          Transformer/posembed_input/pos_embedding                               pos_embed
          pos_embedding                                                          pos_embed
          embedding/kernel                                                       patch_embed.proj.weight  hwio
          embedding/bias                                                         patch_embed.proj.bias
          Transformer/encoderblock_#/LayerNorm_0/scale                           blocks.#.norm1.weight
          Transformer/encoderblock_#/LayerNorm_0/bias                            blocks.#.norm1.bias
          Transformer/encoderblock_#/MultiHeadDotProductAttention_1/query/kernel blocks.#.attn.qkv.weight q,t
          Transformer/encoderblock_#/MultiHeadDotProductAttention_1/key/kernel   blocks.#.attn.qkv.weight k,t
          Transformer/encoderblock_#/MultiHeadDotProductAttention_1/value/kernel blocks.#.attn.qkv.weight v,t
          Transformer/encoderblock_#/MultiHeadDotProductAttention_1/query/bias   blocks.#.attn.qkv.bias   q,flat
          Transformer/encoderblock_#/MultiHeadDotProductAttention_1/key/bias     blocks.#.attn.qkv.bias   k,flat
          Transformer/encoderblock_#/MultiHeadDotProductAttention_1/value/bias   blocks.#.attn.qkv.bias   v,flat
          Transformer/encoderblock_#/MultiHeadDotProductAttention_1/out/kernel   blocks.#.attn.proj.weight t2
          Transformer/encoderblock_#/MultiHeadDotProductAttention_1/out/bias     blocks.#.attn.proj.bias
          Transformer/encoderblock_#/LayerNorm_2/scale                           blocks.#.norm2.weight
          Transformer/encoderblock_#/LayerNorm_2/bias                            blocks.#.norm2.bias
          Transformer/encoderblock_#/MlpBlock_3/Dense_0/kernel                   blocks.#.mlp.fc1.weight  t
          Transformer/encoderblock_#/MlpBlock_3/Dense_0/bias                     blocks.#.mlp.fc1.bias
          Transformer/encoderblock_#/MlpBlock_3/Dense_1/kernel                   blocks.#.mlp.fc2.weight  t
          Transformer/encoderblock_#/MlpBlock_3/Dense_1/bias                     blocks.#.mlp.fc2.bias
          Transformer/encoder_norm/scale                                         norm.weight
          Transformer/encoder_norm/bias                                          norm.bias
          pre_logits/kernel                                                      pre_logits.fc.weight     t
          pre_logits/bias                                                        pre_logits.fc.bias
          MAPHead_0/probe                                                        attn_pool.latent
          MAPHead_0/MultiHeadDotProductAttention_0/query/kernel                  attn_pool.q.weight       t
          MAPHead_0/MultiHeadDotProductAttention_0/query/bias                    attn_pool.q.bias         flat
          MAPHead_0/MultiHeadDotProductAttention_0/key/kernel                    attn_pool.kv.weight      a,t
          MAPHead_0/MultiHeadDotProductAttention_0/value/kernel                  attn_pool.kv.weight      b,t
          MAPHead_0/MultiHeadDotProductAttention_0/key/bias                      attn_pool.kv.bias        a,flat
          MAPHead_0/MultiHeadDotProductAttention_0/value/bias                    attn_pool.kv.bias        b,flat
          MAPHead_0/MultiHeadDotProductAttention_0/out/kernel                    attn_pool.proj.weight    t2
          MAPHead_0/MultiHeadDotProductAttention_0/out/bias                      attn_pool.proj.bias
          MAPHead_0/LayerNorm_0/scale                                            attn_pool.norm.weight
          MAPHead_0/LayerNorm_0/bias                                             attn_pool.norm.bias
          MAPHead_0/MlpBlock_0/Dense_0/kernel                                    attn_pool.mlp.fc1.weight t
          MAPHead_0/MlpBlock_0/Dense_0/bias                                      attn_pool.mlp.fc1.bias
          MAPHead_0/MlpBlock_0/Dense_1/kernel                                    attn_pool.mlp.fc2.weight t
          MAPHead_0/MlpBlock_0/Dense_1/bias                                      attn_pool.mlp.fc2.bias
          head/kernel                                                            head.weight              t
          head/bias                                                              head.bias
          Transformer/encoderblock_#/MultiHeadDotProductAttention_0/query/kernel blocks.#.attn.qkv.weight q,t
          Transformer/encoderblock_#/MultiHeadDotProductAttention_0/key/kernel   blocks.#.attn.qkv.weight k,t
          Transformer/encoderblock_#/MultiHeadDotProductAttention_0/value/kernel blocks.#.attn.qkv.weight v,t
          Transformer/encoderblock_#/MultiHeadDotProductAttention_0/query/bias   blocks.#.attn.qkv.bias   q,flat
          Transformer/encoderblock_#/MultiHeadDotProductAttention_0/key/bias     blocks.#.attn.qkv.bias   k,flat
          Transformer/encoderblock_#/MultiHeadDotProductAttention_0/value/bias   blocks.#.attn.qkv.bias   v,flat
          Transformer/encoderblock_#/MultiHeadDotProductAttention_0/out/kernel   blocks.#.attn.proj.weight t2
          Transformer/encoderblock_#/MultiHeadDotProductAttention_0/out/bias     blocks.#.attn.proj.bias
          Transformer/encoderblock_#/LayerNorm_1/scale                           blocks.#.norm2.weight
          Transformer/encoderblock_#/LayerNorm_1/bias                            blocks.#.norm2.bias
          Transformer/encoderblock_#/MlpBlock_0/Dense_0/kernel                   blocks.#.mlp.fc1.weight  t
          Transformer/encoderblock_#/MlpBlock_0/Dense_0/bias                     blocks.#.mlp.fc1.bias
          Transformer/encoderblock_#/MlpBlock_0/Dense_1/kernel                   blocks.#.mlp.fc2.weight  t
          Transformer/encoderblock_#/MlpBlock_0/Dense_1/bias                     blocks.#.mlp.fc2.bias
          """);

  /** All tables, in the order in which they are tried. */
  static final List<NameTable> ALL = List.of(TIMM, TORCHVISION, HUGGING_FACE, DINOV2, TOWER, JAX);
}
