package dev.vit4j.nn;

import java.util.ArrayList;
import java.util.List;

/**
 * How well stored tensors fit a model.
 *
 * @param missing names of the model that the source lacks
 * @param unexpected names of the source that the model lacks
 * @param wrongShape names that both have, with both shapes
 */
public record LoadReport(List<String> missing, List<String> unexpected, List<String> wrongShape) {
  private static final int SHOWN = 5;

  /** Whether every name fits. */
  public boolean isClean() {
    return missing.isEmpty() && unexpected.isEmpty() && wrongShape.isEmpty();
  }

  /** One line with the first names of each kind. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    describe("wrong shape", wrongShape, parts);
    describe("missing", missing, parts);
    describe("unexpected", unexpected, parts);
    return parts.isEmpty() ? "all names fit" : String.join("; ", parts);
  }

  private static void describe(String kind, List<String> names, List<String> into) {
    if (!names.isEmpty()) {
      String shown = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
      String more = names.size() > SHOWN ? ", …" : "";
      into.add(names.size() + " " + kind + " (" + shown + more + ")");
    }
  }
}
