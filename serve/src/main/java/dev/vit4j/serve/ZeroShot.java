package dev.vit4j.serve;

import dev.vit4j.infer.TextEncoder;
import dev.vit4j.infer.ZeroShotClassifier;
import dev.vit4j.text.Templates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Classifiers by labels that clients choose. The vectors of labels are kept, the most recently used
 * ones, so that a label that is added to others costs one text.
 */
final class ZeroShot {
  private static final int MOST_KEPT = 8192; // vectors, of 2 to 4 kB
  private static final int MOST_LABELS = 2048;

  private final ServedModel model;
  private final TextEncoder encoder;
  private final Batcher.Pass<String, float[]> pass;
  private final Map<String, float[]> kept = // by prompt, the least recently used first
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
          return size() > MOST_KEPT;
        }
      };

  /** Creates the cache of a model with a text tower. */
  ZeroShot(ServedModel model, TextEncoder encoder) {
    this.model = model;
    this.encoder = encoder;
    this.pass = prompts -> List.of(encoder.classVectors(prompts.stream().map(List::of).toList()));
  }

  /** Computes texts, not normalized. */
  TextEncoder encoder() {
    return encoder;
  }

  /**
   * Returns a classifier.
   *
   * @param template with {c} for the label; null for {@code a photo of a {c}}
   * @throws IllegalArgumentException for labels that cannot be used
   */
  ZeroShotClassifier classifier(List<String> labels, @Nullable String template, Pictures pictures) {
    if (labels.size() > MOST_LABELS) {
      throw new Problem(
          Problem.TOO_LARGE, "%d labels, the limit is %d".formatted(labels.size(), MOST_LABELS));
    }
    Templates templates = template == null ? Templates.PHOTO : Templates.of(template);
    List<String> prompts = labels.stream().map(label -> templates.prompts(label).get(0)).toList();
    Map<String, float[]> vectors = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    synchronized (kept) {
      for (String prompt : prompts) {
        float[] vector = kept.get(prompt);
        if (vector != null) {
          vectors.put(prompt, vector);
        } else if (!missing.contains(prompt)) {
          missing.add(prompt);
        }
      }
    }
    List<float[]> computed = pictures.run(missing, pass, model.batcher());
    synchronized (kept) {
      for (int i = 0; i < missing.size(); i++) {
        vectors.put(missing.get(i), computed.get(i));
        kept.put(missing.get(i), computed.get(i));
      }
    }
    return ZeroShotClassifier.of(
        model.loaded(),
        model.ready(),
        labels,
        prompts.stream().map(vectors::get).toArray(float[][]::new));
  }
}
