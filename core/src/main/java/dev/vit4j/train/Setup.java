package dev.vit4j.train;

import dev.vit4j.data.BrokenFiles;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Datasets;
import dev.vit4j.data.Moments;
import dev.vit4j.data.Shape;
import dev.vit4j.data.Splits;
import dev.vit4j.data.StratifiedSplit;
import dev.vit4j.data.Subset;
import dev.vit4j.model.ImageModel;
import dev.vit4j.model.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Device;
import dev.vit4j.weights.Preprocess;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a recipe stands for: the data in its three parts, the model with its first weights, the
 * preprocess.
 *
 * @param val null without a validation split
 */
record Setup(
    Dataset train,
    @Nullable Dataset val,
    Dataset test,
    ImageModel model,
    Preprocess preprocess,
    Device device) {
  private static final int RGB = 3;

  static Setup of(Recipe recipe, Progress progress) throws IOException {
    Device device = Device.parse(recipe.device());
    Splits opened = Datasets.open(recipe.dataSpec(), progress::stage);
    Splits splits = BrokenFiles.check(opened, recipe.skipBroken(), progress::stage);
    progress.stage(
        "Dataset loaded: %s, %d training%s and %d test pictures of %d classes"
            .formatted(
                recipe.data(),
                splits.train().size(),
                splits.val() == null ? "" : ", " + splits.val().size() + " validation",
                splits.test().size(),
                splits.train().classes().size()));
    ImageModel model = model(recipe, splits.train());
    Preprocess preprocess = preprocess(recipe, splits.train(), model);
    model.to(device);
    model.freeze(recipe.freeze());
    progress.stage(
        "Model loaded: %s, %,d parameters, %,d trainable, on %s"
            .formatted(model.name(), model.parameterCount(), model.trainableCount(), device));
    if (splits.val() != null || recipe.valSplit() == 0) {
      return new Setup(splits.train(), splits.val(), splits.test(), model, preprocess, device);
    }
    Subset[] parts = StratifiedSplit.split(splits.train(), recipe.valSplit(), recipe.seed());
    return new Setup(parts[0], parts[1], splits.test(), model, preprocess, device);
  }

  /** The model in the data's shape: channels and classes follow the data unless a word says so. */
  private static ImageModel model(Recipe recipe, Dataset data) throws IOException {
    Map<String, Object> args = new LinkedHashMap<>(recipe.modelArgs());
    args.putIfAbsent("in_chans", data.shape() == null ? RGB : data.shape().channels());
    args.putIfAbsent("num_classes", data.classes().size());
    ImageModel model = Models.create(recipe.model(), args, Init.seeded(recipe.seed()));
    check(model, data, recipe);
    if (recipe.init().isPresent()) {
      Path folder = Path.of(recipe.init().get());
      try (WeightsFolder.Loaded from = WeightsFolder.open(folder)) {
        model.load(from.model().state(), true);
      }
    }
    return model;
  }

  private static void check(ImageModel model, Dataset data, Recipe recipe) {
    Shape wanted = new Shape(model.channels(), model.height(), model.width());
    if (data.shape() != null && !wanted.equals(data.shape())) {
      throw new IllegalArgumentException(
          "%s takes pictures of %s, %s has %s: set model_args img_size and in_chans"
              .formatted(model.name(), wanted, recipe.data(), data.shape()));
    }
    if (model.numClasses() < data.classes().size()) {
      throw new IllegalArgumentException(
          "%s has %d classes, the model's num_classes is %d: leave it out or set it to %d"
              .formatted(
                  recipe.data(), data.classes().size(), model.numClasses(), data.classes().size()));
    }
  }

  private static Preprocess preprocess(Recipe recipe, Dataset data, ImageModel model)
      throws IOException {
    List<Double> mean = recipe.mean().orElse(null);
    List<Double> std = recipe.std().orElse(null);
    if (mean == null || std == null) {
      Moments moments = Moments.of(data, model.channels());
      mean = mean == null ? moments.mean() : mean;
      std = std == null ? moments.std() : std;
    }
    boolean digits = recipe.data().startsWith("mnist");
    return new Preprocess(
        model.channels(),
        model.height(),
        model.width(),
        "bicubic",
        mean,
        std,
        digits ? "digit" : "none");
  }
}
