package dev.vit4j.cli;

import dev.vit4j.format.Count;
import dev.vit4j.infer.FeatureOrigin;
import dev.vit4j.search.Recall;
import dev.vit4j.search.VectorIndex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code vit index} and {@code vit inspect} say about an index.
 *
 * @param index opened index
 */
record IndexTable(VectorIndex index) {
  /** A line for each segment. */
  List<String> segments() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < index.segments(); i++) {
      String vectors = "segment %d: %s, ".formatted(i + 1, Count.of(index.size(i), "vector"));
      Recall recall = index.recall(i);
      if (recall.queries() == 0) {
        lines.add(vectors + "searched exactly");
        continue;
      }
      StringBuilder points = new StringBuilder();
      for (Recall.Point point : recall.points()) {
        points.append(
            String.format(Locale.ROOT, ", %.3f (%d)", point.recall(), point.candidates()));
      }
      lines.add(
          vectors
              + "%d candidates; recall@%d of %s (candidates): %s"
                  .formatted(
                      recall.candidates(),
                      Recall.K,
                      recall.queries() + " queries",
                      points.substring(2)));
    }
    return lines;
  }

  /** Lines about the whole index, and its segments. */
  List<String> lines() {
    FeatureOrigin origin = index.origin();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s of %s".formatted(Count.of(index.size(), "vector"), Count.of(index.dim(), "number")));
    lines.add("model: " + unknownIfEmpty(origin.model()));
    lines.add("fingerprint: " + unknownIfEmpty(origin.fingerprint()));
    lines.add("preprocessing: " + unknownIfEmpty(origin.preprocess()));
    index.sources().forEach(file -> lines.add("from: " + file));
    lines.addAll(segments());
    return lines;
  }

  private static String unknownIfEmpty(String text) {
    return text.isEmpty() ? "unknown" : text;
  }

  /** Keys of both verbs, then those given. */
  Map<String, Object> json(Object... more) {
    FeatureOrigin origin = index.origin();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("index", index.file());
    json.put("count", index.size());
    json.put("dim", index.dim());
    json.put("model", origin.model());
    json.put("fingerprint", origin.fingerprint());
    json.put("preprocess", origin.preprocess());
    json.put("sources", index.sources());
    List<Object> segments = new ArrayList<>();
    for (int i = 0; i < index.segments(); i++) {
      Recall recall = index.recall(i);
      Map<String, Object> segment = new LinkedHashMap<>();
      segment.put("count", index.size(i));
      segment.put("exact", recall.queries() == 0);
      segment.put("candidates", recall.candidates());
      segment.put(
          "recall",
          recall.points().stream()
              .map(p -> Json.of("candidates", p.candidates(), "recall", p.recall()))
              .toList());
      segments.add(segment);
    }
    json.put("segments", segments);
    for (int i = 0; i < more.length; i += 2) {
      json.put((String) more[i], more[i + 1]);
    }
    return json;
  }
}
