package dev.vit4j.infer.output;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.infer.Answering;
import dev.vit4j.infer.Predictor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * Writes one PNG per result to a folder, named according to {@link Answering.Drawing#isNumbered}.
 *
 * @param <A> type of the result for one image
 */
public final class AnswerDrawings<A> implements Predictor.Sink<A> {
  private final Path folder;
  private final Answering.Drawing<A> drawing;
  private final boolean resumed;
  private int index;

  /**
   * Creates the folder if it does not exist.
   *
   * @param before progress of the interrupted run
   */
  public AnswerDrawings(Path folder, Answering.Drawing<A> drawing, Resumed before)
      throws IOException {
    this.folder = Files.createDirectories(folder);
    this.drawing = drawing;
    this.resumed = before.pictures() > 0;
    this.index = before.pictures();
  }

  /**
   * Draws a result; an image that could not be read has no drawing.
   *
   * @throws IOException if the drawing cannot be written, or a file of its name exists
   */
  @Override
  public void accept(Predictor.Answer<A> answer) throws IOException {
    if (answer.error() == null) {
      BufferedImage drawn = drawing.of(answer.picture().reader().read(), answer.found());
      Path file = folder.resolve(name(answer.picture()));
      if (!resumed && Files.exists(file)) { // the interrupted run may have written this one
        throw new FileAlreadyExistsException(file.toString());
      }
      AtomicFile.write(file, out -> ImageIO.write(drawn, "png", out));
    }
    index++;
  }

  private String name(Predictor.Picture picture) {
    String source = String.valueOf(Path.of(picture.source()).getFileName());
    String stem = source.replaceAll("\\.[A-Za-z]+$", "");
    return drawing.isNumbered()
        ? "%05d-%s.png".formatted(index, stem.replaceAll("[^\\w-]+", "_"))
        : stem + ".png";
  }
}
