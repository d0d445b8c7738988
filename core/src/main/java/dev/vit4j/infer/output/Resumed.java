package dev.vit4j.infer.output;

import dev.vit4j.infer.Predictor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Progress of an interrupted run.
 *
 * @param pictures number of images in its files
 * @param failed number of these that could not be read
 */
public record Resumed(int pictures, int failed) {
  /** A new run. */
  public static final Resumed NOTHING = new Resumed(0, 0);

  /**
   * Determines the progress of an interrupted run and truncates its files to whole batches, since
   * the last bits of a result can depend on the other images of its batch.
   *
   * @param pictures all images, in the same order as in the interrupted run
   * @param batchSize number of images per batch
   * @throws IOException if the files are of other images or another model
   */
  public static Resumed of(
      List<? extends TextOutput<?>> files, Iterable<Predictor.Picture> pictures, int batchSize)
      throws IOException {
    int kept = Integer.MAX_VALUE;
    for (TextOutput<?> file : files) {
      kept = Math.min(kept, LeftRows.place(file, pictures, batchSize, kept).pictures());
    }
    Resumed resumed = NOTHING;
    List<LeftRows.Place> places = new ArrayList<>();
    for (TextOutput<?> file : files) {
      LeftRows.Place place = LeftRows.place(file, pictures, batchSize, kept);
      places.add(place);
      resumed = new Resumed(place.pictures(), place.failed());
    }
    for (int i = 0; i < files.size(); i++) { // only after all files have been checked
      LeftRows.cut(files.get(i), places.get(i));
    }
    return resumed;
  }

  /** Returns the remaining images. */
  public Iterable<Predictor.Picture> rest(Iterable<Predictor.Picture> all) {
    return () -> {
      Iterator<Predictor.Picture> rest = all.iterator();
      for (int i = 0; i < pictures; i++) {
        rest.next();
      }
      return rest;
    };
  }
}
