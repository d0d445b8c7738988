package dev.vit4j.cli;

import dev.vit4j.infer.Predictor;
import java.util.Iterator;

/**
 * What an interrupted run did.
 *
 * @param pictures how many
 * @param failed how many of them could not be read
 */
record DoneBefore(int pictures, int failed) {
  static final DoneBefore NOTHING = new DoneBefore(0, 0);

  /** Says where a run goes on. */
  void tell(Output out) {
    if (pictures > 0) {
      out.note("vit: going on after " + pictures + " pictures");
    }
  }

  /** All pictures but these. */
  Iterable<Predictor.Picture> rest(Iterable<Predictor.Picture> all) {
    return () -> {
      Iterator<Predictor.Picture> rest = all.iterator();
      for (int i = 0; i < pictures; i++) {
        rest.next();
      }
      return rest;
    };
  }
}
