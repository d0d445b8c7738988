package dev.vit4j.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.search.GraphLevels.BadLink;
import dev.vit4j.search.GraphLevels.Upper;
import java.io.IOException;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.junit.jupiter.api.Test;

class GraphLevelsTest {
  private static final int ROWS = 6;

  private static IntBuffer rows(int degree, int[]... lists) {
    int[] all = new int[lists.length * degree];
    Arrays.fill(all, -1);
    for (int i = 0; i < lists.length; i++) {
      System.arraycopy(lists[i], 0, all, i * degree, lists[i].length);
    }
    return IntBuffer.wrap(all);
  }

  /** A ring of all rows, each neighbor replaced by one. */
  private static IntBuffer ring(int row, int neighbor) {
    int[][] lists = new int[ROWS][];
    for (int i = 0; i < ROWS; i++) {
      lists[i] = new int[] {(i + 1) % ROWS, i == row ? neighbor : (i + ROWS - 1) % ROWS};
    }
    return rows(GraphLevels.LOWEST_DEGREE, lists);
  }

  private static Upper upper(int[] nodes, int[]... neighbors) {
    return new Upper(IntBuffer.wrap(nodes), rows(GraphLevels.DEGREE, neighbors));
  }

  private static RandomVectorScorer towards(int wanted) {
    return new RandomVectorScorer() {
      @Override
      public float score(int node) {
        return -Math.abs(node - wanted);
      }

      @Override
      public int maxOrd() {
        return ROWS;
      }
    };
  }

  private static GraphLevels graph(int entry, Upper... upper) {
    return new GraphLevels(ROWS, ring(0, 5), List.of(upper), entry);
  }

  @Test
  void searchGoesDownFromTheEntry() throws IOException {
    Upper one = upper(new int[] {1, 4}, new int[] {4}, new int[] {1});
    GraphLevels graph = graph(4, one, upper(new int[] {4}, new int[0])).checked();
    assertThat(GraphSearch.search(graph, towards(2), 3)).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(GraphSearch.search(graph, towards(0), 1)).containsExactly(0);
  }

  @Test
  void wrongLevelsAreRefused() {
    Upper good = upper(new int[] {1, 4}, new int[] {4}, new int[] {1});
    assertThatCode(() -> graph(1, good).checked()).doesNotThrowAnyException();
    assertThatThrownBy(() -> graph(2, good).checked())
        .isInstanceOf(BadLink.class)
        .hasMessage("entry 2 is not on the highest level");
    assertThatThrownBy(() -> graph(-1).checked()).isInstanceOf(BadLink.class);
    assertThatThrownBy(() -> graph(ROWS).checked()).isInstanceOf(BadLink.class);
    for (int[] nodes : new int[][] {{4, 1}, {1, 1}, {-1, 4}, {4, ROWS}}) {
      assertThatThrownBy(
              () -> graph(nodes[0], upper(nodes, new int[] {4}, new int[] {1})).checked())
          .isInstanceOf(BadLink.class)
          .hasMessageEndingWith("on level 1 is wrong");
    }
    for (int neighbor : new int[] {2, ROWS, -2, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThatThrownBy(
              () -> graph(1, upper(new int[] {1, 4}, new int[] {neighbor}, new int[0])).checked())
          .isInstanceOf(BadLink.class)
          .hasMessage("neighbor %d on level 1 is wrong".formatted(neighbor));
    }
    assertThatThrownBy(
            () -> graph(1, good, upper(new int[] {1, 2}, new int[0], new int[0])).checked())
        .hasMessage("row 2 on level 2 is wrong");
  }

  @Test
  void aWrongNeighborOnTheLowestLevelIsFoundWhenItIsRead() throws IOException {
    GraphLevels graph = new GraphLevels(ROWS, ring(3, ROWS), List.of(), 0).checked();
    assertThatThrownBy(() -> GraphSearch.search(graph, towards(3), 2))
        .isInstanceOf(BadLink.class)
        .hasMessage("a row has neighbor 6 of 6");
  }
}
