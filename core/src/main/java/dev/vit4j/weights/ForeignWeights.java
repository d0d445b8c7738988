package dev.vit4j.weights;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.TensorFile;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.model.resnet.ResNet;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens weights that another library has written: finds out whose names they bear ({@link
 * NameTables}), what model they make, and how its pictures are prepared, with a configuration
 * beside them or without.
 */
public final class ForeignWeights {
  /** Words that one may say of weights which do not tell them themselves. */
  private static final Set<String> SAYABLE =
      new TreeSet<>(Set.of("num_heads", "img_size", "norm_eps", "act", "global_pool", "stem_pool"));

  private static final int SMALL_SIDE = 32; // of pictures for ResNets with a small stem
  private static final int USUAL_SIDE = 224;
  private static final double CLIP_EPS = 1e-5;
  private static final int CIFAR_STAGES = 3; // the ResNet paper's section 4.2

  private final WeightsPlace place;
  private final String source;
  private final Map<String, ?> said;
  private final Consumer<String> report;
  private final List<String> assumed = new ArrayList<>();

  private ForeignWeights(WeightsPlace place, Map<String, ?> said, Consumer<String> report) {
    this.place = place;
    this.source = place.weights().toString();
    this.said = said;
    this.report = report;
  }

  /**
   * Opens a file or folder, telling nobody what was found.
   *
   * @throws IOException in one line: what is broken, or why it can be no model of ours
   */
  public static WeightsFolder.Loaded open(Path path) throws IOException {
    return open(path, Map.of(), line -> {});
  }

  /**
   * Opens a file or folder.
   *
   * @param path weights in any format of {@link TensorFile}, or a folder with them
   * @param said what the user knows and weights do not tell: num_heads, img_size, norm_eps, act,
   *     global_pool, stem_pool; another img_size than the weights' resizes their positions
   * @param report gets the lines that say what was found, left out and assumed
   * @throws IOException in one line: what is broken, or why it can be no model of ours
   * @throws IllegalArgumentException for a word that cannot be said
   */
  public static WeightsFolder.Loaded open(Path path, Map<String, ?> said, Consumer<String> report)
      throws IOException {
    return open(WeightsPlace.of(path), said, report);
  }

  /**
   * Whose names these are, such as {@code timm ViT, below 'model.'}; empty if no model here has
   * tensors of such names.
   */
  public static Optional<String> namesOf(Collection<String> names) {
    try {
      Recognised found = Recognised.of("", names);
      return Optional.of(
          "%s %s%s"
              .formatted(
                  found.table().library(),
                  found.table().family().equals("vit") ? "ViT" : "ResNet",
                  found.wrapper().isEmpty() ? "" : ", below '%s'".formatted(found.wrapper())));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static WeightsFolder.Loaded open(WeightsPlace place, Map<String, ?> said, Consumer<String> report)
      throws IOException {
    for (String word : said.keySet()) {
      if (!SAYABLE.contains(word)) {
        throw new IllegalArgumentException(
            "%s is a trained model: %s cannot be set, only %s can"
                .formatted(place.weights(), word, String.join(", ", SAYABLE)));
      }
    }
    ForeignWeights opening = new ForeignWeights(place, said, report);
    try (TensorFile file = TensorFile.open(place.weights());
        Scope scope = Scope.open();
        NoGrad noGrad = NoGrad.on()) {
      return opening.open(file);
    } catch (IllegalArgumentException e) {
      throw new FormatException(place.weights().toString(), -1, String.valueOf(e.getMessage()));
    }
  }

  private WeightsFolder.Loaded open(TensorFile file) throws IOException {
    Recognised found = Recognised.of(source, file.tensors().keySet());
    ForeignConfig config = ForeignConfig.read(place.config());
    Map<String, Tensor> state = found.read(source, file);
    boolean headless = found.hasPreLogits();
    if (headless) {
      state.keySet().removeIf(name -> name.startsWith("head"));
    }
    boolean vit = found.table().family().equals("vit");
    Map<String, Object> known = known(found, config, file);
    Map<String, Object> words =
        vit ? vit(found, config, known, state) : resnet(config, known, state);
    String name = Models.nameFor(found.table().family(), words);
    Model model = WeightsFolder.build(name, words, state);
    try {
      Preprocess preprocess = preprocess(found, config, model);
      tell(found, config, model, preprocess, headless);
      return new WeightsFolder.Loaded(model, preprocess, classes(config, model))
          .with(file.metadata());
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** What configuration, file and user say together; the user may not contradict. */
  private Map<String, Object> known(Recognised found, ForeignConfig config, TensorFile file) {
    Map<String, Object> known = new LinkedHashMap<>(config.words());
    int heads = found.heads(file.tensors());
    if (heads > 0) {
      known.put("num_heads", heads);
    }
    said.forEach(
        (word, value) -> {
          Object other = known.put(word, value);
          if (other != null && word.equals("num_heads") && !other.equals(value)) {
            throw new IllegalArgumentException(
                "num_heads is %s, not %s: so %s"
                    .formatted(
                        other, value, heads > 0 ? "its shapes say" : place.config() + " says"));
          }
        });
    return known;
  }

  private Map<String, Object> vit(
      Recognised found,
      ForeignConfig config,
      Map<String, Object> known,
      Map<String, Tensor> state) {
    Origin origin = found.table().origin();
    if (!known.containsKey("norm_eps")) {
      // timm's models with a norm before the blocks are CLIP's, which have its eps
      boolean clip = origin == Origin.TIMM && state.containsKey("norm_pre.weight");
      double eps = clip ? CLIP_EPS : origin.normEps();
      known.put("norm_eps", eps);
      assumed.add(String.format(Locale.ROOT, "norm_eps=%.0e", eps));
    }
    if (origin != Origin.TIMM) { // only timm's models choose
      known.putIfAbsent("global_pool", state.containsKey("cls_token") ? "token" : "avg");
    }
    // Which form it has decides the words, and the form depends on the grid.
    Tensor kernel = state.get("patch_embed.proj.weight");
    if (kernel == null || kernel.dim() != 4 || !state.containsKey("pos_embed")) {
      throw new IllegalArgumentException(
          "has no %s: no ViT of ours is without"
              .formatted(state.containsKey("pos_embed") ? "patch_embed.proj.weight" : "pos_embed"));
    }
    if (kernel.count() == 0) {
      throw new IllegalArgumentException("patch_embed.proj.weight is empty: " + kernel);
    }
    int[] patch = {(int) kernel.size(2), (int) kernel.size(3)};
    int[] wanted = sides(said.get("img_size"));
    int[] written = sides(config.words().get("img_size"));
    List<int @Nullable []> candidates = new ArrayList<>();
    candidates.add(written);
    candidates.add(config.imgSize());
    candidates.add(wanted);
    int[] grid = VitWords.grid(state, patch, candidates);
    VitWords.bringIntoForm(state, (long) grid[0] * grid[1]);
    Map<String, Object> words = VitWords.of(state, known, assumed);
    int[] stored = {grid[0] * patch[0], grid[1] * patch[1]};
    int[] size = wanted != null ? wanted : written != null ? written : stored;
    words.put("img_size", List.of(size[0], size[1]));
    int[] target = {size[0] / patch[0], size[1] / patch[1]};
    state.compute(
        "pos_embed",
        (name, pos) -> origin.resize().positions(pos, VitWords.prefixTokens(state), grid, target));
    if (target[0] != grid[0] || target[1] != grid[1]) {
      report.accept(
          "Position embeddings resized from %dx%d to %dx%d patches (%s)"
              .formatted(grid[0], grid[1], target[0], target[1], origin.resizeWords()));
    }
    return words;
  }

  private Map<String, Object> resnet(
      ForeignConfig config, Map<String, Object> known, Map<String, Tensor> state) {
    Map<String, Object> words = ResNetWords.of(state, known, assumed);
    ResNetWords.bringIntoForm(state, words.get("shortcut").equals("A"));
    int[] wanted = sides(known.get("img_size"));
    int side = words.get("stem").equals("cifar") ? SMALL_SIDE : USUAL_SIDE;
    int[] size = wanted != null ? wanted : config.imgSize();
    words.put("img_size", size == null ? side : List.of(size[0], size[1]));
    return words;
  }

  private static int @Nullable [] sides(@Nullable Object size) {
    if (size instanceof Integer side) {
      return new int[] {side, side};
    }
    if (size instanceof List<?> pair
        && pair.size() == 2
        && pair.get(0) instanceof Integer height
        && pair.get(1) instanceof Integer width) {
      return new int[] {height, width};
    }
    if (size != null) {
      throw new IllegalArgumentException(
          "img_size must be one number or [height, width], not " + size);
    }
    return null;
  }

  private static Preprocess preprocess(Recognised found, ForeignConfig config, Model model) {
    Preprocess told = config.preprocess();
    if (told == null || told.channels() != model.channels()) {
      boolean cifar =
          found.table().library().equals("torchvision")
              && model instanceof ResNet net
              && net.config().layers().size() == CIFAR_STAGES;
      return (cifar ? Origin.CHENYAOFO : found.table().origin()).preprocess(model);
    }
    return told.withSize(model.height(), model.width());
  }

  private static List<String> classes(ForeignConfig config, Model model) {
    return config.classes().size() == model.numClasses() ? config.classes() : List.of();
  }

  private void tell(
      Recognised found, ForeignConfig config, Model model, Preprocess p, boolean headless) {
    String wrapper = found.wrapper().isEmpty() ? "" : ", below '%s'".formatted(found.wrapper());
    report.accept(
        "%s: %s's names%s, %d tensors; configuration: %s"
            .formatted(
                source,
                found.table().library(),
                wrapper,
                found.ours().values().stream().mapToInt(List::size).sum(),
                config.whose().isEmpty() ? "none, read off the weights" : config.whose()));
    if (!found.leftOut().isEmpty()) {
      report.accept("Left out: " + kinds(found.leftOut()));
    }
    if (headless) {
      report.accept(
          "Left out too: the head, which reads a layer before it (pre_logits) that no model here has; the model gives features");
    }
    if (!assumed.isEmpty()) {
      report.accept(
          "Assumed, as weights do not tell it: %s; say otherwise with --model-args"
              .formatted(String.join(", ", assumed)));
    }
    if (config.preprocess() == null) {
      report.accept(
          "Preprocess assumed, as %s's own models have it: resize %s, crop_pct %.3f %s, mean %s, std %s"
              .formatted(
                  found.table().library(),
                  p.interpolation(),
                  p.cropPct(),
                  p.cropMode(),
                  p.mean(),
                  p.std()));
    }
    report.accept(
        "Model: %s, %,d parameters, pictures %dx%dx%d, %s"
            .formatted(
                model.name(),
                model.parameterCount(),
                model.channels(),
                model.height(),
                model.width(),
                model.numClasses() == 0 ? "features only" : model.numClasses() + " classes"));
  }

  /** Names by their first word, counted. */
  private static String kinds(List<String> names) {
    Map<String, Integer> kinds = new LinkedHashMap<>();
    names.forEach(name -> kinds.merge(name.split("[./]", 2)[0], 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    kinds.forEach((kind, count) -> parts.add(count == 1 ? kind : kind + " (" + count + ")"));
    return String.join(", ", parts.subList(0, Math.min(8, parts.size())))
        + (parts.size() > 8 ? ", …" : "");
  }
}
