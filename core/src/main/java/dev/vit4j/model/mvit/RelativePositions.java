package dev.vit4j.model.mvit;

/**
 * Which relative position belongs to a query and a key along one axis (Li et al. 2022, section 4.1;
 * timm's {@code cal_rel_pos_type}). Of two grids, the coarser is stretched to the finer.
 */
final class RelativePositions {
  private RelativePositions() {}

  /**
   * Returns the index of the distance from each query to each key, from 0 to 2 max(queries, keys) -
   * 2: [queries * keys].
   *
   * @param queries rows or columns of the queries' grid
   * @param keys rows or columns of the keys' grid
   */
  static long[] of(int queries, int keys) {
    float queryStep = (float) Math.max((double) keys / queries, 1);
    float keyStep = (float) Math.max((double) queries / keys, 1);
    long[] index = new long[queries * keys];
    for (int q = 0; q < queries; q++) {
      for (int k = 0; k < keys; k++) {
        index[q * keys + k] = (long) (q * queryStep - k * keyStep + (keys - 1) * keyStep);
      }
    }
    return index;
  }
}
