package dev.vit4j.train;

import dev.vit4j.data.DataDigest;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Loader;
import dev.vit4j.data.Splits;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.distributed.Ranks;
import dev.vit4j.format.Count;
import dev.vit4j.image.Compose;
import dev.vit4j.input.ModelInput;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.recipe.AugmentationKeys;
import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.HardwareKeys;
import dev.vit4j.recipe.ModelKeys;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.Task;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.tensor.Device;
import dev.vit4j.weights.ModelSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The components of a training: task, data splits, initialized model and preprocessing.
 *
 * @param task task to learn
 * @param val validation split; null if there is none
 * @param input input of the model: images, or precomputed features
 * @param augmentation augmentation of training images; null for none
 * @param dataDigest digest of the data as opened, before the validation split
 */
public record Setup(
    Task task,
    Dataset train,
    @Nullable Dataset val,
    Dataset test,
    Model model,
    Preprocess preprocess,
    ModelInput input,
    @Nullable Compose augmentation,
    Device device,
    String dataDigest) {
  private static final int RGB = 3;

  /** Opens data and model; call {@link #ready} after the model has its weights. */
  static Setup open(Recipe recipe, Progress progress) throws IOException {
    return open(recipe, progress, Ranks.alone());
  }

  /** As {@link #open(Recipe, Progress)}, on each rank. */
  static Setup open(Recipe recipe, Progress progress, Ranks ranks) throws IOException {
    Device device = device(recipe, ranks);
    Task named = Tasks.named(recipe.get(RunKeys.TASK));
    Splits opened = named.open(recipe.dataSpec(), progress::stage);
    opened.remarks().forEach(progress::remark);
    Splits splits = RunData.checked(recipe, opened, progress::remark);
    progress.stage(
        "Dataset loaded: %s, %,d training%s and %s %s, batch size %,d"
            .formatted(
                recipe.get(DataKeys.DATA),
                splits.train().size(),
                splits.val() == null ? "" : ", %,d validation".formatted(splits.val().size()),
                Count.of(splits.test().size(), "test image"),
                splits.train().classes().isEmpty()
                    ? "with captions"
                    : "of " + Count.of(splits.train().classes().size(), "class"),
                recipe.get(OptimizerKeys.BATCH_SIZE)));
    Task task = task(named, recipe, splits.train());
    Model model = model(task, recipe, splits.train());
    Preprocess weights = begin(model, recipe, progress);
    Normalization by =
        Normalization.of(recipe, weights, splits.train(), model.channels(), progress::stage);
    Preprocess preprocess = preprocess(recipe, model, by);
    model.to(device);
    FineTuning.freeze(model, recipe);
    progress.stage(
        "Model loaded: %s, %,d parameters, %,d trainable, on %s"
            .formatted(model.name(), model.parameterCount(), model.trainableCount(), device));
    Compose augmentation = Augmentation.of(recipe, preprocess, splits.train());
    if (augmentation != null) {
      progress.stage("Augmentation: " + Augmentation.line(recipe, augmentation));
    }
    return new Setup(
        task,
        splits.train(),
        splits.val(),
        splits.test(),
        model,
        preprocess,
        ModelInput.pictures(preprocess),
        augmentation,
        device,
        DataDigest.of(splits));
  }

  /**
   * Returns the setup ready to train. Replaces images by features if the backbone is frozen, then
   * holds out the validation split, so that the features do not depend on the split.
   */
  Setup ready(Recipe recipe, Progress progress) throws IOException {
    String advice = DataNotes.ofBackbone(recipe);
    if (advice != null) {
      progress.stage(advice);
    }
    Setup setup = FrozenBackbone.of(this, recipe, progress);
    Splits splits =
        RunData.validated(recipe, new Splits(setup.train, setup.val, setup.test), progress::remark);
    return setup.with(splits.train(), splits.val(), splits.test(), setup.input);
  }

  /** Returns the device of a rank; the ranks of a host take its GPUs in turn. */
  private static Device device(Recipe recipe, Ranks ranks) {
    String named = recipe.get(HardwareKeys.DEVICE);
    Device device = Device.parse(named);
    boolean any = device.type() == Device.Type.CUDA && !named.contains(":");
    return any ? new Device(device.type(), ranks.localRank() % Device.cudaCount()) : device;
  }

  /** Replaces automatic values by the resolved ones, so that a resumed run uses the same. */
  Recipe resolve(Recipe recipe, Ranks ranks) {
    Map<String, Object> found = new LinkedHashMap<>();
    if (recipe.get(HardwareKeys.COMPUTE_WORKERS) == 0) {
      int share = Math.max(1, recipe.get(OptimizerKeys.BATCH_SIZE) / ranks.size());
      int workers = Workers.auto(model, share, ranks.cores());
      found.put(
          HardwareKeys.COMPUTE_WORKERS.name(),
          Integer.parseInt(ranks.fromFirst(Integer.toString(workers))));
    }
    boolean begun = recipe.find(ModelKeys.INIT).isPresent() || recipe.pretrained().isPresent();
    if (begun
        && recipe
            .find(DataKeys.MEAN)
            .isEmpty()) { // a resumed run does not open the initial weights
      found.put(DataKeys.MEAN.name(), preprocess.mean());
      found.put(DataKeys.STD.name(), preprocess.std());
    }
    return recipe.with(found);
  }

  /** Returns this setup with other data. */
  Setup with(Dataset train, @Nullable Dataset val, Dataset test, ModelInput input) {
    return new Setup(
        task, train, val, test, model, preprocess, input, augmentation, device, dataDigest);
  }

  /** Returns the training batches, in a new order each epoch. */
  Loader loader(Recipe recipe, int batchSize) {
    boolean dropLast = train.size() >= batchSize;
    return input.isFeatures()
        ? Loader.ofFeatures(train, batchSize, dropLast, recipe.get(RunKeys.SEED))
        : new Loader(
            train,
            augmentation,
            batchSize,
            true,
            dropLast,
            recipe.get(RunKeys.SEED),
            recipe.get(HardwareKeys.WORKERS));
  }

  /** Returns a summary of the training for its listeners. */
  Progress.Start start(Path folder, Recipe recipe, int batchesPerEpoch) {
    return new Progress.Start(
        folder,
        recipe,
        device.toString(),
        train.size(),
        val == null ? 0 : val.size(),
        test.size(),
        train.classes().size(),
        model.parameterCount(),
        model.trainableCount(),
        recipe.get(OptimizerKeys.EPOCHS),
        task,
        batchesPerEpoch);
  }

  /**
   * Requires a validation split for early stopping and for the choice among several runs.
   *
   * @param test whether the run ends with a test; false if it is a candidate of a sweep
   */
  void requireValidation(Recipe recipe, boolean test) {
    if (val == null && (!test || recipe.find(RunKeys.PATIENCE).isPresent())) {
      throw new IllegalArgumentException(
          "%s needs a validation split: set val_split above 0"
              .formatted(test ? "patience" : "a sweep"));
    }
  }

  /** Returns the task with the settings of the recipe, if it can learn from the data. */
  private static Task task(Task task, Recipe recipe, Dataset data) throws IOException {
    if (!task.learnsFrom(data.targets())) {
      throw new IllegalArgumentException(
          "%s is a data set for %s, not for %s: set task to %s, or use other data"
              .formatted(data.name(), Tasks.of(data).name(), task.name(), Tasks.of(data).name()));
    }
    return task.with(recipe, data.targets());
  }

  /** Creates the model; channels and classes follow the data unless model_args sets them. */
  private static Model model(Task task, Recipe recipe, Dataset data) {
    Map<String, Object> args = new LinkedHashMap<>(recipe.get(ModelKeys.MODEL_ARGS));
    args.putIfAbsent("in_chans", data.shape() == null ? RGB : data.shape().channels());
    task.modelArgs(data).forEach(args::putIfAbsent);
    List<Integer> size = recipe.find(ModelKeys.IMG_SIZE).orElse(null);
    if (size != null) {
      args.put("img_size", size);
    }
    Model model = Models.create(recipe.model(), args, Init.seeded(recipe.get(RunKeys.SEED)));
    if (!task.fits(model)) {
      throw new IllegalArgumentException(
          "%s is a model for %s, not for %s: use another model (`vit models` lists all)"
              .formatted(model.name(), Tasks.of(model).name(), task.name()));
    }
    task.check(recipe, model, data);
    return model;
  }

  /** Initializes the model from weights and returns their preprocessing. */
  private static @Nullable Preprocess begin(Model model, Recipe recipe, Progress progress)
      throws IOException {
    if (recipe.find(ModelKeys.INIT).isPresent()) {
      Path init = ModelSource.find(recipe.find(ModelKeys.INIT).get());
      return FineTuning.begin(model, init, progress::stage);
    }
    if (recipe.pretrained().isPresent()) {
      Path here = PretrainedWeights.get(recipe.pretrained().get(), progress::stage);
      return FineTuning.begin(model, here, progress::stage);
    }
    return null;
  }

  private static Preprocess preprocess(Recipe recipe, Model model, Normalization by) {
    return new Preprocess(
        model.channels(),
        model.height(),
        model.width(),
        recipe.get(AugmentationKeys.INTERPOLATION),
        recipe.get(AugmentationKeys.CROP_PCT),
        recipe.get(AugmentationKeys.CROP_MODE),
        by.mean(),
        by.std(),
        Datasets.framing(recipe.get(DataKeys.DATA)));
  }
}
