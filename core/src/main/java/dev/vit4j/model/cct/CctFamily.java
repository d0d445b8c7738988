package dev.vit4j.model.cct;

import dev.vit4j.model.Family;
import dev.vit4j.model.GridResize;
import dev.vit4j.model.Inside;
import dev.vit4j.model.Model;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The Compact Convolutional Transformer family. */
final class CctFamily implements Family {
  private static final String POSITIONS = "classifier.positional_emb";

  private static final Map<String, Map<String, Object>> VARIANTS = new LinkedHashMap<>();

  static {
    cct(2, 2, 128, 2, 1);
    cct(4, 2, 128, 2, 1);
    cct(6, 2, 256, 4, 2);
    cct(6, 1, 256, 4, 2);
    cct(7, 1, 256, 4, 2);
    cct(7, 2, 256, 4, 2);
  }

  private static void cct(int depth, int convLayers, int dim, int heads, int mlpRatio) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("n_conv_layers", convLayers);
    args.put("embed_dim", dim);
    args.put("depth", depth);
    args.put("num_heads", heads);
    args.put("mlp_ratio", mlpRatio);
    VARIANTS.put("cct_" + depth + "_3x" + convLayers + "_32", args);
  }

  @Override
  public String name() {
    return "cct";
  }

  @Override
  public String title() {
    return "Compact Convolutional Transformer";
  }

  @Override
  public Map<String, Map<String, Object>> variants() {
    return Collections.unmodifiableMap(VARIANTS);
  }

  @Override
  public CctConfig config(String model, Map<String, ?> args) {
    return CctConfig.of(model, args);
  }

  @Override
  public Model create(String model, Map<String, ?> args, Init init) {
    return new Cct(model, config(model, args), init);
  }

  /** At {@code classifier.blocks.0} to the last block; the norm follows it. */
  @Override
  public Map<String, Object> cut(Model model, String layer) {
    CctConfig c = ((Cct) model).config();
    Map<String, Object> args = new LinkedHashMap<>(c.toMap());
    args.put("num_classes", 0);
    args.put("depth", Family.cutAfter(model, layer, "classifier.blocks.", 0, c.depth()));
    return args;
  }

  @Override
  public void adapt(Map<String, Tensor> state, Model from, Model to, Consumer<String> notes) {
    CctConfig target = ((Cct) to).config();
    if (target.positions().equals("learnable")) {
      int[] grid = ((Cct) from).config().grid();
      GridResize.BICUBIC_ANTIALIAS.positions(state, POSITIONS, 0, grid, target.grid(), notes);
    } else {
      state.computeIfPresent(POSITIONS, (n, pos) -> to.state().get(n)); // fixed, not learned
    }
  }

  @Override
  public String onnx(Model model, OnnxLayers layers, String pixels) {
    return new CctOnnx(layers, ((Cct) model).config()).forward(pixels);
  }

  @Override
  public Inside inside(Model model) {
    CctConfig c = ((Cct) model).config();
    return new Inside(
        "tokenizer",
        null,
        c.positions().equals("none") ? null : new Inside.Positions(POSITIONS, 0),
        new Inside.Attention(
            c.depth(),
            c.numHeads(),
            c.grid()[0],
            c.grid()[1],
            0,
            "the pooling",
            seen -> seen.get("pool").toFloats(),
            ""),
        "");
  }
}
