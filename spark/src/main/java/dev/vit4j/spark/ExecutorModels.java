package dev.vit4j.spark;

import dev.vit4j.infer.ReadyModel;
import dev.vit4j.tensor.Device;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this JVM: each is opened once, by the first task that needs it, and stays open. All
 * tasks compute with the same weights, each on its own thread.
 */
final class ExecutorModels {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorModels.class);
  private static final Map<String, Ready> OPEN = new HashMap<>();

  private record Ready(WeightsFolder.Loaded loaded, ReadyModel model) {}

  private ExecutorModels() {}

  /**
   * Returns an output of a model, which is opened if this JVM has not opened it yet.
   *
   * @throws IOException if it is missing, damaged, or not the one that the driver opened
   */
  static OpenModel get(ModelFile file, Output output, SparkOptions options) throws IOException {
    Ready ready = ready(file, options);
    return OpenModel.of(ready.loaded, ready.model, output, options);
  }

  private static synchronized Ready ready(ModelFile file, SparkOptions options) throws IOException {
    String key = file.fingerprint() + file.precision();
    Ready known = OPEN.get(key);
    if (known != null) {
      return known;
    }
    long start = System.nanoTime();
    Ready ready = file.use(path -> ready(path, file, options));
    OPEN.put(key, ready);
    LOG.info(
        "Opened model {} ({}) in {} ms",
        file.path(),
        file.fingerprint(),
        (System.nanoTime() - start) / 1_000_000);
    return ready;
  }

  private static Ready ready(Path path, ModelFile file, SparkOptions options) throws IOException {
    WeightsFolder.Loaded loaded = open(path, options);
    try {
      requireSame(loaded, file);
      int threads = Runtime.getRuntime().availableProcessors();
      return new Ready(
          loaded, new ReadyModel(loaded.model(), Device.CPU, file.precision(), threads));
    } catch (IOException | RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  private static void requireSame(WeightsFolder.Loaded loaded, ModelFile file) throws IOException {
    String found = Fingerprint.of(loaded);
    if (!found.equals(file.fingerprint())) {
      throw new IOException(
          "%s is not the model that the driver opened (fingerprint %s, not %s): all machines must see the same files"
              .formatted(file.path(), found, file.fingerprint()));
    }
  }

  /** Opens a model as the driver and all executors do. */
  static WeightsFolder.Loaded open(Path path, SparkOptions options) throws IOException {
    WeightsFolder.Loaded loaded = ModelSource.open(path, options.modelArgs(), LOG::info);
    if (options.classes().isEmpty()) {
      return loaded;
    }
    try {
      return loaded.withClasses(options.classes());
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }
}
