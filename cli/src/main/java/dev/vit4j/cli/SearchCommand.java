package dev.vit4j.cli;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.Count;
import dev.vit4j.image.Image;
import dev.vit4j.infer.FeatureExtractor;
import dev.vit4j.infer.FeatureOrigin;
import dev.vit4j.infer.ModelFingerprint;
import dev.vit4j.infer.TextEncoder;
import dev.vit4j.model.EncodesText;
import dev.vit4j.search.Duplicates;
import dev.vit4j.search.FeatureIndex;
import dev.vit4j.search.Match;
import dev.vit4j.search.SearchPage;
import dev.vit4j.search.Searchable;
import dev.vit4j.search.VectorIndex;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vit search}: finds images by the features that {@code vit embed} wrote. */
@Command(
    name = "search",
    description = "Find images near to an image or a text, or near-duplicates.",
    footer = {
      "",
      "Examples, after ./vit embed runs/classification/mnist-sample1 --data mnist-sample -o d.npz:",
      "  ./vit search d.npz --image docs/pictures/seven.png -k 5",
      "  ./vit search d.npz --map map.png --method tsne"
    })
final class SearchCommand implements Callable<Integer> {
  private static final int DEFAULT_K = 10;

  @Parameters(
      index = "0",
      paramLabel = "FEATURES|INDEX",
      description = "A .safetensors or .npz file of vit embed, or a folder of vit index.")
  Path features = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TEXT",
      description = "Find images for this text; the model must have a text tower (CLIP).")
  @Nullable String text;

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin WeightsOptions opened = new WeightsOptions();
  @Mixin ComputeOptions compute = new ComputeOptions();

  @Option(names = "--image", paramLabel = "FILE", description = "Find images like this one.")
  @Nullable Path image;

  @Option(
      names = "--vector",
      paramLabel = "FILE:TENSOR",
      description = "Find images near to a vector of a .safetensors file.")
  @Nullable String vector;

  @Option(
      names = "--duplicates",
      paramLabel = "T",
      description = "Find groups of images whose cosine is at least T, such as 0.95.")
  @Nullable Double duplicates;

  @Option(
      names = "-k",
      paramLabel = "N",
      description = "Number of results (default: " + DEFAULT_K + ").")
  @Nullable Integer k;

  @Option(
      names = "--candidates",
      paramLabel = "N",
      description = "Of an index: candidates per segment; more find more of the nearest.")
  @Nullable Integer candidates;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "The model of the features, if it is not where the file says.")
  @Nullable String model;

  @Option(names = "--html", paramLabel = "PAGE", description = "New page with the images found.")
  @Nullable Path html;

  @Mixin FeatureMap map = new FeatureMap();

  @Override
  public Integer call() throws IOException {
    requireOneQuery();
    map.check();
    if (html != null) {
      NewFile.require(html);
    }
    Output out = common.output();
    boolean isIndex = VectorIndex.isIndex(features);
    if (candidates != null && (!isIndex || candidates < 1)) {
      throw new IllegalArgumentException(
          isIndex
              ? "--candidates must be at least 1, not " + candidates
              : "--candidates needs an index, and %s is none".formatted(features));
    }
    if (isIndex) {
      searchIndex(out);
      return 0;
    }
    if (map.file != null) {
      map.draw(features, map.file, compute.threads(), out);
      return 0;
    }
    try (FeatureIndex index = FeatureIndex.open(features, compute.threads())) {
      if (duplicates != null) {
        findDuplicates(index, duplicates, out);
      } else {
        search(index, index::search, out);
      }
    }
    return 0;
  }

  private void searchIndex(Output out) throws IOException {
    if (duplicates != null || map.file != null) {
      throw new IllegalArgumentException(
          "%s %s: takes a feature file, not an index"
              .formatted(duplicates != null ? "--duplicates" : "--map", features));
    }
    try (VectorIndex index = VectorIndex.open(features, compute.threads())) {
      int some = candidates == null ? 0 : candidates;
      search(index, (query, most) -> index.search(query, most, some), out);
    }
  }

  private void requireOneQuery() {
    if (Stream.of(text, image, vector, duplicates, map.file).filter(Objects::nonNull).count()
        != 1) {
      throw new IllegalArgumentException(
          "give one of TEXT, --image FILE, --vector FILE:TENSOR, --duplicates T and --map FILE");
    }
    if (map.file != null && (k != null || html != null)) {
      throw new IllegalArgumentException("--map draws all vectors: leave out -k and --html");
    }
    if (duplicates != null && k != null) {
      throw new IllegalArgumentException("--duplicates compares all pairs: leave out -k");
    }
    if (k != null && k < 1) {
      throw new IllegalArgumentException("-k must be at least 1, not " + k);
    }
  }

  /** How the nearest vectors are found. */
  @FunctionalInterface
  private interface Nearest {
    List<Match> to(float[] query, int most) throws IOException;
  }

  private void search(Searchable index, Nearest nearest, Output out) throws IOException {
    int most = k == null ? Math.min(DEFAULT_K, index.size()) : k;
    if (html != null) {
      SearchPage.requireRoom(most);
    }
    float[] query = query(index, out);
    List<Match> found = nearest.to(query, most);
    for (Match match : found) {
      out.result(String.format(Locale.ROOT, "%7.4f  %s", match.score(), match.source()));
    }
    if (html != null) {
      SearchPage page = page("Images found", index, out);
      if (image != null) {
        page.query(image.toString());
      } else {
        page.note(text != null ? text : String.valueOf(vector));
      }
      write(page.matches("Nearest", found), html, out);
    }
    Map<String, Object> json = json(index);
    json.put("approximate", index instanceof VectorIndex);
    json.put("results", found.stream().map(SearchCommand::row).toList());
    out.json(json);
  }

  private Map<String, Object> json(Searchable index) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("features", features);
    json.put("count", index.size());
    json.put("dim", index.dim());
    return json;
  }

  private static Map<String, Object> row(Match match) {
    Map<String, Object> row = Json.of("source", match.source(), "score", match.score());
    row.put("row", match.row());
    return row;
  }

  // ---- the query

  private float[] query(Searchable index, Output out) throws IOException {
    if (vector != null) {
      return vector(vector);
    }
    Image picture = image == null ? null : Image.read(image); // before the model is opened
    FeatureOrigin origin = index.origin();
    String name = model == null ? origin.model() : model;
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "%s does not say which model computed it: name the model with --model"
              .formatted(features));
    }
    WeightsFolder.Loaded loaded = opened.open(ModelSource.find(name), out);
    try {
      requireSame(name, loaded, origin, out);
    } catch (IllegalArgumentException e) {
      loaded.close();
      throw e;
    }
    if (picture == null) {
      return textQuery(name, loaded, out);
    }
    try (FeatureExtractor extractor =
        FeatureExtractor.of(loaded, compute.device(), compute.answering(), compute.threads())) {
      if (extractor.dim() != index.dim()) {
        throw new IllegalArgumentException(
            "%s computes %d numbers per image, but the vectors of %s have %d: name their model with --model"
                .formatted(name, extractor.dim(), features, index.dim()));
      }
      return extractor.features(picture);
    }
  }

  private void requireSame(
      String name, WeightsFolder.Loaded loaded, FeatureOrigin origin, Output out) {
    if (origin.fingerprint().isEmpty()) {
      out.note(
          "%s does not say which weights computed it: results mean nothing if they are not those of %s"
              .formatted(features, name));
    } else if (!origin.fingerprint().equals(ModelFingerprint.of(loaded))) {
      throw new IllegalArgumentException(
          "%s is not the model that computed %s (%s; another fingerprint): name that model with --model, or run vit embed again"
              .formatted(name, features, origin.model()));
    }
  }

  /** Computes the vector of a text, and closes the model. */
  private float[] textQuery(String name, WeightsFolder.Loaded loaded, Output out) {
    if (!(loaded.model() instanceof EncodesText)) {
      loaded.close();
      throw new IllegalArgumentException(
          "%s has no text tower: search for '%s' needs a CLIP model; or use --image FILE"
              .formatted(name, text));
    }
    try (TextEncoder encoder =
        TextEncoder.of(
            loaded, compute.device(), compute.answering(), compute.threads(), out::note)) {
      return encoder.features(List.of(String.valueOf(text)))[0];
    }
  }

  private static float[] vector(String argument) throws IOException {
    int colon = argument.lastIndexOf(':');
    if (colon < 1 || colon == argument.length() - 1) {
      throw new IllegalArgumentException(
          "--vector %s must be FILE.safetensors:TENSOR".formatted(argument));
    }
    Path file = Path.of(argument.substring(0, colon));
    try (Scope scope = Scope.open()) {
      Tensor tensor = new TensorArgument("vector", file, argument.substring(colon + 1)).read();
      if (tensor.count() == 0 || tensor.size(-1) != tensor.count()) {
        throw new IllegalArgumentException(
            "--vector %s is %s: one vector is needed".formatted(argument, tensor));
      }
      return tensor.to(DType.F32).toFloats();
    }
  }

  // ---- duplicates and the page

  private void findDuplicates(FeatureIndex index, double threshold, Output out) throws IOException {
    Share share = new Share(out, "the pairs are compared");
    List<List<Match>> groups = Duplicates.find(index, threshold, share::done);
    int members = groups.stream().mapToInt(List::size).sum();
    for (List<Match> group : groups) {
      for (Match match : group) {
        out.result(String.format(Locale.ROOT, "%7.4f  %s", match.score(), match.source()));
      }
      out.result("");
    }
    out.result(
        "%s, %,d of %s could be removed"
            .formatted(
                Count.of(groups.size(), "group"),
                members - groups.size(),
                Count.of(index.size(), "image")));
    if (html != null) {
      SearchPage page = page("Near-duplicates", index, out);
      page.note(
          "Cosine at least %s; each score is that to the most similar image.".formatted(threshold));
      int shown = 0;
      int pictures = 0;
      for (List<Match> group : groups) {
        pictures += group.size();
        if (pictures > SearchPage.MAX_PICTURES) {
          page.note("Not shown: %s.".formatted(Count.of(groups.size() - shown, "more group")));
          break;
        }
        shown++;
        page.matches("Group " + shown, group);
      }
      write(page, html, out);
    }
    Map<String, Object> json = json(index);
    json.put("threshold", threshold);
    List<Object> all = new ArrayList<>();
    groups.forEach(group -> all.add(group.stream().map(SearchCommand::row).toList()));
    json.put("groups", all);
    out.json(json);
  }

  private SearchPage page(String title, Searchable index, Output out) {
    SearchPage page = new SearchPage(title, index.folders(), out::note);
    return page.note("%s: %s".formatted(features, Count.of(index.size(), "image")));
  }

  private static void write(SearchPage page, Path file, Output out) throws IOException {
    AtomicFile.writeString(file, page.toHtml());
    out.result("Page: " + file);
  }
}
