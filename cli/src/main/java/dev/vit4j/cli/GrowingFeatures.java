package dev.vit4j.cli;

import dev.vit4j.infer.FeatureFile;
import dev.vit4j.infer.Predictor;
import java.io.IOException;
import java.nio.file.Path;

/** A table or JSON lines of vectors, which an interrupted run leaves for the next to go on with. */
final class GrowingFeatures implements AutoCloseable {
  private final FeatureFile format;
  private final GrowingFile file;
  private boolean empty;

  /**
   * Opens the file.
   *
   * @param dim numbers of a vector
   * @param before what is in it already
   */
  GrowingFeatures(FeatureFile format, int dim, DoneBefore before) throws IOException {
    this.format = format;
    this.file = new GrowingFile(format.file());
    this.empty = before.pictures() == 0;
    if (empty) {
      add(format.header(dim));
    }
  }

  /**
   * Finds out what an interrupted run did, and cuts its file to that: to whole batches, as the last
   * bits of a vector may depend on the pictures beside it.
   *
   * @param dim numbers of a vector
   * @param pictures all that are asked for
   * @param batchSize pictures that go through the model at once
   * @throws IOException if the file is of other pictures or another model
   */
  static DoneBefore resume(
      FeatureFile format, int dim, Iterable<Predictor.Picture> pictures, int batchSize)
      throws IOException {
    Path part = GrowingFile.part(format.file());
    LeftRows left = LeftRows.ofFeatures(part, !format.header(dim).isEmpty());
    if (left.whole() > 0 && !left.header().equals(format.header(dim))) {
      throw new IOException(
          part + " has other columns, as of another model or data: delete it to begin anew");
    }
    int index = 0;
    int row = 0;
    int kept = 0;
    int keptRows = 0;
    for (Predictor.Picture picture : pictures) {
      if (index % batchSize == 0) {
        kept = index;
        keptRows = row;
      }
      if (row == left.whole()) {
        break;
      }
      if (left.source(row).equals(picture.source())) {
        row++;
      } else if (!left.isCsv()) { // in a table it may be one without a row
        break;
      }
      index++;
    }
    if (row < left.whole()) {
      throw new IOException(
          "%s is of other pictures: %s is not the one that follows: delete it to begin anew"
              .formatted(part, left.source(row)));
    }
    if (keptRows == 0) {
      left.cut(0);
      return DoneBefore.NOTHING;
    }
    left.cut(keptRows);
    return new DoneBefore(kept, kept - keptRows + left.failures(keptRows));
  }

  void accept(Predictor.Answer answer) throws IOException {
    empty &= answer.error() != null;
    add(format.row(answer));
  }

  /** A table has no row for a picture that could not be read, and JSON lines have no header. */
  private void add(String row) throws IOException {
    if (!row.isEmpty()) {
      file.add(row);
    }
  }

  /** Puts the finished file in its place. */
  void keep() throws IOException {
    file.keep();
  }

  /** Leaves what there is for a run that goes on, and nothing if no picture could be read. */
  @Override
  public void close() throws IOException {
    file.close();
    if (empty) {
      file.delete();
    }
  }
}
