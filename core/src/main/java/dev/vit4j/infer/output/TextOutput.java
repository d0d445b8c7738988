package dev.vit4j.infer.output;

import dev.vit4j.infer.Predictor;
import dev.vit4j.infer.RowFormat;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * A text file for results.
 *
 * @param <A> type of the result for one image
 * @param isTable whether the format is CSV, else JSON lines
 */
public record TextOutput<A>(Path file, boolean isTable, RowFormat<A> format) {
  /** Returns the path of the incomplete file. */
  Path part() {
    return GrowingFile.part(file);
  }

  /** Returns the lines of one image; empty if it has no row. */
  List<String> lines(Predictor.Answer<A> answer) {
    return isTable
        ? format.rows(answer)
        : List.of(JsonMapper.shared().writeValueAsString(format.json(answer)));
  }

  /** Returns whether images that could not be read have no line. */
  boolean leavesOutFailures() {
    return isTable && !format.isRanked();
  }
}
