package dev.vit4j.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BatcherTest {
  private final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
  private final ConcurrentLinkedQueue<Integer> beside = new ConcurrentLinkedQueue<>();

  private Batcher batcher(int parallel, int most) {
    return new Batcher(
        "test",
        parallel,
        most,
        sizes::add,
        work -> {
          beside.add(1);
          work.run();
        });
  }

  /** Computes nothing until it is released. */
  private static final class Held implements Batcher.Pass<Integer, Integer> {
    private final CountDownLatch begun;
    private final CountDownLatch released = new CountDownLatch(1);

    Held(int threads) {
      begun = new CountDownLatch(threads);
    }

    @Override
    public List<Integer> run(List<Integer> inputs) {
      begun.countDown();
      try {
        assertThat(released.await(1, TimeUnit.MINUTES)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return inputs;
    }
  }

  @Test
  void whatIsQueuedMeanwhileIsOneBatchUpToItsLimit() throws Exception {
    Held held = new Held(1);
    Batcher.Pass<Integer, Integer> doubled = all -> all.stream().map(i -> 2 * i).toList();
    try (Batcher batcher = batcher(1, 4)) {
      CompletableFuture<Integer> first = batcher.add(held, 7);
      held.begun.await();
      List<CompletableFuture<Integer>> others = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        others.add(batcher.add(doubled, i));
      }
      held.released.countDown();
      assertThat(first.join()).isEqualTo(7);
      for (int i = 0; i < 6; i++) {
        assertThat(others.get(i).join()).isEqualTo(2 * i);
      }
    }
    assertThat(sizes).containsExactly(1, 4, 2);
    assertThat(beside).isEmpty(); // one thread: a batch may use all there are
  }

  /** A batch does not wait for another thread's, and what is queued is shared. */
  @Test
  void threadsComputeAtTheSameTime() throws Exception {
    Held held = new Held(2);
    CyclicBarrier both = new CyclicBarrier(2);
    Batcher.Pass<Integer, Integer> meeting =
        all -> {
          try {
            both.await(1, TimeUnit.MINUTES); // broken unless two batches run at once
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          return all;
        };
    try (Batcher batcher = batcher(2, 8)) {
      CompletableFuture<Integer> a = batcher.add(held, 1);
      CompletableFuture<Integer> b = batcher.add(held, 2);
      held.begun.await();
      List<CompletableFuture<Integer>> others = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        others.add(batcher.add(meeting, i));
      }
      held.released.countDown();
      assertThat(List.of(a.join(), b.join())).containsExactly(1, 2);
      for (int i = 0; i < 8; i++) {
        assertThat(others.get(i).join()).isEqualTo(i);
      }
    }
    assertThat(sizes).hasSize(4).allMatch(size -> size <= 4); // both together at most 8
  }

  @Test
  void anInputFailsForItself() {
    Batcher.Pass<Integer, Integer> reciprocal = all -> all.stream().map(i -> 60 / i).toList();
    try (Batcher batcher = batcher(1, 8)) {
      List<CompletableFuture<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        all.add(batcher.add(reciprocal, i));
      }
      assertThatThrownBy(() -> all.get(0).join()).hasCauseInstanceOf(ArithmeticException.class);
      assertThat(all.subList(1, 5).stream().map(CompletableFuture::join))
          .containsExactly(60, 30, 20, 15);
    }
  }

  @Test
  void closingComputesWhatIsQueuedAndRefusesTheRest() {
    Batcher batcher = batcher(3, 8);
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(batcher.add(inputs -> inputs, i));
    }
    batcher.close();
    assertThat(all).allMatch(CompletableFuture::isDone);
    assertThatThrownBy(() -> batcher.add(inputs -> inputs, 1)).isInstanceOf(Problem.class);
  }
}
