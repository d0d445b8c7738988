package dev.vit4j.model.clip;

import dev.vit4j.model.NameTable;
import dev.vit4j.model.Origin;
import java.util.List;

/**
 * Tensor names of CLIP: other libraries' on the left, ours, which are open_clip's, on the right.
 */
final class ClipTables {
  private ClipTables() {}

  /**
   * open_clip and OpenAI; open_clip's {@code CustomTextCLIP} has {@code text.} before the names of
   * the text tower. OpenAI's three numbers mark its files.
   */
  static final NameTable OPEN_CLIP =
      NameTable.of(
          "open_clip",
          Origin.OPEN_CLIP,
          "|text.",
          "visual.conv1.weight",
          """
          visual.class_embedding                                visual.class_embedding
          visual.positional_embedding                           visual.positional_embedding
          visual.proj                                           visual.proj
          visual.conv#.weight                                   visual.conv#.weight
          visual.bn#.*                                          visual.bn#.*
          visual.layer#.#.conv#.weight                          visual.layer#.#.conv#.weight
          visual.layer#.#.bn#.*                                 visual.layer#.#.bn#.*
          visual.layer#.#.downsample.#.*                        visual.layer#.#.downsample.#.*
          visual.attnpool.positional_embedding                  visual.attnpool.positional_embedding
          visual.attnpool.k_proj.*                              visual.attnpool.k_proj.*
          visual.attnpool.q_proj.*                              visual.attnpool.q_proj.*
          visual.attnpool.v_proj.*                              visual.attnpool.v_proj.*
          visual.attnpool.c_proj.*                              visual.attnpool.c_proj.*
          visual.ln_pre.*                                       visual.ln_pre.*
          visual.transformer.resblocks.#.ln_1.*                 visual.transformer.resblocks.#.ln_1.*
          visual.transformer.resblocks.#.attn.in_proj_*         visual.transformer.resblocks.#.attn.in_proj_*
          visual.transformer.resblocks.#.attn.out_proj.*        visual.transformer.resblocks.#.attn.out_proj.*
          visual.transformer.resblocks.#.ls_1.gamma             visual.transformer.resblocks.#.ls_1.gamma
          visual.transformer.resblocks.#.ln_2.*                 visual.transformer.resblocks.#.ln_2.*
          visual.transformer.resblocks.#.mlp.c_fc.*             visual.transformer.resblocks.#.mlp.c_fc.*
          visual.transformer.resblocks.#.mlp.c_proj.*           visual.transformer.resblocks.#.mlp.c_proj.*
          visual.transformer.resblocks.#.ls_2.gamma             visual.transformer.resblocks.#.ls_2.gamma
          visual.ln_post.*                                      visual.ln_post.*
          ~token_embedding.weight                               token_embedding.weight
          ~positional_embedding                                 positional_embedding
          ~transformer.resblocks.#.ln_1.*                       transformer.resblocks.#.ln_1.*
          ~transformer.resblocks.#.attn.in_proj_*               transformer.resblocks.#.attn.in_proj_*
          ~transformer.resblocks.#.attn.out_proj.*              transformer.resblocks.#.attn.out_proj.*
          ~transformer.resblocks.#.ls_1.gamma                   transformer.resblocks.#.ls_1.gamma
          ~transformer.resblocks.#.ln_2.*                       transformer.resblocks.#.ln_2.*
          ~transformer.resblocks.#.mlp.c_fc.*                   transformer.resblocks.#.mlp.c_fc.*
          ~transformer.resblocks.#.mlp.c_proj.*                 transformer.resblocks.#.mlp.c_proj.*
          ~transformer.resblocks.#.ls_2.gamma                   transformer.resblocks.#.ls_2.gamma
          ~ln_final.*                                           ln_final.*
          ~text_projection                                      text_projection
          ~text_projection.weight                               text_projection t
          ~text_projection.bias                                 text_projection_bias
          ~attn_mask                                            -
          logit_scale                                           logit_scale
          logit_bias                                            logit_bias
          input_resolution                                      input_resolution
          context_length                                        -
          vocab_size                                            -
          """);

  /** transformers' {@code CLIPModel}. */
  static final NameTable HUGGING_FACE =
      NameTable.of(
          "Hugging Face",
          Origin.HUGGING_FACE,
          "",
          "vision_model.embeddings.patch_embedding.weight",
          """
          vision_model.embeddings.class_embedding               visual.class_embedding
          vision_model.embeddings.patch_embedding.weight        visual.conv1.weight
          vision_model.embeddings.position_embedding.weight     visual.positional_embedding
          vision_model.embeddings.position_ids                  -
          vision_model.pre_layrnorm.*                           visual.ln_pre.*
          vision_model.encoder.layers.#.layer_norm1.*           visual.transformer.resblocks.#.ln_1.*
          vision_model.encoder.layers.#.self_attn.q_proj.*      visual.transformer.resblocks.#.attn.in_proj_* q
          vision_model.encoder.layers.#.self_attn.k_proj.*      visual.transformer.resblocks.#.attn.in_proj_* k
          vision_model.encoder.layers.#.self_attn.v_proj.*      visual.transformer.resblocks.#.attn.in_proj_* v
          vision_model.encoder.layers.#.self_attn.out_proj.*    visual.transformer.resblocks.#.attn.out_proj.*
          vision_model.encoder.layers.#.layer_norm2.*           visual.transformer.resblocks.#.ln_2.*
          vision_model.encoder.layers.#.mlp.fc1.*               visual.transformer.resblocks.#.mlp.c_fc.*
          vision_model.encoder.layers.#.mlp.fc2.*               visual.transformer.resblocks.#.mlp.c_proj.*
          vision_model.post_layernorm.*                         visual.ln_post.*
          visual_projection.weight                              visual.proj t
          text_model.embeddings.token_embedding.weight          token_embedding.weight
          text_model.embeddings.position_embedding.weight       positional_embedding
          text_model.embeddings.position_ids                    -
          text_model.encoder.layers.#.layer_norm1.*             transformer.resblocks.#.ln_1.*
          text_model.encoder.layers.#.self_attn.q_proj.*        transformer.resblocks.#.attn.in_proj_* q
          text_model.encoder.layers.#.self_attn.k_proj.*        transformer.resblocks.#.attn.in_proj_* k
          text_model.encoder.layers.#.self_attn.v_proj.*        transformer.resblocks.#.attn.in_proj_* v
          text_model.encoder.layers.#.self_attn.out_proj.*      transformer.resblocks.#.attn.out_proj.*
          text_model.encoder.layers.#.layer_norm2.*             transformer.resblocks.#.ln_2.*
          text_model.encoder.layers.#.mlp.fc1.*                 transformer.resblocks.#.mlp.c_fc.*
          text_model.encoder.layers.#.mlp.fc2.*                 transformer.resblocks.#.mlp.c_proj.*
          text_model.final_layer_norm.*                         ln_final.*
          text_projection.weight                                text_projection t
          logit_scale                                           logit_scale
          """);

  /** transformers' {@code SiglipModel}. */
  static final NameTable SIGLIP =
      NameTable.of(
          "Hugging Face SigLIP",
          Origin.HUGGING_FACE,
          "",
          "vision_model.embeddings.patch_embedding.weight",
          """
          vision_model.embeddings.patch_embedding.*             visual.conv1.*
          vision_model.embeddings.position_embedding.weight     visual.positional_embedding
          vision_model.embeddings.position_ids                  -
          vision_model.encoder.layers.#.layer_norm1.*           visual.transformer.resblocks.#.ln_1.*
          vision_model.encoder.layers.#.self_attn.q_proj.*      visual.transformer.resblocks.#.attn.in_proj_* q
          vision_model.encoder.layers.#.self_attn.k_proj.*      visual.transformer.resblocks.#.attn.in_proj_* k
          vision_model.encoder.layers.#.self_attn.v_proj.*      visual.transformer.resblocks.#.attn.in_proj_* v
          vision_model.encoder.layers.#.self_attn.out_proj.*    visual.transformer.resblocks.#.attn.out_proj.*
          vision_model.encoder.layers.#.layer_norm2.*           visual.transformer.resblocks.#.ln_2.*
          vision_model.encoder.layers.#.mlp.fc1.*               visual.transformer.resblocks.#.mlp.c_fc.*
          vision_model.encoder.layers.#.mlp.fc2.*               visual.transformer.resblocks.#.mlp.c_proj.*
          vision_model.post_layernorm.*                         visual.ln_post.*
          vision_model.head.probe                               visual.attn_pool.probe
          vision_model.head.attention.in_proj_*                 visual.attn_pool.in_proj_*
          vision_model.head.attention.out_proj.*                visual.attn_pool.out_proj.*
          vision_model.head.layernorm.*                         visual.attn_pool.ln.*
          vision_model.head.mlp.fc1.*                           visual.attn_pool.mlp.c_fc.*
          vision_model.head.mlp.fc2.*                           visual.attn_pool.mlp.c_proj.*
          text_model.embeddings.token_embedding.weight          token_embedding.weight
          text_model.embeddings.position_embedding.weight       positional_embedding
          text_model.embeddings.position_ids                    -
          text_model.encoder.layers.#.layer_norm1.*             transformer.resblocks.#.ln_1.*
          text_model.encoder.layers.#.self_attn.q_proj.*        transformer.resblocks.#.attn.in_proj_* q
          text_model.encoder.layers.#.self_attn.k_proj.*        transformer.resblocks.#.attn.in_proj_* k
          text_model.encoder.layers.#.self_attn.v_proj.*        transformer.resblocks.#.attn.in_proj_* v
          text_model.encoder.layers.#.self_attn.out_proj.*      transformer.resblocks.#.attn.out_proj.*
          text_model.encoder.layers.#.layer_norm2.*             transformer.resblocks.#.ln_2.*
          text_model.encoder.layers.#.mlp.fc1.*                 transformer.resblocks.#.mlp.c_fc.*
          text_model.encoder.layers.#.mlp.fc2.*                 transformer.resblocks.#.mlp.c_proj.*
          text_model.final_layer_norm.*                         ln_final.*
          text_model.head.weight                                text_projection t
          text_model.head.bias                                  text_projection_bias
          logit_scale                                           logit_scale one
          logit_bias                                            logit_bias one
          """);

  /** All tables, in the order in which they are tried. */
  static final List<NameTable> ALL = List.of(OPEN_CLIP, HUGGING_FACE, SIGLIP);
}
