package dev.vit4j.nn;

import java.util.ArrayList;
import java.util.List;

/**
 * Result of matching stored tensors against a model.
 *
 * @param missing names that the model has and the source lacks
 * @param unexpected names that the source has and the model lacks
 * @param wrongShape names that both have, with both shapes, where these differ
 */
public record LoadReport(List<String> missing, List<String> unexpected, List<String> wrongShape) {
  private static final int SHOWN = 5;

  /** Returns whether all names and shapes match. */
  public boolean isClean() {
    return missing.isEmpty() && unexpected.isEmpty() && wrongShape.isEmpty();
  }

  /** One line with the first few names of each kind. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    describe("wrong shape", wrongShape, parts);
    describe("missing", missing, parts);
    describe("unexpected", unexpected, parts);
    return parts.isEmpty() ? "all names match" : String.join("; ", parts);
  }

  private static void describe(String kind, List<String> names, List<String> into) {
    if (!names.isEmpty()) {
      String shown = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
      String more = names.size() > SHOWN ? ", …" : "";
      into.add(names.size() + " " + kind + " (" + shown + more + ")");
    }
  }
}
