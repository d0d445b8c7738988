package dev.vit4j.infer.output;

import dev.vit4j.infer.Predictor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What an interrupted run has done.
 *
 * @param pictures how many images are in its files
 * @param failed how many of them could not be read
 */
public record Resumed(int pictures, int failed) {
  /** A run from the beginning. */
  public static final Resumed NOTHING = new Resumed(0, 0);

  /**
   * Finds out what an interrupted run has done, and cuts its files to that: to whole batches, as
   * the last bits of an answer may depend on the images beside it.
   *
   * @param pictures all that are asked for, in the same order as then
   * @param batchSize images that go through the model at once
   * @throws IOException if the files are about other images or another model
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
    for (int i = 0; i < files.size(); i++) { // only now that all of them are ours
      LeftRows.cut(files.get(i), places.get(i));
    }
    return resumed;
  }

  /** All images but those that are done. */
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
