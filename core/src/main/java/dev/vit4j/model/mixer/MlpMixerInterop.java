package dev.vit4j.model.mixer;

import dev.vit4j.model.ForeignTensors;
import dev.vit4j.model.ImageDefaults;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.NameTable;
import dev.vit4j.model.Origin;
import dev.vit4j.model.TimmArguments;
import dev.vit4j.nn.Activation;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** MLP-Mixers in timm and in Google's code. */
final class MlpMixerInterop implements Interop {
  static final MlpMixerInterop MIXER = new MlpMixerInterop();

  private static final double CROP = 0.875;

  /** timm's names, which are also ours. */
  private static final NameTable TIMM_NAMES =
      NameTable.of(
          "timm",
          Origin.TIMM,
          "",
          "stem.proj.weight",
          """
          stem.proj.*                    stem.proj.*
          blocks.#.norm1.*               blocks.#.norm1.*
          blocks.#.mlp_tokens.fc#.*      blocks.#.mlp_tokens.fc#.*
          blocks.#.norm2.*               blocks.#.norm2.*
          blocks.#.mlp_channels.fc#.*    blocks.#.mlp_channels.fc#.*
          norm.*                         norm.*
          head.*                         head.*
          """);

  /** Google's .npz, with the names of vit_jax/models_mixer.py. */
  private static final NameTable JAX_NAMES =
      NameTable.of(
          "Google JAX",
          Origin.JAX,
          "",
          "stem/kernel",
          """
          stem/kernel                                stem.proj.weight                  hwio
          stem/bias                                  stem.proj.bias
          MixerBlock_#/LayerNorm_0/scale             blocks.#.norm1.weight
          MixerBlock_#/LayerNorm_0/bias              blocks.#.norm1.bias
          MixerBlock_#/token_mixing/Dense_0/kernel   blocks.#.mlp_tokens.fc1.weight    t
          MixerBlock_#/token_mixing/Dense_0/bias     blocks.#.mlp_tokens.fc1.bias
          MixerBlock_#/token_mixing/Dense_1/kernel   blocks.#.mlp_tokens.fc2.weight    t
          MixerBlock_#/token_mixing/Dense_1/bias     blocks.#.mlp_tokens.fc2.bias
          MixerBlock_#/LayerNorm_1/scale             blocks.#.norm2.weight
          MixerBlock_#/LayerNorm_1/bias              blocks.#.norm2.bias
          MixerBlock_#/channel_mixing/Dense_0/kernel blocks.#.mlp_channels.fc1.weight  t
          MixerBlock_#/channel_mixing/Dense_0/bias   blocks.#.mlp_channels.fc1.bias
          MixerBlock_#/channel_mixing/Dense_1/kernel blocks.#.mlp_channels.fc2.weight  t
          MixerBlock_#/channel_mixing/Dense_1/bias   blocks.#.mlp_channels.fc2.bias
          pre_head_layer_norm/scale                  norm.weight
          pre_head_layer_norm/bias                   norm.bias
          head/kernel                                head.weight                       t
          head/bias                                  head.bias
          """);

  private static final TimmArguments TIMM =
      new TimmArguments(
          List.of("img_size", "patch_size", "in_chans", "num_classes", "embed_dim", "num_blocks"),
          Set.of("mlp_ratio", "proj_drop_rate", "nlhb", "act", "act_layer"),
          Map.of("global_pool", "avg"));

  private MlpMixerInterop() {}

  @Override
  public Map<String, String> timmTags() {
    return Map.of(
        "mixer_b16_224", "goog_in21k_ft_in1k",
        "mixer_l16_224", "goog_in21k_ft_in1k");
  }

  @Override
  public List<NameTable> tables() {
    return List.of(TIMM_NAMES, JAX_NAMES);
  }

  @Override
  public Set<String> tellable() {
    return Set.of("img_size", "act");
  }

  @Override
  public Map<String, Object> configured(Origin library, Map<String, Object> config) {
    if (library != Origin.TIMM) {
      return Map.of();
    }
    Object pool = config.get("global_pool");
    if (pool != null && !pool.equals("avg")) {
      throw new IllegalArgumentException(
          "global_pool is '%s': only avg is supported".formatted(pool));
    }
    Map<String, Object> timm = TimmArguments.in(config);
    Map<String, Object> args = TIMM.of(timm);
    args.put("act", timm.get("act_layer") instanceof String act ? act : "gelu");
    return args;
  }

  @Override
  public Map<String, Object> argsOf(ForeignTensors weights) {
    Map<String, Object> known = weights.known(Map.of());
    Tensor kernels = weights.require("stem.proj.weight", 4); // [D, C, h, w]
    Tensor tokens = weights.require("blocks.0.mlp_tokens.fc1.weight", 2); // [hidden, N]
    Tensor channels = weights.require("blocks.0.mlp_channels.fc1.weight", 2); // [hidden, D]
    if (kernels.count() == 0) {
      throw new IllegalArgumentException("stem.proj.weight is empty: " + kernels);
    }
    Map<String, Tensor> state = weights.state();
    int dim = (int) kernels.size(0);
    int[] patch = {(int) kernels.size(2), (int) kernels.size(3)};
    int blocks = 0;
    while (state.containsKey("blocks." + blocks + ".norm1.weight")) {
      blocks++;
    }
    Tensor head = state.get("head.weight");
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("img_size", size(weights, patch, tokens.size(1)));
    args.put("patch_size", List.of(patch[0], patch[1]));
    args.put("in_chans", (int) kernels.size(1));
    args.put("num_classes", head == null ? 0 : (int) head.size(0));
    args.put("embed_dim", dim);
    args.put("num_blocks", blocks);
    args.put("mlp_ratio", List.of(ratio(tokens.size(0), dim), ratio(channels.size(0), dim)));
    if (known.containsKey("act")) {
      args.put("act", known.get("act"));
    } else {
      weights.assume("act", "gelu");
    }
    return args;
  }

  /** Returns the first known image size with this number of tokens; otherwise a square. */
  private static List<Integer> size(ForeignTensors weights, int[] patch, long tokens) {
    int[] told = weights.toldSize();
    for (int[] size : sizes(told, weights.configuredSize(), weights.mentionedSize())) {
      if ((long) (size[0] / patch[0]) * (size[1] / patch[1]) == tokens) {
        return List.of(size[0], size[1]);
      }
    }
    int side = (int) Math.round(Math.sqrt((double) tokens));
    if (told != null || (long) side * side != tokens) {
      throw new IllegalArgumentException(
          "it mixes %d tokens of %dx%d pixels: set the image size with --model-args img_size=[HEIGHT,WIDTH], or put the model's config.json next to the weights%s"
              .formatted(
                  tokens,
                  patch[0],
                  patch[1],
                  told == null ? "" : "; %dx%d does not fit".formatted(told[0], told[1])));
    }
    return List.of(side * patch[0], side * patch[1]);
  }

  private static List<int[]> sizes(int @Nullable []... sizes) {
    return Arrays.stream(sizes).filter(Objects::nonNull).toList();
  }

  /** Returns the ratio that gives exactly this hidden width when multiplied and rounded down. */
  private static double ratio(long hidden, long dim) {
    double ratio = (double) hidden / dim;
    return (long) (dim * ratio) == hidden ? ratio : Math.nextUp(ratio);
  }

  @Override
  public List<String> remarks(Origin library, Model model) {
    return ((MlpMixer) model).config().act() == Activation.GELU
        ? List.of()
        : List.of("The model approximates GELU with tanh, timm does not: logits differ by 1e-4");
  }

  /** All published models use the crop of a CNN. */
  @Override
  public ImageDefaults images(NameTable table, Model model) {
    return table.origin().images(model).withCrop(CROP);
  }
}
