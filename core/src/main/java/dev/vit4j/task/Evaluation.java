package dev.vit4j.task;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.view.HtmlPage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import tools.jackson.databind.json.JsonMapper;

/** Result of a model on a data set: metrics, tables and images. */
public interface Evaluation {
  /** Returns the metrics by key, the deciding one first. */
  Map<String, Double> values();

  /** Returns all values by the keys of {@code vit eval --json}. */
  Map<String, Object> toMap();

  /** Returns all values as lines of text. */
  List<String> lines();

  /** Returns tables by file name, such as {@code confusion.csv}. */
  Map<String, String> tables();

  /**
   * Returns images by name, such as {@code confusion}.
   *
   * @throws IOException if a sample cannot be read
   */
  Map<String, BufferedImage> pictures() throws IOException;

  /** Returns rows for the start of a report: name, value. */
  List<List<String>> facts();

  /** Adds sections to a report, with the images of {@link #pictures}. */
  void describe(HtmlPage page, Map<String, BufferedImage> pictures);

  /**
   * Writes {@code metrics.json}, the tables and the images to a new or empty folder.
   *
   * @throws IOException if the folder is not empty or cannot be written
   */
  default void write(Path folder) throws IOException {
    AtomicFile.requireEmptyFolder(folder);
    Files.createDirectories(folder);
    String json = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(toMap());
    AtomicFile.writeString(folder.resolve("metrics.json"), json + "\n");
    for (Map.Entry<String, String> table : tables().entrySet()) {
      AtomicFile.writeString(folder.resolve(table.getKey()), table.getValue());
    }
    for (Map.Entry<String, BufferedImage> picture : pictures().entrySet()) {
      AtomicFile.write(
          folder.resolve(picture.getKey() + ".png"),
          out -> ImageIO.write(picture.getValue(), "png", out));
    }
  }
}
