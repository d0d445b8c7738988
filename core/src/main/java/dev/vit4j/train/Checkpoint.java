package dev.vit4j.train;

import dev.vit4j.distributed.Ranks;
import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.task.Tally;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code training.safetensors}: the complete state of a training in one file, which is replaced
 * atomically, so that it is consistent after a kill at any time. Tensors {@code model.*} are
 * parameters and buffers, {@code optimizer.*} the optimizer state, {@code ema.*} the averaged
 * weights; the metadata entry {@code state} is JSON with the format version, the counters and the
 * history.
 */
final class Checkpoint {
  static final String FILE = "training.safetensors";

  /** Format version; incremented when older versions cannot read the file. */
  private static final int VERSION = 2;

  private static final JsonMapper JSON = JsonMapper.shared();

  private Checkpoint() {}

  static void save(Path folder, Map<String, Tensor> tensors, TrainState state) throws IOException {
    List<Safetensors.Entry> entries = WeightsFolder.entries(tensors);
    Safetensors.write(folder.resolve(FILE), entries, Map.of("state", toJson(state)));
  }

  /**
   * Copies a checkpoint into tensors of a training with the same recipe: all of them, or a subset.
   *
   * @throws IOException if the file is missing, broken, or of another training
   */
  static TrainState load(Path folder, Map<String, Tensor> tensors) throws IOException {
    Path file = folder.resolve(FILE);
    try (Safetensors source = Safetensors.open(file)) {
      String json = source.metadata().get("state");
      if (json == null) {
        throw new FormatException(file.toString(), -1, "has no training state in its metadata");
      }
      TrainState state = fromJson(json); // first: it says if this is another version's
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
      return state;
    } catch (IllegalArgumentException | JacksonException e) {
      throw new FormatException(file.toString(), -1, String.valueOf(e.getMessage()));
    }
  }

  /** Loads a checkpoint on rank 0, and copies tensors and state to the other ranks. */
  static TrainState load(Path folder, Map<String, Tensor> tensors, Ranks ranks) throws IOException {
    String json = ranks.isFirst() ? toJson(load(folder, tensors)) : "";
    ranks.fromFirst(tensors.values());
    return fromJson(ranks.fromFirst(json));
  }

  private static String toJson(TrainState s) {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("version", VERSION);
    m.put("epoch", s.epoch);
    m.put("batch", s.batch);
    m.put("step", s.step);
    m.put("loss_sum", Double.toHexString(s.lossSum)); // every bit: the log must not change
    m.put("tally", s.tally.counts());
    m.put("seen", s.seen);
    m.put("seconds", s.seconds);
    m.put("epoch_seconds", s.epochSeconds);
    m.put("epoch_waited", s.epochWaited);
    m.put("best_epoch", s.bestEpoch);
    m.put("best", hex(s.best));
    m.put("history", s.history.stream().map(Checkpoint::toMap).toList());
    return JSON.writeValueAsString(m);
  }

  private static Map<String, Object> toMap(EpochRow row) {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("epoch", row.epoch());
    m.put("train", hex(row.train()));
    m.put("val", hex(row.val()));
    m.put("lr", Double.toHexString(row.lr()));
    m.put("seconds", row.seconds());
    m.put("images_per_second", row.imagesPerSecond());
    m.put("data_wait", row.dataWait());
    return m;
  }

  private static Map<String, String> hex(Map<String, Double> values) {
    Map<String, String> hex = new LinkedHashMap<>();
    values.forEach((key, value) -> hex.put(key, Double.toHexString(value)));
    return hex;
  }

  private static TrainState fromJson(String json) {
    JsonNode n = JSON.readTree(json);
    if (n.path("version").asInt(1) != VERSION) {
      throw new IllegalArgumentException(
          "is a checkpoint of version %d, but this vit4j reads version %d: train again"
              .formatted(n.path("version").asInt(1), VERSION));
    }
    TrainState s = new TrainState();
    s.epoch = n.required("epoch").asInt();
    s.batch = n.required("batch").asInt();
    s.step = n.required("step").asLong();
    s.lossSum = bits(n.required("loss_sum"));
    for (Map.Entry<String, JsonNode> e : n.required("tally").properties()) {
      JsonNode count = e.getValue();
      s.tally =
          s.tally.plus(
              Tally.of(
                  e.getKey(), count.required("right").asLong(), count.required("all").asLong()));
    }
    s.seen = n.required("seen").asLong();
    s.seconds = n.required("seconds").asDouble();
    s.epochSeconds = n.required("epoch_seconds").asDouble();
    s.epochWaited = n.required("epoch_waited").asDouble();
    s.bestEpoch = n.required("best_epoch").asInt();
    s.best.putAll(values(n.required("best")));
    n.required("history").forEach(row -> s.history.add(row(row)));
    return s;
  }

  private static EpochRow row(JsonNode n) {
    return new EpochRow(
        n.required("epoch").asInt(),
        values(n.required("train")),
        values(n.required("val")),
        bits(n.required("lr")),
        n.required("seconds").asDouble(),
        n.required("images_per_second").asDouble(),
        n.required("data_wait").asDouble());
  }

  private static Map<String, Double> values(JsonNode node) {
    Map<String, Double> values = new LinkedHashMap<>();
    node.properties().forEach(e -> values.put(e.getKey(), bits(e.getValue())));
    return values;
  }

  private static double bits(JsonNode node) {
    return Double.parseDouble(node.asString());
  }
}
