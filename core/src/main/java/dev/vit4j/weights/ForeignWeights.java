package dev.vit4j.weights;

import dev.vit4j.format.Count;
import dev.vit4j.format.FormatException;
import dev.vit4j.format.TensorFile;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.ForeignTensors;
import dev.vit4j.model.ImageDefaults;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Opens weights of other libraries, with or without a configuration: determines their naming scheme
 * ({@link Recognised}), the model and the preprocessing.
 */
public final class ForeignWeights {
  /** Arguments that users can set if weights do not determine them. */
  private static final Set<String> TELLABLE =
      Models.ALL.stream()
          .flatMap(family -> family.interop().tellable().stream())
          .collect(Collectors.toCollection(TreeSet::new));

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
   * Opens a file or folder without reporting details.
   *
   * @throws IOException if the file is broken or the model is not supported
   */
  public static WeightsFolder.Loaded open(Path path) throws IOException {
    return open(path, Map.of(), line -> {});
  }

  /**
   * Opens a file or folder.
   *
   * @param path weights in any format of {@link TensorFile}, or a folder that contains them
   * @param said arguments that weights do not determine, such as num_heads or norm_eps; a different
   *     img_size resizes the position embeddings
   * @param report receives notes about what was found, left out and assumed
   * @throws IOException if the file is broken or the model is not supported
   * @throws IllegalArgumentException for an argument that cannot be set
   */
  public static WeightsFolder.Loaded open(Path path, Map<String, ?> said, Consumer<String> report)
      throws IOException {
    WeightsPlace place = WeightsPlace.of(path);
    return open(place, ConfigJson.treeOrMissing(place.config()), said, report);
  }

  /**
   * Returns the naming scheme, such as {@code timm ViT, prefix 'model.'}; empty if the names are
   * not recognized.
   */
  public static Optional<String> namesOf(Collection<String> names) {
    try {
      Recognised found = Recognised.of("", Unstacked.ofFirstBlock(names));
      return Optional.of(
          "%s %s%s"
              .formatted(
                  found.table().library(),
                  found.family().shortTitle(),
                  found.wrapper().isEmpty() ? "" : ", prefix '%s'".formatted(found.wrapper())));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Like {@link #open(Path, Map, Consumer)}.
   *
   * @param config parsed configuration; a missing node for none
   */
  static WeightsFolder.Loaded open(
      WeightsPlace place, JsonNode config, Map<String, ?> said, Consumer<String> report)
      throws IOException {
    for (String word : said.keySet()) {
      if (!TELLABLE.contains(word)) {
        throw new IllegalArgumentException(
            "%s is a trained model: %s cannot be set, only %s"
                .formatted(place.weights(), word, String.join(", ", TELLABLE)));
      }
    }
    ForeignWeights opening = new ForeignWeights(place, said, report);
    try (Unstacked file = Unstacked.open(place.weights());
        Scope scope = Scope.open();
        NoGrad noGrad = NoGrad.on()) {
      return opening.open(file, config);
    } catch (IllegalArgumentException e) {
      throw new FormatException(place.weights().toString(), -1, String.valueOf(e.getMessage()));
    }
  }

  private WeightsFolder.Loaded open(Unstacked file, JsonNode json) throws IOException {
    Recognised found = Recognised.of(source, file.tensors().keySet());
    ForeignConfig config = ForeignConfig.read(place.config(), json, found.family());
    Map<String, Tensor> state = found.read(source, file);
    ForeignTensors weights =
        new ForeignTensors(
            found.table(),
            state,
            found.stored(file.tensors()),
            new ForeignTensors.Configured(
                place.config().toString(), config.args(), config.imgSize()),
            said,
            new ForeignTensors.Notes(assumed::add, report));
    Map<String, Object> args = found.family().interop().argsOf(weights);
    String name = Models.nameFor(found.family(), args);
    Model model;
    try (Model shapes = Models.create(name, args, Init.shapesOnly())) {
      model = WeightsFolder.build(shapes, state);
    }
    try {
      Preprocess preprocess = preprocess(found, config, model);
      tell(found, config, model, preprocess);
      return new WeightsFolder.Loaded(model, preprocess, classes(config, model))
          .withProblemType(config.problemType())
          .with(file.metadata(), place.weights());
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static Preprocess preprocess(Recognised found, ForeignConfig config, Model model) {
    Preprocess told = config.preprocess();
    if (told != null && told.channels() == model.channels()) {
      return told.withSize(model.height(), model.width());
    }
    ImageDefaults d = found.family().interop().images(found.table(), model);
    return Preprocess.of(d, model.channels(), model.height(), model.width());
  }

  private static List<String> classes(ForeignConfig config, Model model) {
    return config.classes().size() == model.numClasses() ? config.classes() : List.of();
  }

  private void tell(Recognised found, ForeignConfig config, Model model, Preprocess p) {
    String wrapper = found.wrapper().isEmpty() ? "" : ", prefix '%s'".formatted(found.wrapper());
    report.accept(
        "%s: %s's names%s, %s; configuration: %s"
            .formatted(
                source,
                found.table().library(),
                wrapper,
                Count.of(found.tensors(), "tensor"),
                config.whose().isEmpty() ? "none, derived from the weights" : config.whose()));
    CustomHead head = found.customHead();
    if (head != null) {
      report.accept(
          "Head: %s, in place of the library's; layers without weights around it are ignored, as dropout"
              .formatted(head.layers().get(0)));
    }
    if (!found.leftOut().isEmpty()) {
      report.accept("Left out: " + kinds(found.leftOut()));
    }
    if (!assumed.isEmpty()) {
      report.accept(
          "Assumed, since the weights do not contain it: %s; change with --model-args"
              .formatted(String.join(", ", assumed)));
    }
    if (config.preprocess() == null) {
      report.accept(
          "Preprocessing assumed, default of %s: resize %s, crop_pct %.3f %s, mean %s, std %s"
              .formatted(
                  found.table().library(),
                  p.interpolation(),
                  p.cropPct(),
                  p.cropMode(),
                  p.mean(),
                  p.std()));
    }
    report.accept(
        "Model: %s, %,d parameters, input %dx%dx%d, %s"
            .formatted(
                model.name(),
                model.parameterCount(),
                model.channels(),
                model.height(),
                model.width(),
                model.numClasses() == 0 ? "features only" : Count.of(model.numClasses(), "class")));
  }

  /** Counts names by their first component; a name alone is shown as a whole. */
  private static String kinds(List<String> names) {
    Map<String, List<String>> kinds = new LinkedHashMap<>();
    for (String name : names) {
      kinds.computeIfAbsent(name.split("[./]", 2)[0], kind -> new ArrayList<>()).add(name);
    }
    List<String> parts = new ArrayList<>();
    kinds.forEach(
        (kind, all) -> parts.add(all.size() == 1 ? all.get(0) : kind + " (" + all.size() + ")"));
    return String.join(", ", parts.subList(0, Math.min(8, parts.size())))
        + (parts.size() > 8 ? ", …" : "");
  }
}
