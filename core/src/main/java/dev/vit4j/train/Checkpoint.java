package dev.vit4j.train;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.model.ImageModel;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code training.safetensors}: all that a training needs to go on, in ONE file that is replaced
 * atomically, so that a kill at any moment leaves a state that fits together. Tensors {@code
 * model.*} are parameters and buffers, {@code optimizer.*} the optimiser's; the metadata entry
 * {@code state} is JSON with the counters and the history.
 */
final class Checkpoint {
  static final String FILE = "training.safetensors";

  private static final String MODEL = "model.";
  private static final String OPTIMIZER = "optimizer.";
  private static final JsonMapper JSON = JsonMapper.shared();

  private Checkpoint() {}

  static void save(Path folder, ImageModel model, Optimizer optimizer, TrainState state)
      throws IOException {
    Map<String, Tensor> all = new LinkedHashMap<>();
    model.state().forEach((n, t) -> all.put(MODEL + n, t));
    optimizer.state().forEach((n, t) -> all.put(OPTIMIZER + n, t));
    List<Safetensors.Entry> entries = WeightsFolder.entries(all);
    Safetensors.write(folder.resolve(FILE), entries, Map.of("state", toJson(state)));
  }

  /** Loads everything into a model and an optimiser that were built from the same recipe. */
  static TrainState load(Path folder, ImageModel model, Optimizer optimizer) throws IOException {
    Path file = folder.resolve(FILE);
    String json;
    try (Safetensors source = Safetensors.open(file)) {
      json = source.metadata().get("state");
    }
    if (json == null) {
      throw new FormatException(file.toString(), -1, "has no training state in its metadata");
    }
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = WeightsFolder.read(file);
      model.load(under(MODEL, tensors), true);
      Map<String, Tensor> stored = under(OPTIMIZER, tensors);
      for (Map.Entry<String, Tensor> e : optimizer.state().entrySet()) {
        Tensor t = stored.get(e.getKey());
        if (t == null) {
          throw new IllegalArgumentException("optimiser state " + e.getKey() + " is missing");
        }
        e.getValue().copy_(t);
      }
      return fromJson(json);
    } catch (IllegalArgumentException | JacksonException e) {
      throw new FormatException(file.toString(), -1, String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, Tensor> under(String prefix, Map<String, Tensor> tensors) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    tensors.forEach(
        (n, t) -> {
          if (n.startsWith(prefix)) {
            out.put(n.substring(prefix.length()), t);
          }
        });
    return out;
  }

  private static String toJson(TrainState s) {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("epoch", s.epoch);
    m.put("batch", s.batch);
    m.put("step", s.step);
    m.put("loss_sum", Double.toHexString(s.lossSum)); // every bit: the log must not change
    m.put("correct", s.correct);
    m.put("seen", s.seen);
    m.put("seconds", s.seconds);
    m.put("epoch_seconds", s.epochSeconds);
    m.put("best_epoch", s.bestEpoch);
    m.put("best_top1", Double.toHexString(s.bestTop1));
    m.put("best_loss", Double.toHexString(s.bestLoss));
    List<List<String>> rows = new ArrayList<>();
    for (EpochRow row : s.history) {
      rows.add(row.toMap().values().stream().map(Double::toHexString).toList());
    }
    m.put("history", rows);
    return JSON.writeValueAsString(m);
  }

  private static TrainState fromJson(String json) {
    JsonNode n = JSON.readTree(json);
    TrainState s = new TrainState();
    s.epoch = n.get("epoch").asInt();
    s.batch = n.get("batch").asInt();
    s.step = n.get("step").asLong();
    s.lossSum = bits(n.get("loss_sum"));
    s.correct = n.get("correct").asLong();
    s.seen = n.get("seen").asLong();
    s.seconds = n.get("seconds").asDouble();
    s.epochSeconds = n.get("epoch_seconds").asDouble();
    s.bestEpoch = n.get("best_epoch").asInt();
    s.bestTop1 = bits(n.get("best_top1"));
    s.bestLoss = bits(n.get("best_loss"));
    for (JsonNode row : n.get("history")) {
      Map<String, Double> values = new LinkedHashMap<>();
      for (int i = 0; i < EpochRow.COLUMNS.size(); i++) {
        values.put(EpochRow.COLUMNS.get(i), bits(row.get(i)));
      }
      s.history.add(EpochRow.of(values));
    }
    return s;
  }

  private static double bits(JsonNode node) {
    return Double.parseDouble(node.asString());
  }
}
