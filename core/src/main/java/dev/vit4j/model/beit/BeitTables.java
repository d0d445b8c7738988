package dev.vit4j.model.beit;

import dev.vit4j.model.NameTable;
import dev.vit4j.model.Origin;

/**
 * Tensor names of BEiT and EVA: other libraries' on the left, ours, which are timm's, on the right.
 */
final class BeitTables {
  private BeitTables() {}

  /** timm's names, and those of the authors' code. */
  static final NameTable TIMM =
      NameTable.of(
          "timm",
          Origin.TIMM,
          "",
          "patch_embed.proj.weight",
          """
          cls_token                                    cls_token
          mask_token                                   -
          pos_embed                                    pos_embed
          patch_embed.proj.*                           patch_embed.proj.*
          rel_pos_bias.relative_position_bias_table    rel_pos_bias.relative_position_bias_table
          rel_pos_bias.relative_position_index         -
          blocks.#.norm1.*                             blocks.#.norm1.*
          blocks.#.attn.q_bias                         blocks.#.attn.q_bias
          blocks.#.attn.k_bias                         -
          blocks.#.attn.v_bias                         blocks.#.attn.v_bias
          blocks.#.attn.qkv.weight                     blocks.#.attn.qkv.weight
          blocks.#.attn.relative_position_bias_table   blocks.#.attn.relative_position_bias_table
          blocks.#.attn.relative_position_index        -
          blocks.#.attn.q_proj.*                       blocks.#.attn.q_proj.*
          blocks.#.attn.k_proj.*                       blocks.#.attn.k_proj.*
          blocks.#.attn.v_proj.*                       blocks.#.attn.v_proj.*
          blocks.#.attn.rope.*                         -
          blocks.#.attn.norm.*                         blocks.#.attn.norm.*
          blocks.#.attn.inner_attn_ln.*                blocks.#.attn.norm.*
          blocks.#.attn.proj.*                         blocks.#.attn.proj.*
          rope.*                                       -
          blocks.#.gamma_1                             blocks.#.gamma_1
          blocks.#.norm2.*                             blocks.#.norm2.*
          blocks.#.mlp.fc1.*                           blocks.#.mlp.fc1.*
          blocks.#.mlp.fc1_g.*                         blocks.#.mlp.fc1_g.*
          blocks.#.mlp.fc1_x.*                         blocks.#.mlp.fc1_x.*
          blocks.#.mlp.norm.*                          blocks.#.mlp.norm.*
          blocks.#.mlp.fc2.*                           blocks.#.mlp.fc2.*
          blocks.#.mlp.w1.*                            blocks.#.mlp.fc1_g.*
          blocks.#.mlp.w2.*                            blocks.#.mlp.fc1_x.*
          blocks.#.mlp.ffn_ln.*                        blocks.#.mlp.norm.*
          blocks.#.mlp.w3.*                            blocks.#.mlp.fc2.*
          blocks.#.gamma_2                             blocks.#.gamma_2
          norm.*                                       norm.*
          fc_norm.*                                    fc_norm.*
          head.*                                       head.*
          """);

  /**
   * {@code BeitModel}, {@code BeitForImageClassification} and Data2Vec's image models, which are
   * BEiTs; ~ is empty in models without a head. Files have the first names, also in version 5,
   * which uses the last ones in memory.
   */
  static final NameTable HUGGING_FACE =
      NameTable.of(
          "Hugging Face",
          Origin.HUGGING_FACE,
          "beit.|data2vec_vision.|",
          "embeddings.patch_embeddings.projection.weight",
          """
          ~embeddings.cls_token                            cls_token
          ~embeddings.mask_token                           -
          ~embeddings.position_embeddings                  pos_embed
          ~embeddings.patch_embeddings.projection.*        patch_embed.proj.*
          ~encoder.relative_position_bias.relative_position_bias_table rel_pos_bias.relative_position_bias_table
          ~encoder.relative_position_bias.relative_position_index -
          ~encoder.layer.#.layernorm_before.*              blocks.#.norm1.*
          ~encoder.layer.#.attention.attention.query.weight blocks.#.attn.qkv.weight q
          ~encoder.layer.#.attention.attention.key.weight  blocks.#.attn.qkv.weight k
          ~encoder.layer.#.attention.attention.value.weight blocks.#.attn.qkv.weight v
          ~encoder.layer.#.attention.attention.query.bias  blocks.#.attn.q_bias
          ~encoder.layer.#.attention.attention.value.bias  blocks.#.attn.v_bias
          ~encoder.layer.#.attention.attention.relative_position_bias.relative_position_bias_table blocks.#.attn.relative_position_bias_table
          ~encoder.layer.#.attention.attention.relative_position_bias.relative_position_index -
          ~encoder.layer.#.attention.output.dense.*        blocks.#.attn.proj.*
          ~encoder.layer.#.lambda_1                        blocks.#.gamma_1
          ~encoder.layer.#.layernorm_after.*               blocks.#.norm2.*
          ~encoder.layer.#.intermediate.dense.*            blocks.#.mlp.fc1.*
          ~encoder.layer.#.output.dense.*                  blocks.#.mlp.fc2.*
          ~encoder.layer.#.lambda_2                        blocks.#.gamma_2
          ~layernorm.*                                     norm.*
          ~pooler.layernorm.*                              fc_norm.*
          classifier.*                                     head.*
          ~shared_position_bias.relative_position_bias_table rel_pos_bias.relative_position_bias_table
          ~layers.#.layernorm_before.*                     blocks.#.norm1.*
          ~layers.#.attention.q_proj.weight                blocks.#.attn.qkv.weight q
          ~layers.#.attention.k_proj.weight                blocks.#.attn.qkv.weight k
          ~layers.#.attention.v_proj.weight                blocks.#.attn.qkv.weight v
          ~layers.#.attention.q_proj.bias                  blocks.#.attn.q_bias
          ~layers.#.attention.v_proj.bias                  blocks.#.attn.v_bias
          ~layers.#.relative_position_bias.relative_position_bias_table blocks.#.attn.relative_position_bias_table
          ~layers.#.attention.o_proj.*                     blocks.#.attn.proj.*
          ~layers.#.lambda_1                               blocks.#.gamma_1
          ~layers.#.layernorm_after.*                      blocks.#.norm2.*
          ~layers.#.mlp.fc1.*                              blocks.#.mlp.fc1.*
          ~layers.#.mlp.fc2.*                              blocks.#.mlp.fc2.*
          ~layers.#.lambda_2                               blocks.#.gamma_2
          """);
}
