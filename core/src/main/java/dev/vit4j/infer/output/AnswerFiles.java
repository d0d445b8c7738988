package dev.vit4j.infer.output;

import dev.vit4j.infer.Predictor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Text files to which results are appended. They get their final names when {@link #keep} is
 * called; until then {@link Resumed#of} can resume them.
 *
 * @param <A> type of the result for one image
 */
public final class AnswerFiles<A> implements Predictor.Sink<A>, AutoCloseable {
  private final List<TextOutput<A>> formats;
  private final List<GrowingFile> files = new ArrayList<>();
  private boolean empty;

  /**
   * Opens the files.
   *
   * @param formats output files; may be empty
   * @param before progress of the interrupted run
   * @throws IOException if a file cannot be written
   */
  public AnswerFiles(List<TextOutput<A>> formats, Resumed before) throws IOException {
    this.formats = List.copyOf(formats);
    this.empty = before.pictures() == 0;
    try {
      for (TextOutput<A> format : formats) {
        GrowingFile file = new GrowingFile(format.file());
        files.add(file);
        if (empty && format.isTable()) {
          file.add(format.format().header());
          file.flush();
        }
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  @Override
  public void accept(Predictor.Answer<A> answer) throws IOException {
    empty &= answer.error() != null;
    for (int i = 0; i < files.size(); i++) {
      for (String line : formats.get(i).lines(answer)) {
        files.get(i).add(line);
      }
      files.get(i).flush();
    }
  }

  /** Gives the complete files their final names. */
  public void keep() throws IOException {
    for (GrowingFile file : files) {
      file.keep();
    }
  }

  /** Keeps incomplete files for a resumed run; deletes them if they contain no result. */
  @Override
  public void close() throws IOException {
    for (GrowingFile file : files) {
      file.close();
      if (empty) {
        file.delete();
      }
    }
  }
}
