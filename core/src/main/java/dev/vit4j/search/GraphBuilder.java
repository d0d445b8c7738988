package dev.vit4j.search;

import dev.vit4j.parallel.WorkerPool;
import java.io.IOException;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Builds a graph of near neighbors: the lowest level of HNSW (Malkov and Yashunin 2018), whose
 * search begins at a sample of the rows instead of higher levels. Rows are added in an order that
 * the seed determines, in batches that grow with the graph (Manohar et al. 2024, ParlayANN): the
 * rows of a batch are searched in the graph before it, so the graph does not depend on the number
 * of threads. 256 bytes per row in memory.
 */
final class GraphBuilder {
  /** Neighbors of a row when it is added. */
  static final int FIRST_LINKS = 16;

  /** Candidates for them. */
  static final int BREADTH = 100;

  private static final int DEGREE = GraphSearcher.DEGREE;
  private static final long SEED = 42;
  private static final int LARGEST_BATCH = 8192;
  private static final int SHARE = 32; // a batch has at most this part of the graph before it
  private static final int CHUNK = 32; // rows of a task

  private final Codes form;
  private final IntBuffer codes;
  private final int count;
  private final WorkerPool pool;
  private final int[] order;
  private final int[] neighbors;
  private final float[] scores; // of the neighbors
  private final ConcurrentLinkedQueue<Worker> free = new ConcurrentLinkedQueue<>();

  /**
   * Prepares the work.
   *
   * @param codes [N, width] of the form
   */
  GraphBuilder(Codes form, IntBuffer codes, int count, WorkerPool pool) {
    this.form = form;
    this.codes = codes;
    this.count = count;
    this.pool = pool;
    this.order = order(count);
    this.neighbors = new int[Math.multiplyExact(count, DEGREE)];
    this.scores = new float[neighbors.length];
    Arrays.fill(neighbors, -1);
  }

  /** Progress listener, which can stop the work by an exception. */
  @FunctionalInterface
  interface Watch {
    /** Called from time to time with the number of rows in the graph. */
    void done(int rows) throws IOException;
  }

  /** A random order of the rows, so that sorted vectors become a good graph too. */
  private static int[] order(int count) {
    SplittableRandom random = new SplittableRandom(SEED);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** Number of rows, of a graph of so many, where searches begin. */
  private static int entries(int rows) {
    return Math.min(rows, (int) Math.ceil(Math.sqrt(rows)));
  }

  /** Adds all rows. */
  Graph build(Watch watch) throws IOException {
    int done = 0;
    while (done < count) {
      int batch = Math.min(count - done, Math.max(1, Math.min(LARGEST_BATCH, done / SHARE)));
      add(done, batch);
      done += batch;
      watch.done(done);
    }
    int[] entries = Arrays.copyOf(order, entries(count));
    return new Reach(neighbors, count).connect(entries);
  }

  private void add(int from, int batch) throws IOException {
    if (from > 0) {
      inChunks(batch, (worker, i) -> worker.find(order[from + i], entries(from)));
      LinkedRows reverse = new LinkedRows(order, from, batch, neighbors, scores);
      inChunks(reverse.targets(), (worker, i) -> worker.link(reverse, i));
    }
  }

  /** Work on one of several items. */
  @FunctionalInterface
  private interface Item {
    void run(Worker worker, int item) throws IOException;
  }

  private void inChunks(int items, Item work) throws IOException {
    List<Callable<@Nullable Void>> tasks = new ArrayList<>();
    for (int from = 0; from < items; from += CHUNK) {
      int start = from;
      tasks.add(
          () -> {
            Worker worker = free.poll();
            worker = worker == null ? new Worker() : worker;
            for (int i = start; i < Math.min(items, start + CHUNK); i++) {
              work.run(worker, i);
            }
            free.add(worker);
            return null;
          });
    }
    pool.allWithCaller(tasks);
  }

  /** What a thread needs. */
  private final class Worker {
    private final GraphSearcher searcher =
        new GraphSearcher(form, codes, IntBuffer.wrap(neighbors), count);
    private final Diversity diversity = new Diversity(form, codes);
    private final int[] query = new int[form.width()];

    /** Finds the neighbors of a new row. */
    void find(int row, int entries) throws IOException {
      form.copy(codes, row, query);
      NearestList found = searcher.search(query, order, entries, BREADTH);
      diversity.clear();
      for (int i = 0; i < found.size(); i++) {
        diversity.add(found.row(i), found.score(i));
      }
      diversity.choose(FIRST_LINKS, FIRST_LINKS / 2);
      store(row);
    }

    /** Adds links from a row that others have chosen. */
    void link(LinkedRows reverse, int item) {
      int target = reverse.target(item);
      int at = target * DEGREE;
      int degree = 0;
      while (degree < DEGREE && neighbors[at + degree] >= 0) {
        degree++;
      }
      int from = reverse.from(item);
      int to = reverse.from(item + 1);
      diversity.clear();
      for (int i = from; i < to; i++) {
        if (degree + i - from < DEGREE) {
          neighbors[at + degree + i - from] = reverse.source(i);
          scores[at + degree + i - from] = reverse.score(i);
        } else {
          diversity.add(reverse.source(i), reverse.score(i));
        }
      }
      if (degree + to - from > DEGREE) {
        for (int i = 0; i < DEGREE; i++) {
          diversity.add(neighbors[at + i], scores[at + i]);
        }
        diversity.sort();
        diversity.choose(DEGREE, DEGREE * 3 / 4);
        store(target);
      }
    }

    private void store(int row) {
      int at = row * DEGREE;
      for (int i = 0; i < DEGREE; i++) {
        boolean is = i < diversity.chosen();
        neighbors[at + i] = is ? diversity.row(i) : -1;
        scores[at + i] = is ? diversity.score(i) : 0;
      }
    }
  }
}
