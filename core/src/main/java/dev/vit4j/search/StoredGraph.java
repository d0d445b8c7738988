package dev.vit4j.search;

import java.nio.IntBuffer;
import java.util.List;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.jspecify.annotations.Nullable;

/** A mapped graph for one search; its position makes it a thread's own. */
final class StoredGraph extends HnswGraph {
  private final List<Level> levels;
  private final int entry;
  private final int rows;
  private IntBuffer neighbors = IntBuffer.allocate(0);
  private int at;
  private int end;

  StoredGraph(List<Level> levels, int entry, int rows) {
    this.levels = List.copyOf(levels);
    this.entry = entry;
    this.rows = rows;
  }

  /**
   * One level, checked.
   *
   * @param nodes its rows, ascending; null for all
   * @param ends end of the neighbors of each node
   * @param count number of vectors
   */
  record Level(@Nullable IntBuffer nodes, IntBuffer ends, IntBuffer neighbors, int count) {
    /** Returns the place of a row on this level, negative if it is not there. */
    int place(int row) {
      if (nodes == null) {
        return row < count ? row : -1;
      }
      int low = 0;
      int high = nodes.limit() - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        int node = nodes.get(middle);
        if (node == row) {
          return middle;
        }
        if (node < row) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return -1;
    }
  }

  /** Returns the same graph for another search. */
  StoredGraph copy() {
    return new StoredGraph(levels, entry, rows);
  }

  @Override
  public void seek(int level, int target) {
    Level of = levels.get(level);
    int place = of.place(target);
    neighbors = of.neighbors();
    at = place == 0 ? 0 : of.ends().get(place - 1);
    end = of.ends().get(place);
  }

  @Override
  public int nextNeighbor() {
    return at < end ? neighbors.get(at++) : DocIdSetIterator.NO_MORE_DOCS;
  }

  @Override
  public int size() {
    return rows;
  }

  @Override
  public int numLevels() {
    return levels.size();
  }

  @Override
  public int entryNode() {
    return entry;
  }

  @Override
  public NodesIterator getNodesOnLevel(int level) {
    IntBuffer nodes = levels.get(level).nodes();
    if (nodes == null) {
      return new ArrayNodesIterator(rows);
    }
    int[] copy = new int[nodes.limit()];
    nodes.get(0, copy);
    return new ArrayNodesIterator(copy, copy.length);
  }
}
