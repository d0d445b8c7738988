package dev.vit4j.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPoolTest {
  private static final int ROUNDS = 1_000;

  private final AtomicInteger running = new AtomicInteger();

  /** Counts itself as running for a while, then gives a value or fails. */
  private <T> Callable<T> work(int micros, Callable<T> end) {
    return () -> {
      running.incrementAndGet();
      try {
        LockSupport.parkNanos(1_000L * micros);
        return end.call();
      } finally {
        running.decrementAndGet();
      }
    };
  }

  private static <T> Callable<T> fails(Throwable failure) {
    return () -> {
      if (failure instanceof Error e) {
        throw e;
      }
      throw (Exception) failure;
    };
  }

  @Test
  void givesResultsInTheOrderOfTheList() throws IOException {
    try (WorkerPool pool = new WorkerPool("test", 3)) {
      List<Callable<Integer>> work = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        int value = i;
        work.add(work((20 - i) * 100, () -> value));
      }
      assertThat(pool.all(work)).isEqualTo(IntStream.range(0, 20).boxed().toList());
      assertThat(pool.allWithCaller(work)).isEqualTo(IntStream.range(0, 20).boxed().toList());
      assertThat(pool.all(List.<Callable<Integer>>of())).isEmpty();
      assertThat(pool.allWithCaller(List.<Callable<Integer>>of())).isEmpty();
    }
  }

  @Test
  void worksOnItsThreadsAtOnceAndWithTheCaller() throws IOException {
    CyclicBarrier three = new CyclicBarrier(3);
    Callable<String> meets =
        () -> {
          three.await(30, TimeUnit.SECONDS);
          return Thread.currentThread().getName();
        };
    try (WorkerPool pool = new WorkerPool("test", 3)) {
      assertThat(pool.all(List.of(meets, meets, meets))).containsExactly("test", "test", "test");
    }
    try (WorkerPool pool = new WorkerPool("test", 2)) {
      assertThat(pool.allWithCaller(List.of(meets, meets, meets)))
          .containsExactly(Thread.currentThread().getName(), "test", "test");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void throwsTheFirstFailureOfTheListWhenAllHaveEnded(boolean withCaller) {
    IOException first = new IOException("first");
    IllegalStateException second = new IllegalStateException("second");
    List<Callable<Integer>> work =
        List.of(
            work(2_000, () -> 1),
            work(5_000, fails(first)),
            work(0, fails(second)),
            work(0, fails(first)),
            work(20_000, () -> 2));
    try (WorkerPool pool = new WorkerPool("test", 2)) {
      assertThatThrownBy(() -> run(pool, work, withCaller)).isSameAs(first);
      assertThat(running).hasValue(0);
      assertThat(first).hasSuppressedException(second);
      assertThat(first.getSuppressed()).hasSize(1);
    }
  }

  private static <T> List<T> run(WorkerPool pool, List<Callable<T>> work, boolean withCaller)
      throws IOException {
    return withCaller ? pool.allWithCaller(work) : pool.all(work);
  }

  @Test
  void awaitsTheOthersWhenTheCallersOwnPieceFails() {
    Error mine = new AssertionError("mine");
    try (WorkerPool pool = new WorkerPool("test", 2)) {
      List<Callable<Integer>> work =
          List.of(fails(mine), work(20_000, () -> 1), work(20_000, () -> 2));
      assertThatThrownBy(() -> pool.allWithCaller(work)).isSameAs(mine);
      assertThat(running).hasValue(0);
    }
  }

  @Test
  void passesErrorsAndUncheckedExceptionsAndWrapsOthers() {
    try (WorkerPool pool = new WorkerPool("test", 2)) {
      for (Throwable t : List.of(new StackOverflowError(), new IllegalArgumentException("x"))) {
        assertThatThrownBy(() -> pool.all(List.of(fails(t)))).isSameAs(t);
        assertThatThrownBy(() -> pool.allWithCaller(List.of(fails(t)))).isSameAs(t);
      }
      Exception checked = new InterruptedException("odd");
      assertThatThrownBy(() -> pool.all(List.of(fails(checked))))
          .isInstanceOf(IllegalStateException.class)
          .hasCause(checked);
    }
  }

  @Test
  void waitsOnWhenInterruptedAndRestoresTheFlag() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    AtomicBoolean flag = new AtomicBoolean();
    AtomicBoolean endedBefore = new AtomicBoolean();
    CountDownLatch release = new CountDownLatch(1);
    try (WorkerPool pool = new WorkerPool("test", 1)) {
      Thread caller =
          new Thread(
              () -> {
                try {
                  pool.all(
                      List.of(
                          () -> {
                            started.countDown();
                            release.await();
                            ended.set(true);
                            return 1;
                          }));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
                endedBefore.set(ended.get());
                flag.set(Thread.currentThread().isInterrupted());
              });
      caller.start();
      assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
      caller.interrupt();
      caller.join(50);
      assertThat(caller.isAlive()).isTrue();
      release.countDown();
      caller.join();
      assertThat(endedBefore).isTrue();
      assertThat(flag).isTrue();
    }
  }

  @Test
  void worksAheadButNoFurther() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    Iterator<Integer> inputs = IntStream.range(0, 10).peek(i -> asked.incrementAndGet()).iterator();
    try (WorkerPool pool = new WorkerPool("test", 2);
        WorkerPool.Results<Integer> results = pool.inOrder(inputs, 3, i -> i * i)) {
      for (int i = 0; i < 10; i++) {
        assertThat(asked).hasValueLessThanOrEqualTo(i + 4); // a stream's iterator looks one ahead
        assertThat(results.hasNext()).isTrue();
        assertThat(results.next()).isEqualTo(i * i);
      }
      assertThat(results.hasNext()).isFalse();
      assertThatThrownBy(results::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void givesTheResultsBeforeAFailureAndEndsAfterIt() throws IOException {
    IOException broken = new IOException("broken");
    AtomicInteger started = new AtomicInteger();
    WorkerPool.Step<Integer, Integer> step =
        i -> {
          started.incrementAndGet();
          running.incrementAndGet();
          LockSupport.parkNanos(3_000_000);
          running.decrementAndGet();
          if (i == 2) {
            throw broken;
          }
          return i;
        };
    try (WorkerPool pool = new WorkerPool("test", 2);
        WorkerPool.Results<Integer> results =
            pool.inOrder(IntStream.range(0, 100).iterator(), 4, step)) {
      assertThat(results.next()).isZero();
      assertThat(results.next()).isEqualTo(1);
      assertThatThrownBy(results::next).isSameAs(broken);
      assertThat(running).hasValue(0);
      assertThat(results.hasNext()).isFalse();
      int then = started.get();
      assertThat(then).isLessThanOrEqualTo(6);
      LockSupport.parkNanos(10_000_000);
      assertThat(started).hasValue(then);
    }
  }

  @Test
  void aFailureOfTheInputsComesInItsTurn() throws IOException {
    Iterator<Integer> inputs =
        IntStream.iterate(0, i -> i + 1)
            .map(i -> i == 2 ? Integer.parseInt("no number") : i)
            .iterator();
    try (WorkerPool pool = new WorkerPool("test", 2);
        WorkerPool.Results<Integer> results = pool.inOrder(inputs, 4, i -> i)) {
      assertThat(results.next()).isZero();
      assertThat(results.next()).isEqualTo(1);
      assertThatThrownBy(results::next).isInstanceOf(NumberFormatException.class);
      assertThat(results.hasNext()).isFalse();
    }
  }

  @Test
  void closingResultsDropsWhatWaitsAndAwaitsWhatRuns() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger finished = new AtomicInteger();
    try (WorkerPool pool = new WorkerPool("test", 1)) {
      WorkerPool.Results<Integer> results =
          pool.inOrder(
              IntStream.range(0, 10).iterator(),
              5,
              i -> {
                begun.incrementAndGet();
                started.countDown();
                LockSupport.parkNanos(20_000_000);
                return finished.incrementAndGet();
              });
      assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
      results.close();
      assertThat(finished.get()).isEqualTo(begun.get()).isLessThan(5);
      assertThat(pool.all(List.of(() -> "usable"))).containsExactly("usable");
    }
  }

  @Test
  void closingAwaitsAndRefusesFurtherWork() throws InterruptedException {
    WorkerPool pool = new WorkerPool("test", 1);
    CountDownLatch started = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    Thread other =
        new Thread(
            () -> {
              try {
                pool.all(
                    List.of(
                        () -> {
                          started.countDown();
                          LockSupport.parkNanos(20_000_000);
                          ended.set(true);
                          return 1;
                        }));
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    other.start();
    assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
    pool.close();
    pool.close();
    assertThat(ended).isTrue();
    assertThatThrownBy(() -> pool.all(List.of(() -> 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the pool is closed");
    other.join();
    assertThatThrownBy(() -> new WorkerPool("test", 0)).hasMessageContaining("not 0");
    assertThatThrownBy(
            () -> new WorkerPool("test", 1).inOrder(List.<Integer>of().iterator(), 0, i -> i))
        .hasMessageContaining("ahead must be at least 1, not 0");
  }

  /** Nobody runs on after any of the calls, whatever fails, at any moment. */
  @Test
  void nobodyIsLeftRunningInAThousandRounds() {
    SplittableRandom random = new SplittableRandom(7);
    int failures = 0;
    try (WorkerPool pool = new WorkerPool("test", 4)) {
      for (int round = 0; round < ROUNDS; round++) {
        List<Callable<Integer>> work = new ArrayList<>();
        int firstFailure = -1;
        for (int i = 0; i < random.nextInt(1, 9); i++) {
          int index = i;
          boolean bad = random.nextInt(5) == 0;
          firstFailure = bad && firstFailure < 0 ? i : firstFailure;
          work.add(
              work(
                  random.nextInt(100),
                  bad ? fails(new IOException(Integer.toString(index))) : () -> index));
        }
        String failure = failure(pool, work, round % 3);
        assertThat(running).hasValue(0);
        assertThat(failure).isEqualTo(Integer.toString(firstFailure));
        failures += firstFailure >= 0 ? 1 : 0;
      }
    }
    assertThat(failures).isBetween(ROUNDS / 4, ROUNDS * 9 / 10);
  }

  /** The message of what it fails with, or -1. */
  private static String failure(WorkerPool pool, List<Callable<Integer>> work, int way) {
    try {
      if (way < 2) {
        assertThat(run(pool, work, way == 1)).hasSameSizeAs(work);
        return "-1";
      }
      try (WorkerPool.Results<Integer> results = pool.inOrder(work.iterator(), 3, CALL)) {
        for (int i = 0; results.hasNext(); i++) {
          assertThat(results.next()).isEqualTo(i);
        }
        return "-1";
      }
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static final WorkerPool.Step<Callable<Integer>, Integer> CALL =
      work -> {
        try {
          return work.call();
        } catch (IOException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      };
}
