package dev.vit4j.train;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code training.safetensors}: all that a training needs to go on, in ONE file that is replaced
 * atomically, so that a kill at any moment leaves a state that fits together. Tensors {@code
 * model.*} are parameters and buffers, {@code optimizer.*} the optimiser's, {@code ema.*} the
 * average weights; the metadata entry {@code state} is JSON with the counters and the history.
 */
final class Checkpoint {
  static final String FILE = "training.safetensors";

  private static final JsonMapper JSON = JsonMapper.shared();

  private Checkpoint() {}

  static void save(Path folder, Map<String, Tensor> tensors, TrainState state) throws IOException {
    List<Safetensors.Entry> entries = WeightsFolder.entries(tensors);
    Safetensors.write(folder.resolve(FILE), entries, Map.of("state", toJson(state)));
  }

  /**
   * Copies a checkpoint's numbers into tensors of a training built from the same recipe: into all
   * of them, or some.
   *
   * @throws IOException if the file is missing or broken, or another training's
   */
  static TrainState load(Path folder, Map<String, Tensor> tensors) throws IOException {
    Path file = folder.resolve(FILE);
    try (Safetensors source = Safetensors.open(file)) {
      String json = source.metadata().get("state");
      if (json == null) {
        throw new FormatException(file.toString(), -1, "has no training state in its metadata");
      }
      for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
        TensorInfo stored = source.tensors().get(e.getKey());
        if (stored == null || !Arrays.equals(stored.shape(), e.getValue().shape())) {
          throw new FormatException(
              file.toString(), -1, e.getKey() + " is missing or has another shape");
        }
        try (NoGrad g = NoGrad.on();
            Scope scope = Scope.open()) {
          ByteBuffer numbers = source.data(e.getKey());
          e.getValue().copy_(Tensor.of(numbers, stored.dtype(), stored.shape()));
        }
      }
      return fromJson(json);
    } catch (IllegalArgumentException | JacksonException e) {
      throw new FormatException(file.toString(), -1, String.valueOf(e.getMessage()));
    }
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
    m.put("epoch_waited", s.epochWaited);
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
    s.epochWaited = n.path("epoch_waited").asDouble(0);
    s.bestEpoch = n.get("best_epoch").asInt();
    s.bestTop1 = bits(n.get("best_top1"));
    s.bestLoss = bits(n.get("best_loss"));
    for (JsonNode row : n.get("history")) {
      if (row.size() != EpochRow.COLUMNS.size()) {
        throw new IllegalArgumentException("is of another version of vit4j: train anew");
      }
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
