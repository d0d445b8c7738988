package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.explain.Explainer;
import dev.vit4j.explain.Explanation;
import dev.vit4j.explain.ExplanationReport;
import dev.vit4j.explain.Figure;
import dev.vit4j.format.AtomicFile;
import dev.vit4j.image.Image;
import dev.vit4j.infer.Prediction;
import dev.vit4j.infer.PredictionRows;
import dev.vit4j.infer.Predictor;
import dev.vit4j.tensor.Device;
import dev.vit4j.train.RunFolder;
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
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vit explain}: draws what a model sees in an image, as figures and an HTML report. */
@Command(
    name = "explain",
    description = "Draw what a model sees: patches, filters, attention, relevance.",
    footer = {
      "",
      "Examples:",
      "  ./vit explain vit_mnist_1850 docs/pictures/seven.png",
      "  ./vit explain vit_mnist_1850 --data mnist-sample --index 7 --only rollout"
    })
final class ExplainCommand implements Callable<Integer> {
  private static final int MOST_PICTURES = 200; // each report has several megabytes
  private static final int SHOWN_CLASSES = 5;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description =
          "A run, a weights folder or file, a published name, or a catalog name (random weights).")
  String model = "";

  @Parameters(
      index = "1..*",
      paramLabel = "FILE|DIR",
      description = "Images, or folders of images.")
  List<Path> files = new ArrayList<>();

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin ModelOptions shape = new ModelOptions();
  @Mixin DataOptions data = new DataOptions();

  @Option(
      names = "--index",
      paramLabel = "N",
      split = ",",
      description = "Samples of --data, counted from 0.")
  List<Integer> samples = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "New folder for the figures (default: runs/explain/NAMEn).")
  @Nullable Path output;

  @Option(
      names = "--only",
      paramLabel = "FIGURE",
      split = ",",
      description =
          "Draw only these figures: predictions, pixel-row, patch-row, patches, filters, feature-maps,"
              + " flattened, positions, attention, attention-mean, rollout, relevance, grad-cam, spikes, words.")
  List<String> only = new ArrayList<>();

  @Option(
      names = "--class",
      paramLabel = "LABEL|N",
      description = "Class to explain (default: the most probable one).")
  @Nullable String target;

  @Option(
      names = "--text",
      paramLabel = "TEXT",
      description = "Explain the similarity with this text (CLIP); can be repeated.")
  List<String> texts = new ArrayList<>();

  @Option(
      names = "--maps",
      paramLabel = "N",
      split = ",",
      description = "Feature maps to draw, counted from 0 (default: five chosen by the seed).")
  List<Integer> maps = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Seed of random weights and of the choice of feature maps (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "Device: auto, cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
  String device = "auto";

  private List<String> labels = List.of(); // class names of the data set

  @Override
  public Integer call() throws IOException {
    Output out = common.output();
    if (!texts.isEmpty() && target != null) {
      throw new IllegalArgumentException(
          "--class names a class of a classifier, --text the texts of a CLIP model: give one of them");
    }
    List<Figure> figures = only.stream().map(Figure::named).toList();
    List<Predictor.Picture> pictures = pictures();
    Path folder = output == null ? nextFolder(pictures.get(0)) : output;
    AtomicFile.requireEmptyFolder(folder);
    try (Explainer explainer = open(out)) {
      ExplanationReport report = new ExplanationReport(explainer, figures, maps, seed);
      int wanted = target == null ? -1 : explainer.classOf(target);
      noteIndex(out, explainer.classes(), wanted);
      String remark =
          ModelSource.isTrained(model)
              ? ""
              : "%s has random weights (seed %d) and is untrained".formatted(model, seed);
      if (!remark.isEmpty()) {
        out.note(remark);
      }
      noteLeftOut(out, report);
      List<Map<String, Object>> results = new ArrayList<>();
      boolean isGood = true;
      for (int i = 0; i < pictures.size(); i++) {
        Predictor.Picture picture = pictures.get(i);
        Path to =
            pictures.size() == 1 ? folder : folder.resolve("%05d-%s".formatted(i, stem(picture)));
        try {
          results.add(explain(out, explainer, report, picture, wanted, remark, to));
        } catch (IOException e) {
          isGood = false;
          out.failure(Failures.words(e));
          results.add(Json.of("source", picture.source(), "error", Failures.words(e)));
        }
      }
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("model", explainer.model().name());
      json.put("fresh", !remark.isEmpty());
      json.put("results", results);
      json.put("left_out", report.leftOut());
      out.json(json);
      return isGood ? 0 : 1;
    }
  }

  private Explainer open(Output out) throws IOException {
    Device where = Device.parse(device);
    WeightsFolder.Loaded loaded = ModelSource.openOrCreate(model, shape.args(), seed, out::note);
    try {
      return texts.isEmpty()
          ? new Explainer(loaded, where)
          : Explainer.ofTexts(loaded, texts, where, out::note);
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /** Prints that a number was taken for an index although another class is called so. */
  private void noteIndex(Output out, List<String> classes, int wanted) {
    int called = target == null ? -1 : classes.indexOf(target);
    if (called >= 0 && called != wanted) {
      out.remark(
          "--class %s is an index, the class %s; the class that is called %s has the index %d"
              .formatted(target, classes.get(wanted), target, called));
    }
  }

  /** Prints one line for each reason. */
  private static void noteLeftOut(Output out, ExplanationReport report) {
    Map<String, List<String>> figures = new LinkedHashMap<>();
    report
        .leftOut()
        .forEach(
            (figure, why) ->
                figures.computeIfAbsent(why, w -> new ArrayList<>()).add(figure.toString()));
    figures.forEach((why, which) -> out.note("No %s: %s".formatted(String.join(", ", which), why)));
  }

  private List<Predictor.Picture> pictures() throws IOException {
    boolean ofData = data.data != null || !samples.isEmpty();
    if (files.isEmpty() != ofData) {
      throw new IllegalArgumentException(
          "give either images (FILE or DIR) or samples of a data set (--data NAME --index N)");
    }
    List<Predictor.Picture> pictures = ofData ? samples() : Predictor.files(files);
    if (pictures.size() > MOST_PICTURES) {
      throw new IllegalArgumentException(
          "%,d images: at most %d can be explained at once, since each report has several megabytes"
              .formatted(pictures.size(), MOST_PICTURES));
    }
    return pictures;
  }

  private List<Predictor.Picture> samples() throws IOException {
    Dataset set = data.open(ModelSource.find(model), common.output());
    labels = set.classes();
    List<Predictor.Picture> pictures = new ArrayList<>();
    for (int i : samples.isEmpty() ? List.of(0) : samples) {
      if (i < 0 || i >= set.size()) {
        throw new IllegalArgumentException(
            "--index %d: %s has samples 0 to %d".formatted(i, set.name(), set.size() - 1));
      }
      Predictor.Sample sample = new Predictor.Sample(set, i);
      String source = "%s sample %d".formatted(set.name(), i);
      pictures.add(new Predictor.Picture(source, sample, sample));
    }
    return pictures;
  }

  /** Returns the next numbered folder in the model's run, or in {@code runs/explain}. */
  private Path nextFolder(Predictor.Picture first) throws IOException {
    Optional<Path> run = RunFolder.of(ModelSource.find(model));
    Path parent = run.orElse(Path.of("runs", "explain"));
    String stem = (run.isPresent() ? "explain-" : "") + stem(first);
    String name = stem.matches(".*\\d") ? stem + "-" : stem; // sample 7, folder 1: not 71
    return RunFolder.next(parent, name);
  }

  /** Returns the folder name of an image. */
  private static String stem(Predictor.Picture picture) {
    if (picture.label() >= 0) {
      return picture.source().replaceAll("[^\\w-]+", "-");
    }
    String file = String.valueOf(Path.of(picture.source()).getFileName());
    return file.replaceAll("\\.[A-Za-z]+$", "").replaceAll("[^\\w-]+", "_");
  }

  private Map<String, Object> explain(
      Output out,
      Explainer explainer,
      ExplanationReport report,
      Predictor.Picture picture,
      int wanted,
      String remark,
      Path folder)
      throws IOException {
    Image image = picture.reader().read();
    List<Explanation> all = new ArrayList<>();
    for (int t = 0; t < texts.size(); t++) {
      all.add(explainer.explain(image, t));
    }
    if (texts.isEmpty()) {
      all.add(explainer.explain(image, wanted));
    }
    Explanation seen = all.get(0);
    Explanation.OfTexts ofTexts = seen.texts();
    int shown = Math.max(SHOWN_CLASSES, texts.size());
    List<Prediction> top = Prediction.top(seen.probabilities(), explainer.classes(), shown);
    String title = String.valueOf(Path.of(picture.source()).getFileName());
    if (picture.label() >= 0) {
      title = labels.get(picture.label());
    } else if (remark.isEmpty() && !top.isEmpty()) {
      title = top.get(0).label();
    }
    List<String> written = report.write(folder, all, picture.source(), title, remark);
    out.result(picture.source());
    for (Prediction p : top) {
      String line =
          "%16s: %s".formatted(p.label(), explainer.problemType().format(p.probability()));
      out.result(
          ofTexts == null
              ? line
              : String.format(
                  Locale.ROOT, "%s  cosine %.4f", line, ofTexts.similarities()[p.index()]));
    }
    out.result("Report: " + folder.resolve(ExplanationReport.PAGE));
    Map<String, Object> row =
        new PredictionRows(explainer.classes(), shown, explainer.problemType().scoreName())
            .json(new Predictor.Answer<>(picture, seen.probabilities(), null));
    if (ofTexts == null) {
      row.put("class", seen.target());
    } else {
      row.put("texts", all.stream().map(e -> text(explainer, e)).toList());
    }
    row.put("output", folder);
    row.put("files", written);
    return row;
  }

  private static Map<String, Object> text(Explainer explainer, Explanation seen) {
    Explanation.OfTexts of = Objects.requireNonNull(seen.texts());
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("text", explainer.classes().get(seen.target()));
    row.put("similarity", of.similarities()[seen.target()]);
    row.put(
        "words",
        of.words().stream()
            .map(w -> Json.of("token", w.text().strip(), "relevance", w.relevance()))
            .toList());
    return row;
  }
}
