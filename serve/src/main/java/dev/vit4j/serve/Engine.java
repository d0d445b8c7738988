package dev.vit4j.serve;

import dev.vit4j.input.FitToModel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** The models of a server. A model that cannot be opened does not stop the others. */
final class Engine implements AutoCloseable {
  private static final int NOT_FOUND = 404;
  private static final int PHOTO = 1500; // pixels each way
  private static final int LATER = 300; // milliseconds

  private final Map<String, ServedModel> models = new LinkedHashMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();
  private final Pictures pictures;

  Engine(ServeOptions options, Metrics metrics) {
    this.pictures = new Pictures(options.bounds(), options.threads());
    metrics.gate("vit4j_queue", "Images and texts that wait or are computed", pictures.queue());
    metrics.gate(
        "vit4j_decoding_pixels",
        "Pixels of images that are being decoded",
        pictures.decoding().pixels());
  }

  /** Opens the models, once, before the first request. */
  void open(ServeOptions options, Metrics metrics) {
    options
        .models()
        .forEach(
            (name, path) -> {
              try {
                models.put(
                    name, ServedModel.open(name, path, options, size -> metrics.batch(name, size)));
              } catch (IOException | RuntimeException | OutOfMemoryError e) {
                failures.put(name, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
              }
            });
    Map<String, Boolean> ready = new LinkedHashMap<>();
    options.models().keySet().forEach(name -> ready.put(name, models.containsKey(name)));
    metrics.ready(ready);
  }

  /**
   * Decodes a photo for each model, on a thread of its own: the first one would take twice as long.
   */
  void warmUp() {
    Thread thread = new Thread(this::decode, "vit4j-warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  private void decode() {
    try {
      Thread.sleep(LATER); // whoever started the server has other work just now
      ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(PHOTO, PHOTO, BufferedImage.TYPE_INT_RGB), "jpeg", jpeg);
      for (ServedModel model : models()) {
        new FitToModel(model.loaded().preprocess()).read(jpeg.toByteArray(), "warm-up");
      }
    } catch (IOException | InterruptedException | RuntimeException | OutOfMemoryError e) {
      return; // requests will say what is wrong
    }
  }

  /** Returns the models that were opened. */
  List<ServedModel> models() {
    return new ArrayList<>(models.values());
  }

  /** Returns why models could not be opened, by name. */
  Map<String, String> failures() {
    return Collections.unmodifiableMap(failures);
  }

  /** Runs images through models. */
  Pictures pictures() {
    return pictures;
  }

  /**
   * Returns the model that a request names with the parameter {@code model}; it may be left out if
   * there is one model.
   */
  ServedModel of(Call call) {
    String name = call.parameter("model");
    if (name == null && models.size() + failures.size() == 1 && !models.isEmpty()) {
      return models.values().iterator().next();
    }
    if (name == null && models.size() + failures.size() > 1) {
      throw new Problem(Problem.BAD_REQUEST, "which model? name it with model=, one of " + names());
    }
    return named(name == null ? failures.keySet().iterator().next() : name);
  }

  /**
   * Returns a model.
   *
   * @throws Problem with status 404 if there is none of this name, 503 if it could not be opened
   */
  ServedModel named(String name) {
    ServedModel model = models.get(name);
    if (model != null) {
      return model;
    }
    String failure = failures.get(name);
    throw failure == null
        ? new Problem(NOT_FOUND, "no model '%s': use one of %s".formatted(name, names()))
        : new Problem(
            Problem.BUSY, "the model %s could not be loaded: %s".formatted(name, failure));
  }

  private String names() {
    return String.join(", ", models.keySet());
  }

  @Override
  public void close() {
    models.values().forEach(ServedModel::close);
  }
}
