package dev.vit4j.train;

import dev.vit4j.distributed.Ranks;
import dev.vit4j.model.Model;
import dev.vit4j.optim.Ema;
import dev.vit4j.optim.Optimizer;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The weights in a run folder: the checkpoint for resuming, and the folders {@code weights/last}
 * and {@code weights/best} for using the model.
 */
final class RunWeights {
  private final Path run;
  private final Model model;
  private final Optimizer optimizer;
  private final @Nullable Ema ema;
  private final Provenance provenance;
  private final BestWeights best;

  /**
   * @param run the run folder
   * @param headOnly whether only the head is trained
   * @param ema the average of the weights, or null
   */
  RunWeights(
      Path run,
      Model model,
      boolean headOnly,
      Optimizer optimizer,
      @Nullable Ema ema,
      Provenance provenance) {
    this.run = run;
    this.model = model;
    this.optimizer = optimizer;
    this.ema = ema;
    this.provenance = provenance;
    this.best = new BestWeights(RunFolder.best(run), headOnly);
  }

  /** Returns the model to validate and save: the average of the weights if there is one. */
  Model kept() {
    return ema == null ? model : ema.model();
  }

  /** Writes the model's configuration to both weights folders; call it once, before saving. */
  void describe(WeightsFolder.Loaded described) throws IOException {
    for (Path folder : List.of(RunFolder.best(run), RunFolder.last(run))) {
      WeightsFolder.writeConfig(folder, described);
    }
  }

  /** Keeps the current weights as the best. */
  void keepBest(int epoch) throws IOException {
    best.keep(kept(), provenance.metadata(epoch));
  }

  /** Writes the checkpoint and the last weights. */
  void save(TrainState state) throws IOException {
    Path last = RunFolder.last(run);
    best.write(); // first, because the checkpoint names their epoch
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> all = ofModel(model);
      all.putAll(besidesModel());
      Checkpoint.save(last, all, state);
      WeightsFolder.writeWeights(last, kept(), provenance.metadata(state.epoch));
    }
  }

  /** Loads all tensors except the model's from the checkpoint, on rank 0 for all ranks. */
  TrainState load(Ranks ranks) throws IOException {
    return Checkpoint.load(RunFolder.last(run), besidesModel(), ranks);
  }

  /** Loads the model's tensors from a run's checkpoint, on rank 0 for all ranks. */
  static void loadModel(Path run, Model model, Ranks ranks) throws IOException {
    Checkpoint.load(RunFolder.last(run), ofModel(model), ranks);
  }

  /** Returns the tensors of the model by their names in a checkpoint. */
  private static Map<String, Tensor> ofModel(Model model) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    model.state().forEach((n, t) -> all.put("model." + n, t));
    return all;
  }

  /** Returns all other tensors that training changes. */
  private Map<String, Tensor> besidesModel() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    optimizer.state().forEach((n, t) -> all.put("optimizer." + n, t));
    if (ema != null) {
      ema.model().state().forEach((n, t) -> all.put("ema." + n, t));
    }
    return all;
  }
}
