package dev.vit4j.model.spikformer;

import dev.vit4j.model.ForeignTensors;
import dev.vit4j.model.ImageDefaults;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.NameTable;
import dev.vit4j.model.Origin;
import dev.vit4j.model.TimmArguments;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Spikformers in the authors' repository, ZK-Zhou/spikformer, whose names for CIFAR are ours. */
final class SpikformerInterop implements Interop {
  static final SpikformerInterop SPIKFORMER = new SpikformerInterop();

  private static final int RGB = 3;
  private static final int CIFAR_HEAD = 32; // width of a head in the authors' models for CIFAR
  private static final int IMAGENET_HEAD = 64;

  private static final List<Double> CIFAR_MEAN = List.of(0.4914, 0.4822, 0.4465);
  private static final List<Double> CIFAR_STD = List.of(0.2470, 0.2435, 0.2616);

  /**
   * The authors' names. The norms of the blocks are created but never applied; in the models for
   * ImageNet linear layers are convolutions of one pixel.
   */
  private static final NameTable AUTHORS =
      NameTable.of(
          "ZK-Zhou/spikformer",
          Origin.TIMM,
          "",
          "patch_embed.proj_conv.weight",
          """
          patch_embed.proj_conv.*         patch_embed.proj_conv.*
          patch_embed.proj_conv#.*        patch_embed.proj_conv#.*
          patch_embed.proj_bn.*           patch_embed.proj_bn.*
          patch_embed.proj_bn#.*          patch_embed.proj_bn#.*
          patch_embed.rpe_conv.*          patch_embed.rpe_conv.*
          patch_embed.rpe_bn.*            patch_embed.rpe_bn.*
          block.#.attn.q_linear.*         block.#.attn.q_linear.*
          block.#.attn.q_bn.*             block.#.attn.q_bn.*
          block.#.attn.k_linear.*         block.#.attn.k_linear.*
          block.#.attn.k_bn.*             block.#.attn.k_bn.*
          block.#.attn.v_linear.*         block.#.attn.v_linear.*
          block.#.attn.v_bn.*             block.#.attn.v_bn.*
          block.#.attn.proj_linear.*      block.#.attn.proj_linear.*
          block.#.attn.proj_bn.*          block.#.attn.proj_bn.*
          block.#.mlp.fc#_linear.*        block.#.mlp.fc#_linear.*
          block.#.mlp.fc#_bn.*            block.#.mlp.fc#_bn.*
          block.#.attn.q_conv.weight      block.#.attn.q_linear.weight      pixel
          block.#.attn.q_conv.bias        block.#.attn.q_linear.bias
          block.#.attn.k_conv.weight      block.#.attn.k_linear.weight      pixel
          block.#.attn.k_conv.bias        block.#.attn.k_linear.bias
          block.#.attn.v_conv.weight      block.#.attn.v_linear.weight      pixel
          block.#.attn.v_conv.bias        block.#.attn.v_linear.bias
          block.#.attn.proj_conv.weight   block.#.attn.proj_linear.weight   pixel
          block.#.attn.proj_conv.bias     block.#.attn.proj_linear.bias
          block.#.mlp.fc#_conv.weight     block.#.mlp.fc#_linear.weight     pixel
          block.#.mlp.fc#_conv.bias       block.#.mlp.fc#_linear.bias
          block.#.norm#.*                 -
          head.*                          head.*
          """);

  private static final Set<String> NEURONS =
      Set.of("neuron", "tau", "v_threshold", "reset", "detach_reset", "surrogate", "alpha");

  private static final List<String> TOLD = List.of("img_size", "patch_size", "num_heads", "T");

  private static final TimmArguments ARGUMENTS =
      new TimmArguments(
          List.of(
              "img_size",
              "patch_size",
              "num_heads",
              "T",
              "neuron",
              "tau",
              "v_threshold",
              "reset",
              "detach_reset",
              "surrogate",
              "alpha"),
          Set.of("in_chans", "num_classes", "embed_dim", "depth", "mlp_ratio", "qkv_bias"),
          Map.of());

  private SpikformerInterop() {}

  @Override
  public List<NameTable> tables() {
    return List.of(AUTHORS);
  }

  @Override
  public Set<String> tellable() {
    Set<String> tellable = new LinkedHashSet<>(TOLD);
    tellable.addAll(NEURONS);
    return tellable;
  }

  @Override
  public Map<String, Object> configured(Origin library, Map<String, Object> config) {
    return library == Origin.TIMM ? ARGUMENTS.of(TimmArguments.in(config)) : Map.of();
  }

  /** Sizes and biases follow from the shapes; what does not is as in the authors' models. */
  @Override
  public Map<String, Object> argsOf(ForeignTensors weights) {
    Map<String, Object> known = weights.known(Map.of());
    Map<String, Tensor> state = weights.state();
    Tensor first = weights.require("patch_embed.proj_conv.weight", 4); // [D / 8, C, 3, 3]
    Tensor last = weights.require("patch_embed.proj_conv3.weight", 4); // [D, D / 2, 3, 3]
    Tensor hidden = weights.require("block.0.mlp.fc1_linear.weight", 2); // [hidden, D]
    int dim = (int) last.size(0);
    int depth = 0;
    while (state.containsKey("block." + depth + ".attn.q_linear.weight")) {
      depth++;
    }
    boolean cifar = state.containsKey("block.0.attn.q_linear.bias");
    Tensor head = state.get("head.weight");
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("in_chans", (int) first.size(1));
    args.put("num_classes", head == null ? 0 : (int) head.size(0));
    args.put("embed_dim", dim);
    args.put("depth", depth);
    args.put("mlp_ratio", ratio(hidden.size(0), dim));
    args.put("qkv_bias", cifar);
    Map<String, Object> usual =
        Map.of(
            "img_size",
            cifar ? 32 : 224,
            "patch_size",
            cifar ? 4 : 16,
            "num_heads",
            Math.max(1, dim / (cifar ? CIFAR_HEAD : IMAGENET_HEAD)),
            "T",
            4);
    for (String argument : TOLD) {
      if (!known.containsKey(argument)) {
        weights.assume(argument, usual.get(argument));
      }
      args.put(argument, known.getOrDefault(argument, usual.get(argument)));
    }
    for (String argument : NEURONS) {
      if (known.containsKey(argument)) {
        args.put(argument, known.get(argument));
      }
    }
    return args;
  }

  /** Returns the ratio that gives exactly this hidden width when multiplied and rounded down. */
  private static double ratio(long hidden, long dim) {
    double ratio = (double) hidden / dim;
    return (long) (dim * ratio) == hidden ? ratio : Math.nextUp(ratio);
  }

  /** The authors normalize CIFAR's images by their own statistics, others by ImageNet's. */
  @Override
  public ImageDefaults images(NameTable table, Model model) {
    ImageDefaults timm = table.origin().images(model);
    if (model.channels() != RGB) {
      return timm;
    }
    boolean cifar = ((Spikformer) model).config().qkvBias();
    return new ImageDefaults(
        timm.interpolation(),
        timm.cropPct(),
        timm.cropMode(),
        cifar ? CIFAR_MEAN : Origin.IMAGENET_MEAN,
        cifar ? CIFAR_STD : Origin.IMAGENET_STD);
  }
}
