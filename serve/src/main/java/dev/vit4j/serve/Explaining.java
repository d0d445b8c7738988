package dev.vit4j.serve;

import dev.vit4j.explain.Explainer;
import dev.vit4j.explain.Explanation;
import dev.vit4j.image.Image;
import dev.vit4j.model.Classifies;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Inside;
import dev.vit4j.tensor.Device;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Explains a model. It needs weights that are not packed, which are loaded with the first request;
 * one request is computed at a time, and few wait.
 */
final class Explaining implements AutoCloseable {
  private static final int MOST_WAITING = 8;

  private final Path path;
  private final ServeOptions.Opener opener;
  private final Device device;
  private final Gate waiting = new Gate("explanations at once", MOST_WAITING);
  private WeightsFolder.@Nullable Loaded loaded;
  private boolean closed;

  Explaining(Path path, ServeOptions.Opener opener, Device device) {
    this.path = path;
    this.opener = opener;
    this.device = device;
  }

  /** Returns the names of the figures that a model has. */
  static List<String> figures(WeightsFolder.Loaded model) {
    Inside inside = model.model().family().inside(model.model());
    boolean scores =
        model.model() instanceof EncodesText || (model.model().numClasses() > 0 && isScored(model));
    List<String> figures = new ArrayList<>();
    if (inside.attention() != null && scores) {
      figures.add("relevance");
    }
    if (inside.attention() != null) {
      figures.addAll(List.of("attention", "rollout"));
    }
    if (!inside.lastMaps().isEmpty() && scores) {
      figures.add("gradcam");
    }
    return figures;
  }

  private static boolean isScored(WeightsFolder.Loaded model) {
    return model.model() instanceof Classifies;
  }

  /** Returns whether a model has a figure. */
  boolean isPossible(WeightsFolder.Loaded model) {
    return !figures(model).isEmpty();
  }

  /**
   * Explains an image.
   *
   * @param text what a model of images and texts compares with the image; null for a classifier
   * @param target class index or label; null for the most probable one
   * @param patch index of the patch whose attention is shown; -1 for what the head reads
   * @throws IOException if the weights cannot be loaded again
   * @throws IllegalArgumentException if there is no such class, or a text is missing
   * @throws Problem with status 503 if too many requests wait
   */
  Explanation explain(Image image, @Nullable String text, @Nullable String target, int patch)
      throws IOException {
    try (Gate.Pass pass = waiting.enter(1)) {
      synchronized (this) {
        WeightsFolder.Loaded open = open();
        if (open.model() instanceof EncodesText) {
          if (text == null) {
            throw new IllegalArgumentException("which text? give one with text=");
          }
          return Explainer.ofTexts(open, List.of(text), device, note -> {})
              .explain(image, 0, patch);
        }
        Explainer explainer = new Explainer(open, device);
        return explainer.explain(image, target == null ? -1 : explainer.classOf(target), patch);
      }
    }
  }

  private WeightsFolder.Loaded open() throws IOException {
    if (closed) {
      throw Problem.busy("the server is closing");
    }
    WeightsFolder.Loaded open = loaded == null ? opener.open(path) : loaded;
    loaded = open;
    return open;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (loaded != null) {
      loaded.close();
    }
  }
}
