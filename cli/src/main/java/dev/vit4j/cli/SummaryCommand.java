package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.model.catalog.SpikingSummary;
import dev.vit4j.model.catalog.Summary;
import dev.vit4j.nn.Init;
import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.ModelKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.Task;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.train.FineTuning;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vit summary}: lists layers, shapes, parameters, multiply-adds and size of a model. */
@Command(
    name = "summary",
    description = "List layers with shapes, parameters, multiply-adds and memory.",
    footer = {
      "",
      "Examples:",
      "  ./vit summary vit_mnist_1850",
      "  ./vit summary vit_base_patch16_224 --num-classes 3 --freeze backbone --depth 2"
    })
final class SummaryCommand implements Callable<Integer> {
  private static final int SMALL = 60; // tensors that fit below the table

  @Parameters(
      paramLabel = "MODEL",
      description =
          "A catalog name, a recipe (name or file), a run, weights folder or file, or a published name.")
  String model = "";

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin ModelOptions shape = new ModelOptions();

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      defaultValue = "1",
      description = "Batch size (default: ${DEFAULT-VALUE}).")
  int batchSize = 1;

  @Option(
      names = "--freeze",
      paramLabel = "NAME,…",
      description = "Parameters to freeze, as in train; backbone: all but the head.")
  @Nullable String freeze;

  @Option(
      names = "--depth",
      paramLabel = "N",
      description = "Maximum depth of the listed layers (default: all).")
  int depth = Integer.MAX_VALUE;

  @Option(
      names = "--tensors",
      negatable = true,
      description = "List every parameter tensor (default: if there are at most 60).")
  @Nullable Boolean tensors;

  @Option(
      names = "--spiking",
      description =
          "Instead of the layers, list how often the neurons of a spikformer fire and the operations that"
              + " causes: for the first images of --data, as many as the batch, else for random pixels.")
  boolean spiking;

  @Mixin DataOptions data = new DataOptions();

  @Override
  public Integer call() throws IOException {
    Output out = common.output();
    if (data.data != null && !spiking) {
      throw new IllegalArgumentException("--data needs --spiking: layers do not depend on data");
    }
    Summary summary = summary();
    if (spiking) {
      SpikingTable table = new SpikingTable(spikes(out));
      table.lines().forEach(out::result);
      Map<String, Object> json = json(summary);
      json.put("spiking", table.json());
      out.json(json);
      return 0;
    }
    new SummaryTable(summary, depth).lines().forEach(out::result);
    if (tensors == null ? summary.tensors().size() <= SMALL : tensors) {
      out.result("");
      tensorLines(summary).forEach(out::result);
    }
    out.json(json(summary));
    return 0;
  }

  private SpikingSummary spikes(Output out) throws IOException {
    try (WeightsFolder.Loaded loaded = ModelSource.openOrCreate(model, shape.args(), 0, out::note);
        Scope scope = Scope.open()) {
      if (!ModelSource.isTrained(model)) {
        out.note("%s has random weights: most of its neurons may not fire".formatted(model));
      }
      return SpikingSummary.of(loaded.model(), pixels(loaded));
    }
  }

  /** The first images of the data set, or random pixels. */
  private Tensor pixels(WeightsFolder.Loaded loaded) throws IOException {
    Model m = loaded.model();
    if (data.data == null) {
      return Tensor.empty(DType.F32, Device.CPU, batchSize, m.channels(), m.height(), m.width())
          .normal_(0, 1, new Generator(0));
    }
    Dataset set = data.open(ModelSource.find(model), common.output());
    FitToModel fit = new FitToModel(loaded.preprocess());
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < Math.min(batchSize, set.size()); i++) {
      images.add(fit.apply(set.image(i)));
    }
    return fit.batch(images, Device.CPU);
  }

  private Summary summary() throws IOException {
    boolean recipeFile = model.endsWith(".yaml") || model.endsWith(".yml");
    if (recipeFile || (!ModelSource.isTrained(model) && Recipe.names().contains(model))) {
      return ofRecipe(recipeFile ? Recipe.load(Path.of(model)) : Recipe.named(model));
    }
    Recipe plain = frozen(Recipe.parse("summary", ""));
    if (ModelSource.isTrained(model)) {
      try (WeightsFolder.Loaded loaded =
          ModelSource.openOrCreate(model, shape.args(), 0, common.output()::note)) {
        return summary(loaded.model(), plain);
      }
    }
    return summary(Models.create(model, shape.args(), Init.shapesOnly()), plain);
  }

  /**
   * Summarizes the recipe's model for its image size, the shape and the classes of its data set,
   * and its frozen parameters.
   */
  private Summary ofRecipe(Recipe recipe) throws IOException {
    Map<String, Object> args = new LinkedHashMap<>(recipe.get(ModelKeys.MODEL_ARGS));
    recipe.find(ModelKeys.IMG_SIZE).ifPresent(size -> args.put("img_size", size));
    for (Datasets.Info data : Datasets.list()) {
      if (data.name().equals(recipe.get(DataKeys.DATA))) {
        args.putIfAbsent("in_chans", data.shape().get(0));
        args.putIfAbsent("num_classes", data.classes());
      }
    }
    if (recipe.find(DataKeys.DATA_DIR).isPresent()) {
      Task task = Tasks.named(recipe.get(RunKeys.TASK));
      Dataset train = task.open(recipe.dataSpec(), common.output()::note).train();
      task.modelArgs(train).forEach(args::putIfAbsent);
    }
    args.putAll(shape.args());
    if (!args.containsKey("num_classes") && recipe.get(DataKeys.DATA).equals(Datasets.FOLDER)) {
      common
          .output()
          .note("The number of classes is the model's, until data is named: set --num-classes");
    }
    return summary(Models.create(recipe.model(), args, Init.shapesOnly()), frozen(recipe));
  }

  private Recipe frozen(Recipe recipe) {
    return freeze == null ? recipe : recipe.with("freeze", freeze);
  }

  private Summary summary(Model model, Recipe recipe) {
    FineTuning.freeze(model, recipe);
    return Summary.of(model, batchSize);
  }

  /**
   * Returns lines as PyTorch users print them: numbers without commas, so that they can be
   * compared.
   */
  private static List<String> tensorLines(Summary summary) {
    List<String> lines = new ArrayList<>();
    for (Summary.Parameter t : summary.tensors()) {
      lines.add(
          "%s has %d parameters %s%s"
              .formatted(
                  t.name(),
                  t.count(),
                  SummaryTable.shape(t.shape()),
                  t.trainable() ? "" : " (frozen)"));
    }
    lines.add("Total trainable parameters: " + summary.trainable());
    if (summary.frozen() > 0) {
      lines.add("Total frozen parameters: " + summary.frozen());
    }
    return lines;
  }

  private static Map<String, Object> json(Summary s) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", s.model());
    json.put("params", s.params());
    json.put("trainable", s.trainable());
    json.put("frozen", s.frozen());
    json.put("mult_adds", s.multAdds());
    json.put("size_mb", s.sizeMb());
    json.put("training_mb", s.trainingMb());
    if (!s.patches().isEmpty()) {
      json.put("patches", s.patches());
    }
    List<Map<String, Object>> tensors = new ArrayList<>();
    for (Summary.Parameter t : s.tensors()) {
      Map<String, Object> tensor = new LinkedHashMap<>();
      tensor.put("name", t.name());
      tensor.put("shape", java.util.Arrays.stream(t.shape()).boxed().toList());
      tensor.put("count", t.count());
      tensors.add(tensor);
    }
    json.put("tensors", tensors);
    return json;
  }
}
