package dev.vit4j.spark;

import dev.vit4j.image.Image;
import dev.vit4j.tensor.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The results of a partition, computed batch by batch: memory for one batch is taken. */
final class BatchedRows implements Iterator<Row> {
  private final Iterator<Row> input;
  private final OpenModel model;
  private final RowLayout layout;
  private final String fingerprint;
  private final int batchSize;
  private final Deque<Row> done = new ArrayDeque<>();

  BatchedRows(Iterator<Row> input, OpenModel model, PartitionInference job) {
    this.input = input;
    this.model = model;
    this.layout = job.layout();
    this.fingerprint = job.fingerprint();
    this.batchSize = job.options().batchSize();
  }

  @Override
  public boolean hasNext() {
    return !done.isEmpty() || input.hasNext();
  }

  @Override
  public Row next() {
    if (done.isEmpty()) {
      if (!input.hasNext()) {
        throw new NoSuchElementException();
      }
      try {
        computeBatch();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return done.remove();
  }

  /**
   * A row.
   *
   * @param values those of the input; not the encoded image, which takes memory
   * @param image null if it could not be read
   * @param error reason why it could not be read
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Item(@Nullable Object[] values, @Nullable ImageBytes image, String error) {}

  private void computeBatch() throws IOException {
    Threads.set(1); // Spark runs a task on each core
    List<Item> items = new ArrayList<>();
    List<Image> fitted = new ArrayList<>();
    while (input.hasNext() && items.size() < batchSize) {
      items.add(read(input.next(), fitted));
    }
    Iterator<float[]> answers =
        fitted.isEmpty() ? Collections.emptyIterator() : model.answers(fitted).iterator();
    for (Item item : items) {
      ImageBytes image = item.image;
      done.add(
          image == null
              ? layout.failed(item.values, item.error, fingerprint)
              : layout.answered(
                  item.values, image, model.value(answers.next(), image), fingerprint));
    }
  }

  /** Resizes the image of a row at once, to save memory. */
  private Item read(Row row, List<Image> fitted) {
    @Nullable Object[] values = layout.values(row);
    byte[] bytes = layout.image(row);
    if (bytes == null) {
      return new Item(values, null, layout.error(row));
    }
    ImageBytes image = new ImageBytes(bytes, layout.source(row));
    try {
      fitted.add(model.fit(image));
      image.forget();
      return new Item(values, image, "");
    } catch (IOException | IllegalArgumentException e) {
      return new Item(values, null, String.valueOf(e.getMessage()));
    }
  }
}
