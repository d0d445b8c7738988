package dev.vit4j.search;

import dev.vit4j.search.GraphLevels.BadLink;
import java.io.IOException;
import java.nio.IntBuffer;
import java.util.Arrays;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.HnswGraphSearcher;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * Searches a graph with Lucene, which reads it through the position that this class holds. For one
 * search.
 */
final class GraphSearch extends HnswGraph {
  private static final int END = DocIdSetIterator.NO_MORE_DOCS;

  private final GraphLevels levels;
  private final int[] links = new int[GraphLevels.LOWEST_DEGREE];
  private int degree; // of the level
  private int at;

  private GraphSearch(GraphLevels levels) {
    this.levels = levels;
  }

  /**
   * Returns the rows that were found near to the query of the scorer, best first.
   *
   * @param candidates number of rows at most
   * @throws BadLink if the graph is damaged
   */
  static int[] search(GraphLevels levels, RandomVectorScorer scorer, int candidates)
      throws IOException {
    TopKnnCollector found = new TopKnnCollector(candidates, Integer.MAX_VALUE);
    HnswGraphSearcher.search(scorer, found, new GraphSearch(levels), null);
    return Arrays.stream(found.topDocs().scoreDocs).mapToInt(doc -> doc.doc).toArray();
  }

  @Override
  public void seek(int level, int target) throws BadLink {
    at = 0;
    if (level == 0) {
      degree = GraphLevels.LOWEST_DEGREE;
      copy(levels.lowest(), target);
    } else {
      GraphLevels.Upper upper = levels.upper().get(level - 1);
      degree = GraphLevels.DEGREE;
      int place = upper.place(target);
      if (place < 0) {
        throw new BadLink("row %d is not on level %d".formatted(target, level));
      }
      copy(upper.neighbors(), place);
    }
  }

  private void copy(IntBuffer neighbors, int place) {
    neighbors.get(place * degree, links, 0, degree);
  }

  @Override
  public int nextNeighbor() throws BadLink {
    if (at == degree || links[at] < 0) {
      return END;
    }
    int row = links[at++];
    if (row >= levels.count()) {
      throw new BadLink("a row has neighbor %d of %d".formatted(row, levels.count()));
    }
    return row;
  }

  @Override
  public int size() {
    return levels.count();
  }

  @Override
  public int numLevels() {
    return 1 + levels.upper().size();
  }

  @Override
  public int entryNode() {
    return levels.entry();
  }

  @Override
  public NodesIterator getNodesOnLevel(int level) {
    if (level == 0) {
      return new ArrayNodesIterator(levels.count());
    }
    IntBuffer nodes = levels.upper().get(level - 1).nodes();
    int[] copy = new int[nodes.limit()];
    nodes.get(0, copy);
    return new ArrayNodesIterator(copy, copy.length);
  }
}
