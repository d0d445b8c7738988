package dev.vit4j.infer.output;

import dev.vit4j.infer.Predictor;
import dev.vit4j.infer.RowFormat;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * A text file that answers go to.
 *
 * @param <A> the answer about one image
 * @param isTable whether it is a CSV table; else it has one JSON object a line
 */
public record TextOutput<A>(Path file, boolean isTable, RowFormat<A> format) {
  /** Where the file is while it grows. */
  Path part() {
    return GrowingFile.part(file);
  }

  /** The lines about one image; none for one without a row. */
  List<String> lines(Predictor.Answer<A> answer) {
    return isTable
        ? format.rows(answer)
        : List.of(JsonMapper.shared().writeValueAsString(format.json(answer)));
  }

  /** Whether an image that could not be read has no line. */
  boolean leavesOutFailures() {
    return isTable && !format.isRanked();
  }
}
