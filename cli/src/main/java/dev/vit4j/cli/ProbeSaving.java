package dev.vit4j.cli;

import dev.vit4j.probe.Probe;
import dev.vit4j.probe.ProbeModel;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Saves a probe as a model folder, or as a probe alone if the model of its features is not at hand.
 *
 * @param folder new folder
 * @param isNamed whether the user named the model
 * @param backbone the model that computed the features; null if it cannot be opened
 */
record ProbeSaving(Path folder, boolean isNamed, WeightsFolder.@Nullable Loaded backbone) {
  /**
   * Opens the model of features before the training, if it is not open.
   *
   * @param named the model; null for the one that the features name
   * @param found the features, with their model if it is open
   * @throws IOException if a named model cannot be opened
   */
  static ProbeSaving open(Path folder, @Nullable String named, ProbeSamples.Found found, Output out)
      throws IOException {
    if (found.model() != null) {
      return new ProbeSaving(folder, false, found.model());
    }
    if (named != null) {
      return new ProbeSaving(folder, true, ModelSource.open(ModelSource.find(named)));
    }
    String model = found.train().origin().model();
    try {
      if (!model.isEmpty()) {
        return new ProbeSaving(folder, false, ModelSource.open(ModelSource.find(model)));
      }
      onlyProbe(out, "The features do not name their model");
    } catch (IOException | IllegalArgumentException e) {
      onlyProbe(out, "The model of the features cannot be opened (%s)".formatted(e.getMessage()));
    }
    return new ProbeSaving(folder, false, null);
  }

  private static void onlyProbe(Output out, String reason) {
    out.note(reason + ": only the probe is saved, use --model to save a model folder");
  }

  /** Saves a probe and returns whether the folder is a model folder. */
  boolean save(Probe probe, Output out) throws IOException {
    WeightsFolder.Loaded model = model(probe, out);
    if (model == null) {
      probe.save(folder);
      out.note("Probe: " + folder);
      return false;
    }
    try (model) {
      ProbeModel.save(folder, model, probe);
    }
    out.note("Model: " + folder);
    return true;
  }

  private WeightsFolder.@Nullable Loaded model(Probe probe, Output out) {
    if (backbone == null) {
      return null;
    }
    try {
      return ProbeModel.of(backbone, probe);
    } catch (IllegalArgumentException e) {
      String line = "only the probe is saved: " + e.getMessage();
      if (isNamed) {
        out.failure(line);
      } else {
        out.note(line);
      }
      return null;
    }
  }
}
