package dev.vit4j.model.mixer;

import dev.vit4j.model.Family;
import dev.vit4j.model.GridResize;
import dev.vit4j.model.InputLayer;
import dev.vit4j.model.Inside;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The MLP-Mixer family. */
final class MlpMixerFamily implements Family {
  private static final int FEW_IMAGES = 1000;

  private static final Map<String, Map<String, Object>> VARIANTS = new LinkedHashMap<>();

  static {
    VARIANTS.put("mixer", Map.of());
    mixer("mixer_s32_224", 32, 512, 8);
    mixer("mixer_s16_224", 16, 512, 8);
    mixer("mixer_b32_224", 32, 768, 12);
    mixer("mixer_b16_224", 16, 768, 12);
    mixer("mixer_l16_224", 16, 1024, 24);
  }

  private static void mixer(String name, int patch, int dim, int blocks) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("img_size", 224);
    args.put("patch_size", patch);
    args.put("embed_dim", dim);
    args.put("num_blocks", blocks);
    VARIANTS.put(name, args);
  }

  @Override
  public String name() {
    return "mixer";
  }

  @Override
  public String title() {
    return "MLP-Mixer";
  }

  @Override
  public Map<String, Map<String, Object>> variants() {
    return Collections.unmodifiableMap(VARIANTS);
  }

  @Override
  public MlpMixerConfig config(String model, Map<String, ?> args) {
    return MlpMixerConfig.of(model, args);
  }

  @Override
  public Model create(String model, Map<String, ?> args, Init init) {
    return new MlpMixer(model, config(model, args), init);
  }

  @Override
  public int fewImages() {
    return FEW_IMAGES;
  }

  /**
   * Resizes the token MLPs, which read and write one number per patch, as grids. Input weights are
   * scaled to preserve their sum. timm does not support this.
   */
  @Override
  public void adapt(Map<String, Tensor> state, Model from, Model to, Consumer<String> notes) {
    MlpMixerConfig target = ((MlpMixer) to).config();
    InputLayer.patch(state, "stem.proj.weight", target.patchSize(), notes);
    int[] old = ((MlpMixer) from).config().grid();
    int[] grid = target.grid();
    if (Arrays.equals(old, grid)) {
      return;
    }
    double scale = (double) old[0] * old[1] / (grid[0] * grid[1]);
    for (int i = 0; state.containsKey("blocks." + i + ".mlp_tokens.fc1.weight"); i++) {
      String mlp = "blocks." + i + ".mlp_tokens.";
      state.computeIfPresent(
          mlp + "fc1.weight", (name, w) -> resized(w, old, grid).mul(scale)); // [hidden, N]
      state.computeIfPresent(
          mlp + "fc2.weight", // [N, hidden]
          (name, w) -> resized(w.transpose(0, 1), old, grid).transpose(0, 1));
      state.computeIfPresent(
          mlp + "fc2.bias", (name, b) -> resized(b.reshape(1, -1), old, grid).reshape(-1)); // [N]
    }
    notes.accept(
        "token mixing resized from %dx%d to %dx%d patches"
            .formatted(old[0], old[1], grid[0], grid[1]));
  }

  /** Resizes rows with one number per patch to another grid: [M, N] to [M, N']. */
  private static Tensor resized(Tensor rows, int[] from, int[] to) {
    Tensor planes = rows.reshape(rows.size(0), from[0], from[1]);
    return GridResize.BICUBIC_ANTIALIAS.planes(planes, to[0], to[1]).reshape(rows.size(0), -1);
  }

  @Override
  public String onnx(Model model, OnnxLayers layers, String pixels) {
    return new MlpMixerOnnx(layers, ((MlpMixer) model).config()).forward(pixels);
  }

  @Override
  public Inside inside(Model model) {
    MlpMixerConfig c = ((MlpMixer) model).config();
    int[] patch = c.patchSize();
    String about =
        "%d x %d patches of %d x %d pixels: %d tokens of %d"
            .formatted(c.grid()[0], c.grid()[1], patch[0], patch[1], c.tokens(), c.embedDim());
    return new Inside(
        "patch_embed.grid", new Inside.Patches(patch[0], patch[1], about), null, null, "");
  }

  @Override
  public List<EmbeddingStep> embedding() {
    return List.of(
        new EmbeddingStep("picture", "one image [C, H, W]"),
        new EmbeddingStep("pixels", "with the batch dimension [B, C, H, W]"),
        new EmbeddingStep(
            "patch_embed.grid", "projected: the output of a convolution [B, D, h, w]"),
        new EmbeddingStep("patch_embed.flat", "the flattened grid [B, D, N]"),
        new EmbeddingStep("tokens", "one token per patch, the blocks' input [B, N, D]"));
  }

  @Override
  public Interop interop() {
    return MlpMixerInterop.MIXER;
  }
}
