package dev.vit4j.model.vit;

import dev.vit4j.model.Interop;
import dev.vit4j.model.NameTable;
import dev.vit4j.nn.Activation;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a ViT as one of transformers' models: ViT, DeiT, DINOv2 (with registers) or I-JEPA. */
final class VitTransformers {
  private static final int MOST_RATIO = 64;

  /** Prefix of its class names, and {@code model_type}, which is also the prefix of tensors. */
  private enum Kind {
    VIT("ViT"),
    DEIT("DeiT"),
    IJEPA("IJepa"),
    DINOV2("Dinov2"),
    DINOV2_WITH_REGISTERS("Dinov2WithRegisters");

    private final String className;

    Kind(String className) {
      this.className = className;
    }

    static Kind of(VitConfig c) {
      if (c.initValues() != null || c.gated() || c.regTokens() > 0) {
        return c.regTokens() > 0 ? DINOV2_WITH_REGISTERS : DINOV2;
      }
      return c.distilled() ? DEIT : c.classToken() ? VIT : IJEPA;
    }

    boolean isDinov2() {
      return this == DINOV2 || this == DINOV2_WITH_REGISTERS;
    }

    String type() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private VitTransformers() {}

  /** The reason why transformers cannot represent a model; null if it can. */
  static @Nullable String whyNot(VitConfig c) {
    Kind kind = Kind.of(c);
    String its = "its " + kind.className;
    String pool = c.globalPool();
    boolean token = pool.equals("token") || (kind.isDinov2() && pool.equals("token_avg"));
    if (kind == Kind.IJEPA ? !pool.equals("avg") : !token) {
      return its
          + (kind == Kind.IJEPA
              ? " reads the mean of the patches"
              : kind.isDinov2()
                  ? " reads a class token, and the mean of the patches"
                  : " reads a class token after a norm over all tokens");
    }
    if (c.fcNorm()) {
      return its + " has its last norm before pooling";
    }
    if (c.representationSize() > 0) {
      return its + " has no layer before the head";
    }
    if (c.preNorm()) {
      return its + " has no norm before the blocks";
    }
    if (c.qkNorm()) {
      return its + " does not normalize queries and keys";
    }
    if (c.patchSize()[0] != c.patchSize()[1]) {
      return its + " has square patches";
    }
    if (!c.projBias()) {
      return its + " has biases in projection and MLP";
    }
    if (!kind.isDinov2()) {
      return c.noEmbedClass() ? its + " has positions for all tokens" : null;
    }
    if (c.initValues() == null || c.distilled()) {
      return its + " has LayerScale and one head";
    }
    return mlpRatio(c) == 0 ? its + " has an MLP of a whole multiple of the width" : null;
  }

  /** DINOv2's {@code mlp_ratio}, which is whole, for a hidden width; 0 if there is none. */
  private static int mlpRatio(VitConfig c) {
    for (int ratio = 1; ratio <= MOST_RATIO; ratio++) {
      int hidden = c.embedDim() * ratio;
      int gated = 2 * ((hidden * 2 / 3 + 7) / 8 * 8); // both halves, each a multiple of 8
      if ((c.gated() ? gated : hidden) == c.hiddenDim()) {
        return ratio;
      }
    }
    return 0;
  }

  /** The weights under transformers' names. */
  static Map<String, Tensor> exported(VitConfig c, Map<String, Tensor> ours) {
    Kind kind = Kind.of(c);
    Map<String, Tensor> state = new LinkedHashMap<>(ours);
    if (kind.isDinov2()) {
      toDinov2(c, state);
    }
    String prefix = kind.type() + ".";
    NameTable table = kind.isDinov2() ? VitTables.DINOV2 : VitTables.HUGGING_FACE;
    Map<String, Tensor> theirs = new LinkedHashMap<>();
    table.rename(state, prefix).forEach((name, t) -> theirs.put(renamed(name, kind, c), t));
    if (kind.isDinov2()) { // used in pre-training only, but part of its models
      theirs.put(
          prefix + "embeddings.mask_token", state.get("cls_token").detach().select(0, 0).mul(0));
    }
    return theirs;
  }

  /** Names that depend on the model: those of the distilled form and of an MLP with a gate. */
  private static String renamed(String name, Kind kind, VitConfig c) {
    if (kind == Kind.DEIT && name.startsWith("classifier.")) {
      return "cls_" + name;
    }
    return c.gated()
        ? name.replace(".mlp.fc1.", ".mlp.weights_in.").replace(".mlp.fc2.", ".mlp.weights_out.")
        : name;
  }

  /** Only the class token and the patches have positions, and the head reads a mean too. */
  private static void toDinov2(VitConfig c, Map<String, Tensor> state) {
    Tensor pos = state.get("pos_embed").detach();
    int prefix = c.prefixPositions();
    Tensor patches = pos.narrow(1, prefix, c.patches());
    Tensor ofClass = pos.narrow(1, 0, 1);
    state.put("pos_embed", Ops.cat(1, c.noEmbedClass() ? ofClass.mul(0) : ofClass, patches));
    if (c.regTokens() > 0 && !c.noEmbedClass()) {
      Tensor registers = state.get("reg_token").detach();
      state.put("reg_token", registers.add(pos.narrow(1, 1, c.regTokens())));
    }
    if (c.numClasses() > 0 && c.globalPool().equals("token")) {
      Tensor head = state.get("head.weight").detach();
      state.put("head.weight", Ops.cat(1, head, head.mul(0)));
    }
  }

  static Interop.TransformersModel model(VitConfig c) {
    Kind kind = Kind.of(c);
    String task =
        c.numClasses() == 0
            ? "Model"
            : c.distilled() ? "ForImageClassificationWithTeacher" : "ForImageClassification";
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of(kind.className + task));
    config.put("model_type", kind.type());
    config.put("hidden_size", c.embedDim());
    config.put("num_hidden_layers", c.depth());
    config.put("num_attention_heads", c.numHeads());
    if (kind.isDinov2()) {
      config.put("mlp_ratio", mlpRatio(c));
      config.put("use_swiglu_ffn", c.gated());
      config.put("layerscale_value", 1.0);
      config.put("hidden_act", c.gated() ? "gelu" : act(c.act())); // a gate has SiLU always
      if (c.regTokens() > 0) {
        config.put("num_register_tokens", c.regTokens());
      }
    } else {
      config.put("intermediate_size", c.hiddenDim());
      config.put("hidden_act", act(c.act()));
    }
    config.put("layer_norm_eps", c.normEps());
    config.put("qkv_bias", c.qkvBias());
    int[] size = c.imgSize();
    config.put("image_size", size[0] == size[1] ? (Object) size[0] : List.of(size[0], size[1]));
    config.put("patch_size", c.patchSize()[0]);
    config.put("num_channels", c.inChans());
    config.put("hidden_dropout_prob", c.projDropRate());
    config.put("attention_probs_dropout_prob", c.attnDropRate());
    config.put("dtype", "float32");
    String processor = kind.isDinov2() ? "Bit" : kind == Kind.DEIT ? "DeiT" : "ViT";
    return new Interop.TransformersModel(processor, config);
  }

  private static String act(Activation act) {
    return act == Activation.GELU_TANH ? "gelu_pytorch_tanh" : act.toString();
  }
}
