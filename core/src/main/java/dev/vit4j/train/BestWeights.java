package dev.vit4j.train;

import dev.vit4j.format.Safetensors;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The best weights so far and their file. If only the head is trained, writing the whole model
 * could take longer than an epoch: the head is then copied, and the file is written when the
 * training is saved.
 */
final class BestWeights {
  private final Path folder;
  private final boolean headOnly;
  private List<Safetensors.Entry> head = new ArrayList<>();
  private @Nullable Model waiting; // model to write with the copied head
  private Map<String, String> metadata = Map.of();

  BestWeights(Path folder, boolean headOnly) {
    this.folder = folder;
    this.headOnly = headOnly;
  }

  /**
   * Keeps the weights of an epoch as the best.
   *
   * @param metadata metadata of the file
   */
  void keep(Model model, Map<String, String> metadata) throws IOException {
    this.metadata = metadata;
    if (headOnly) {
      head = WeightsFolder.entries(part(model, true));
      waiting = model;
    } else {
      WeightsFolder.writeWeights(folder, model, metadata);
    }
  }

  /** Writes pending weights. */
  void write() throws IOException {
    if (waiting != null) {
      List<Safetensors.Entry> all = WeightsFolder.entries(part(waiting, false));
      all.addAll(head);
      Safetensors.write(folder.resolve(WeightsFolder.WEIGHTS), all, metadata);
      waiting = null;
    }
  }

  /** Returns the tensors of the head, or all others. */
  private static Map<String, Tensor> part(Model model, boolean ofHead) {
    Map<String, Tensor> part = new LinkedHashMap<>(model.state());
    Predicate<String> isOfHead = model.isOfHead();
    part.keySet().removeIf(name -> isOfHead.test(name) != ofHead);
    return part;
  }
}
