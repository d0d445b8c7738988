package dev.vit4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.image.CenterCrop;
import dev.vit4j.image.Compose;
import dev.vit4j.image.Image;
import dev.vit4j.image.Transform;
import dev.vit4j.image.augment.RandomCrop;
import dev.vit4j.image.augment.RandomHorizontalFlip;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoaderTest {
  private static final Dataset DATA = Fakes.set(103, 3, 6, 5, 4);
  private static final Transform AUGMENT =
      new Compose(List.of(new RandomCrop(5, 1), new RandomHorizontalFlip(0.5)));

  private static List<Batch> drain(Loader loader, int epoch, int first) {
    List<Batch> batches = new ArrayList<>();
    try (BatchIterator it = loader.epoch(epoch, first)) {
      it.forEachRemaining(batches::add);
    }
    return batches;
  }

  private static int[] indices(List<Batch> batches) {
    return batches.stream().flatMapToInt(b -> Arrays.stream(b.indices())).toArray();
  }

  private static void assertSame(List<Batch> actual, List<Batch> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).bytes(Batch.IMAGE)).isEqualTo(expected.get(i).bytes(Batch.IMAGE));
      assertThat(actual.get(i).labels()).isEqualTo(expected.get(i).labels());
      assertThat(actual.get(i).indices()).isEqualTo(expected.get(i).indices());
    }
  }

  @Test
  void keepsTheOrderAndTheLastPartialBatch() {
    try (Loader loader = new Loader(DATA, null, 10, false, false, 1, 0)) {
      assertThat(loader.batches()).isEqualTo(11);
      List<Batch> batches = drain(loader, 0, 0);
      assertThat(indices(batches)).isEqualTo(IntStream.range(0, 103).toArray());
      Batch last = batches.get(10);
      assertThat(last.size()).isEqualTo(3);
      assertThat(last.bytes(Batch.IMAGE)).hasSize(3 * 3 * 6 * 5);
      byte[] sample = new byte[90];
      ((ImageSet) DATA).image(102).writePlanes(sample, 0);
      assertThat(Arrays.copyOfRange(last.bytes(Batch.IMAGE), 180, 270)).isEqualTo(sample);
      assertThat(last.labels()).containsExactly(0, 1, 2);
    }
  }

  @Test
  void shufflesAnewEachEpochAndDropsThePartialBatch() {
    try (Loader loader = new Loader(DATA, null, 10, true, true, 1, 0)) {
      assertThat(loader.batches()).isEqualTo(10);
      int[] first = indices(drain(loader, 0, 0));
      int[] second = indices(drain(loader, 1, 0));
      assertThat(first).hasSize(100).doesNotHaveDuplicates().isNotEqualTo(second);
      assertThat(indices(drain(loader, 0, 0))).isEqualTo(first);
      try (Loader other = new Loader(DATA, null, 10, true, true, 2, 0)) {
        assertThat(indices(drain(other, 0, 0))).isNotEqualTo(first);
      }
    }
  }

  /** Written down, so that no change of Java or of this code alters a seeded run unnoticed. */
  @Test
  void theOrderOfASeedNeverChanges() {
    try (Loader loader = new Loader(DATA, null, 8, true, false, 42, 0)) {
      assertThat(loader.epoch(3, 0).next().indices())
          .containsExactly(56, 96, 20, 100, 55, 83, 10, 34);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 7})
  void givesTheSameBatchesForAnyNumberOfWorkers(int workers) {
    for (Transform transform : new Transform[] {null, AUGMENT}) {
      try (Loader alone = new Loader(DATA, transform, 8, true, false, 5, 0);
          Loader many = new Loader(DATA, transform, 8, true, false, 5, workers)) {
        assertSame(drain(many, 2, 0), drain(alone, 2, 0));
      }
    }
  }

  @Test
  void aSamplesChanceDependsOnSeedEpochAndIndexAlone() {
    try (Loader shuffled = new Loader(DATA, AUGMENT, 103, true, false, 5, 0);
        Loader ordered = new Loader(DATA, AUGMENT, 103, false, false, 5, 0)) {
      Batch a = shuffled.epoch(4, 0).next();
      Batch b = ordered.epoch(4, 0).next();
      for (int i = 0; i < 103; i++) {
        int to = a.indices()[i] * 75;
        assertThat(Arrays.copyOfRange(a.bytes(Batch.IMAGE), i * 75, i * 75 + 75))
            .isEqualTo(Arrays.copyOfRange(b.bytes(Batch.IMAGE), to, to + 75));
      }
      assertThat(ordered.epoch(5, 0).next().bytes(Batch.IMAGE)).isNotEqualTo(b.bytes(Batch.IMAGE));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void goesOnInTheMiddleOfAnEpoch(int workers) {
    try (Loader loader = new Loader(DATA, AUGMENT, 8, true, false, 5, workers)) {
      List<Batch> all = drain(loader, 1, 0);
      assertSame(drain(loader, 1, 5), all.subList(5, all.size()));
      assertThat(drain(loader, 1, loader.batches())).isEmpty();
      assertThatThrownBy(() -> loader.epoch(1, 99)).hasMessageContaining("not 99");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void namesTheSampleThatCannotBeRead(int workers) {
    Transform fails =
        (image, random) -> {
          throw new IllegalArgumentException("too small");
        };
    Dataset part = new Subset("part", DATA, new int[] {9});
    try (Loader loader = new Loader(part, fails, 4, false, false, 1, workers)) {
      assertThatThrownBy(() -> loader.epoch(0, 0).next())
          .isInstanceOf(UncheckedIOException.class)
          .cause()
          .isInstanceOf(IOException.class)
          .hasMessage("part: sample 0 (fake[9]): too small");
    }
  }

  @Test
  void namesTheSampleOfAnotherSize() {
    Transform uneven =
        (image, random) -> new Image(1 + (image.pixels()[0] & 1), 1, 1, bytes(image));
    try (Loader loader = new Loader(DATA, uneven, 103, false, false, 1, 0)) {
      assertThatThrownBy(() -> loader.epoch(0, 0).next())
          .hasMessageContaining("add a Resize")
          .hasMessageContaining("fake: sample");
    }
  }

  private static byte[] bytes(Image image) {
    return new byte[1 + (image.pixels()[0] & 1)];
  }

  @Test
  void refusesWhatCannotBeBatched() {
    Dataset none = new Subset("none", DATA, new int[0]);
    assertThatThrownBy(() -> new Loader(none, null, 1, false, false, 1, 0))
        .hasMessageContaining("none has no samples");
    assertThatThrownBy(() -> new Loader(DATA, null, 0, false, false, 1, 0))
        .hasMessageContaining("batch size must be at least 1");
    assertThatThrownBy(() -> new Loader(DATA, null, 104, true, true, 1, 0))
        .hasMessageContaining("batch size 104 is larger than fake with 103 samples");
    assertThat(new Loader(DATA, null, 104, true, false, 1, 0).batches()).isEqualTo(1);
  }

  @Test
  void closingAnEpochStopsItsWorkers() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    List<Image> seen = java.util.Collections.synchronizedList(new ArrayList<>());
    Transform waits =
        (image, random) -> {
          seen.add(image);
          started.countDown();
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return image;
        };
    Loader loader = new Loader(DATA, waits, 50, false, false, 1, 1);
    BatchIterator epoch = loader.epoch(0, 0);
    assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
    epoch.close();
    epoch.close();
    assertThat(epoch.hasNext()).isFalse();
    release.countDown();
    loader.close();
    assertThat(seen).hasSizeLessThan(3);
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("vit4j-loader")) {
        thread.join(10_000); // the pool reports its end a moment before its last thread ends
        assertThat(thread.isAlive()).isFalse();
      }
    }
    assertThatThrownBy(() -> loader.epoch(0, 0)).hasMessageContaining("the loader is closed");
  }

  @Test
  void closingTheLoaderLetsAWaitingTakerGo() throws InterruptedException {
    Transform slow =
        (image, random) -> {
          try {
            Thread.sleep(5);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return image;
        };
    Loader loader = new Loader(DATA, slow, 50, false, false, 1, 1);
    BatchIterator epoch = loader.epoch(0, 0);
    Thread closer = new Thread(loader::close);
    closer.start();
    assertThatThrownBy(() -> epoch.forEachRemaining(batch -> {}))
        .satisfiesAnyOf(
            e -> assertThat(e).hasMessageContaining("the loader was closed"),
            e -> assertThat(e).hasMessageContaining("the loader is closed"));
    closer.join();
  }

  private static final Dataset TWO_SIZES =
      new Fakes.Pictures(
          List.of(
              new Image(2, 1, 1, new byte[] {1, 2}),
              new Image(1, 2, 3, new byte[] {3, 4, 5, 6, 7, 8})),
          new int[] {0, 1},
          List.of("a", "b"));

  @Test
  void picturesOfDifferentSizesNeedATransform() {
    try (Loader loader = new Loader(TWO_SIZES, null, 2, false, false, 1, 0);
        BatchIterator it = loader.epoch(0, 0)) {
      assertThatThrownBy(it::next)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("pictures: sample 1 (pictures[1])")
          .hasMessageContaining("add a Resize");
    }
    assertThatThrownBy(() -> TWO_SIZES.copyInto(0, new byte[2], 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("different sizes");
  }

  @Test
  void aTransformBringsThemToOneShape() {
    Transform same = (image, random) -> new CenterCrop(1, 1).apply(image.toRgb(), random);
    try (Loader loader = new Loader(TWO_SIZES, same, 2, false, false, 1, 1)) {
      Batch batch = drain(loader, 0, 0).get(0);
      assertThat(batch.bytes(Batch.IMAGE)).containsExactly(1, 1, 1, 3, 4, 5);
      assertThat(batch.imageShape().channels()).isEqualTo(3);
    }
  }

  @Test
  void waitingForBatchesIsCounted() throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    Transform slow =
        (image, random) -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return image;
        };
    try (Loader loader = new Loader(DATA, slow, 50, false, false, 1, 1);
        BatchIterator it = loader.epoch(0, 0)) {
      assertThat(it.waitedSeconds()).isZero();
      Thread opener =
          new Thread(
              () -> {
                LockSupport.parkNanos(50_000_000);
                go.countDown();
              });
      long start = System.nanoTime();
      opener.start();
      it.next();
      double waited = it.waitedSeconds();
      assertThat(waited).isPositive().isLessThanOrEqualTo((System.nanoTime() - start) / 1e9);
      it.next();
      assertThat(it.waitedSeconds()).isGreaterThanOrEqualTo(waited);
      opener.join();
    }
  }
}
