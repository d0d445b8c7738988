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
 * The best weights so far, and their file. Where only the head learns, an epoch may take less time
 * than the file of the whole model: then the head is copied, and the file written when the training
 * is saved.
 */
final class BestWeights {
  private final Path folder;
  private final boolean headOnly;
  private List<Safetensors.Entry> head = new ArrayList<>();
  private @Nullable Model waiting; // to be written with this head
  private Map<String, String> metadata = Map.of();

  BestWeights(Path folder, boolean headOnly) {
    this.folder = folder;
    this.headOnly = headOnly;
  }

  /**
   * Takes the weights of an epoch as the best.
   *
   * @param metadata that goes into their file
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

  /** Writes what is not written yet. */
  void write() throws IOException {
    if (waiting != null) {
      List<Safetensors.Entry> all = WeightsFolder.entries(part(waiting, false));
      all.addAll(head);
      Safetensors.write(folder.resolve(WeightsFolder.WEIGHTS), all, metadata);
      waiting = null;
    }
  }

  /** The tensors of the head, or of the rest. */
  private static Map<String, Tensor> part(Model model, boolean ofHead) {
    Map<String, Tensor> part = new LinkedHashMap<>(model.state());
    Predicate<String> isOfHead = model.isOfHead();
    part.keySet().removeIf(name -> isOfHead.test(name) != ofHead);
    return part;
  }
}
