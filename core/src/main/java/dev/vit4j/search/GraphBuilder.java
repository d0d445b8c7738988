package dev.vit4j.search;

import dev.vit4j.data.Shuffle;
import java.io.IOException;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.HnswGraphBuilder;

/**
 * Builds a graph of near neighbors (HNSW, Malkov and Yashunin 2018) with Lucene, on one thread: the
 * same codes give the same graph.
 */
final class GraphBuilder {
  private static final int BREADTH = 100; // candidates for the neighbors of a row
  private static final long SEED = 42;
  private static final int TOLD = 1000; // rows between two calls of the listener

  private GraphBuilder() {}

  /** Progress listener, which can stop the work by an exception. */
  @FunctionalInterface
  interface Watch {
    /** Called from time to time with the number of rows in the graph. */
    void done(int rows) throws IOException;
  }

  /**
   * Builds the graph.
   *
   * @param codes [N, width] of the form
   */
  static GraphLevels build(Codes form, IntBuffer codes, int count, Watch watch) throws IOException {
    HnswGraphBuilder builder =
        HnswGraphBuilder.create(
            new CodeScorer.Supplier(form, codes, count), GraphLevels.DEGREE, BREADTH, SEED, count);
    int[] order = order(count);
    for (int i = 0; i < count; i++) {
      builder.addGraphNode(order[i]);
      if ((i + 1) % TOLD == 0) {
        watch.done(i + 1);
      }
    }
    HnswGraph graph = builder.getCompletedGraph();
    List<GraphLevels.Upper> upper = new ArrayList<>();
    for (int level = 1; level < graph.numLevels(); level++) {
      int[] nodes = nodes(graph, level);
      IntBuffer neighbors = neighbors(graph, level, nodes, GraphLevels.DEGREE);
      upper.add(new GraphLevels.Upper(IntBuffer.wrap(nodes), neighbors));
    }
    IntBuffer lowest = neighbors(graph, 0, nodes(graph, 0), GraphLevels.LOWEST_DEGREE);
    return new GraphLevels(count, lowest, upper, graph.entryNode());
  }

  /** A random order of the rows, since graphs of sorted vectors or many copies are worse. */
  private static int[] order(int count) {
    int[] order = IntStream.range(0, count).toArray();
    Shuffle.shuffle(order, SEED);
    return order;
  }

  private static int[] nodes(HnswGraph graph, int level) throws IOException {
    return HnswGraph.NodesIterator.getSortedNodes(graph.getNodesOnLevel(level));
  }

  private static IntBuffer neighbors(HnswGraph graph, int level, int[] nodes, int degree)
      throws IOException {
    int[] neighbors = new int[Math.multiplyExact(nodes.length, degree)];
    Arrays.fill(neighbors, -1);
    for (int i = 0; i < nodes.length; i++) {
      graph.seek(level, nodes[i]);
      int at = i * degree;
      for (int n = graph.nextNeighbor();
          n != DocIdSetIterator.NO_MORE_DOCS;
          n = graph.nextNeighbor()) {
        neighbors[at++] = n;
      }
    }
    return IntBuffer.wrap(neighbors);
  }
}
