package dev.vit4j.model.multitask;

import dev.vit4j.model.ClassifiesPatches;
import dev.vit4j.model.Family;
import dev.vit4j.model.Model;
import dev.vit4j.model.PatchOutputs;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.PatchEmbed;
import dev.vit4j.nn.SinCos2d;
import dev.vit4j.nn.Trace;
import dev.vit4j.nn.TransformerEncoder;
import dev.vit4j.nn.spiking.SpikingEncoder;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A transformer with two heads: a backbone turns each patch of an image into a token, an encoder
 * mixes the tokens of the image, and for each token one head scores the classes and the other draws
 * masks. Images of any size that is divisible by the patch size are accepted. Names for {@link
 * Trace}: {@code pixels}, {@code feature_map} (a cell per patch), {@code tokens}, {@code block.i},
 * {@code norm}, {@code grid_logits} (of the classes, a cell per patch), {@code masks}, {@code
 * logits}.
 */
public final class MultitaskVit extends Model implements ClassifiesPatches {
  private final Family family;
  private final MultitaskConfig config;
  private final @Nullable Tokens backbone;
  private final @Nullable PatchEmbed patchEmbed;
  private final @Nullable Linear proj; // [features -> D]
  private final @Nullable Module encoder;
  private final int dim;
  private final Linear labelHead; // [D -> K]
  private final MaskHead maskHead;

  /**
   * Creates a model with random weights, on a backbone; null for a linear projection of patches.
   */
  MultitaskVit(
      Family family, String name, MultitaskConfig config, @Nullable Model backbone, Init init) {
    super(name, config);
    this.family = family;
    this.config = config;
    this.backbone = backbone == null ? null : new Tokens(config, child("backbone", backbone));
    this.patchEmbed = backbone == null ? child("patch_embed", patches(init, config)) : null;
    int features = features();
    this.dim = config.embedDim() == 0 ? features : config.embedDim();
    Init uniform = init.withUniform(); // as PyTorch's Linear
    this.proj = dim == features ? null : child("proj", new Linear(uniform, features, dim, true));
    this.encoder = encoder(init);
    this.labelHead = child("label_head", new Linear(uniform, dim, config.numClasses(), true));
    this.maskHead = child("mask_head", new MaskHead(uniform, dim, config));
  }

  private static PatchEmbed patches(Init init, MultitaskConfig c) {
    return new PatchEmbed(init, c.inChans(), c.embedDim(), c.patchSize(), c.patchSize(), true);
  }

  private @Nullable Module encoder(Init init) {
    if (config.encoder().equals("none")) {
      return null;
    }
    if (dim % config.numHeads() != 0) {
      throw new IllegalArgumentException(
          "%s: tokens of width %d are not divisible by num_heads %d"
              .formatted(name(), dim, config.numHeads()));
    }
    if (config.encoder().equals("spikformer")) {
      double ratio = (double) config.dimFeedforward() / dim;
      return child(
          "encoder",
          new SpikingEncoder(
              init,
              SpikingEncoder.Config.of(
                  dim, config.depth(), config.numHeads(), ratio, config.timeSteps())));
    }
    TransformerEncoder.Config sizes =
        new TransformerEncoder.Config(
            dim, config.depth(), config.numHeads(), config.dimFeedforward(), config.dropout());
    return child("encoder", new TransformerEncoder(init.withXavier(), sizes));
  }

  /** [B, C, H, W] to a score from 0 to 1 per class and pixel, [B, K, H, W]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor scores = patches(x).image();
    Trace.record("logits", scores);
    return scores;
  }

  /** {@inheritDoc} */
  @Override
  public PatchOutputs patches(Tensor x) {
    checkInput(x);
    int side = config.patchSize();
    if (x.size(2) % side != 0 || x.size(3) % side != 0) {
      throw new IllegalArgumentException(
          "%s takes images whose height and width are multiples of %d, not %d x %d"
              .formatted(name(), side, x.size(2), x.size(3)));
    }
    int columns = (int) x.size(3) / side;
    Tensor tokens = encode(x, columns); // [B, P, D]
    Tensor classes = labelHead.apply(tokens); // [B, P, K]
    Trace.record("grid_logits", grid(classes, columns));
    Tensor masks = maskHead.apply(tokens); // [B, P, pixels, M]
    Trace.record("masks", masks);
    return new PatchOutputs(classes, masks, columns, side);
  }

  private Tensor encode(Tensor x, int columns) {
    Tensor features = backbone == null ? embedded(x) : backbone.of(x); // [B, P, features]
    Tensor tokens = proj == null ? features : proj.apply(features); // [B, P, D]
    if (config.isPatchwise() && Trace.isOn()) {
      Trace.record("pixels", x.detach()); // again, since the backbone recorded the patches
    }
    Trace.record("feature_map", grid(tokens, columns));
    if (config.posEmbed().equals("sincos2d")) {
      int rows = (int) tokens.size(1) / columns;
      tokens = tokens.add(SinCos2d.of(rows, columns, dim).to(x.device()).to(tokens.dtype()));
    }
    Trace.record("tokens", tokens);
    return encoder == null ? tokens : encoder.apply(tokens);
  }

  private Tensor embedded(Tensor x) {
    return Objects.requireNonNull(patchEmbed).apply(x);
  }

  /** [B, P, D] as a grid [B, D, rows, columns]. */
  private static Tensor grid(Tensor tokens, int columns) {
    return tokens
        .transpose(1, 2)
        .reshape(tokens.size(0), tokens.size(2), tokens.size(1) / columns, columns);
  }

  @Override
  public int patchSize() {
    return config.patchSize();
  }

  @Override
  public int masksPerPatch() {
    return config.masks();
  }

  /** Width D of the tokens. */
  int dim() {
    return dim;
  }

  /** Length of the backbone's vector of a patch. */
  int features() {
    return backbone == null ? config.embedDim() : backbone.dim();
  }

  /** Cells of the backbone's feature map along a side of a patch. */
  int cells() {
    return backbone == null ? 1 : backbone.cells();
  }

  /** The configuration of the model. */
  public MultitaskConfig config() {
    return config;
  }

  @Override
  public @Nullable Model backbone() {
    return backbone == null ? null : backbone.backbone();
  }

  @Override
  public String backboneLayer() {
    return config.backboneLayer();
  }

  @Override
  public Family family() {
    return family;
  }

  @Override
  public List<String> classifier() {
    return List.of("label_head", "mask_head");
  }

  @Override
  public Set<String> noWeightDecay() {
    return backbone == null
        ? Set.of()
        : backbone.backbone().noWeightDecay().stream()
            .map(name -> "backbone." + name)
            .collect(Collectors.toSet());
  }

  /** timm has no such model, so name and arguments are ours. */
  @Override
  public TimmConfig timmConfig() {
    String first =
        backbone == null
            ? "patch_embed.proj"
            : "backbone." + backbone.backbone().timmConfig().firstConv();
    return new TimmConfig(name(), args(), dim, "", first, "label_head", false);
  }
}
