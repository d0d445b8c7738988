package dev.vit4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Engine;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Models at work, packed, by several threads. */
class ReadyModelTest {
  private static final int[] PICTURES = {1, 2, 5, 16, 37};

  /** Large enough that single pictures get two threads. */
  private static Model model() {
    return Models.create(
        "vit_tiny_patch16_224",
        Map.of("img_size", 32, "patch_size", 8, "depth", 3, "num_classes", 10),
        Init.seeded(1));
  }

  private static float[][] ask(ReadyModel model, int pictures) {
    try (Scope scope = Scope.open()) {
      Tensor x =
          Tensor.empty(DType.F32, Device.CPU, pictures, 3, 32, 32)
              .normal_(0, 1, new Generator(pictures));
      return model.apply(pictures, (from, to) -> x.narrow(0, from, to - from), y -> y);
    }
  }

  @Test
  void packsAndComputesWhatThePlainModelDoes() {
    try (Model plain = model();
        ReadyModel ready = new ReadyModel(model(), Device.CPU, Precision.F32, 2);
        Scope scope = Scope.open();
        NoGrad g = NoGrad.on()) {
      plain.train(false);
      assertThat(Engine.hasOneDnn()).isTrue();
      assertThat(ready.model().packed()).isEqualTo(Precision.F32);
      for (int pictures : PICTURES) {
        Tensor x =
            Tensor.empty(DType.F32, Device.CPU, pictures, 3, 32, 32)
                .normal_(0, 1, new Generator(pictures));
        float[] expected = plain.apply(x).toFloats();
        float[][] rows = ask(ready, pictures);
        assertThat(rows).hasNumberOfRows(pictures);
        for (int i = 0; i < expected.length; i++) {
          assertThat(rows[i / 10][i % 10])
              .isCloseTo(expected[i], org.assertj.core.api.Assertions.within(1e-5f));
        }
      }
      assertThat(ask(ready, 0)).isEmpty();
    }
  }

  @Test
  void undividedCallsRunOnTheCallingThread() {
    try (ReadyModel ready = new ReadyModel(model(), Device.CPU, Precision.F32, 2)) {
      for (int pictures : PICTURES) {
        List<Thread> threads = new ArrayList<>();
        ready.undivided(
            () -> {
              try (Scope scope = Scope.open()) {
                Tensor x =
                    Tensor.empty(DType.F32, Device.CPU, pictures, 3, 32, 32)
                        .normal_(0, 1, new Generator(pictures));
                float[][] rows =
                    ready.apply(
                        pictures,
                        (from, to) -> {
                          threads.add(Thread.currentThread());
                          return x.narrow(0, from, to - from);
                        },
                        y -> y);
                assertThat(rows).hasNumberOfRows(pictures);
                float[][] divided = ask(ready, pictures); // on this thread: undivided too
                assertThat(divided).isDeepEqualTo(rows);
              }
            });
        assertThat(threads).containsOnly(Thread.currentThread()).hasSize((pictures + 15) / 16);
        float[][] before = ask(ready, pictures);
        ready.undivided(
            () -> {
              float[][] rows = ask(ready, pictures);
              for (int i = 0; i < pictures; i++) {
                assertThat(rows[i])
                    .containsExactly(before[i], org.assertj.core.api.Assertions.within(1e-5f));
              }
            });
      }
    }
  }

  @Test
  void eightThreadsGetTheBitsThatOneGets() throws Exception {
    try (ReadyModel ready = new ReadyModel(model(), Device.CPU, Precision.F32, 2)) {
      List<float[][]> expected = new ArrayList<>();
      for (int pictures : PICTURES) {
        expected.add(ask(ready, pictures));
      }
      ExecutorService pool = Executors.newFixedThreadPool(8);
      List<Future<float[][]>> running = new ArrayList<>();
      for (int i = 0; i < 80; i++) {
        int pictures = PICTURES[i % PICTURES.length];
        running.add(pool.submit(() -> ask(ready, pictures)));
      }
      for (int i = 0; i < running.size(); i++) {
        assertThat(running.get(i).get()).isDeepEqualTo(expected.get(i % PICTURES.length));
      }
      pool.shutdown();
    }
  }

  @Test
  void closingWhileOthersAskCrashesNothing() throws Exception {
    ReadyModel ready = new ReadyModel(model(), Device.CPU, Precision.F32, 2);
    float[][] expected = ask(ready, 5);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Future<Boolean>> running = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      running.add(pool.submit(() -> askUntilClosed(ready, expected)));
    }
    ready.close();
    ready.close();
    for (Future<Boolean> f : running) {
      assertThat(f.get()).isTrue();
    }
    pool.shutdown();
    assertThatThrownBy(() -> ask(ready, 1)).hasMessageContaining("closed");
    assertThatThrownBy(() -> ask(ready, 3)).hasMessageContaining("closed");
  }

  private static boolean askUntilClosed(ReadyModel ready, float[][] expected) {
    while (true) {
      try {
        assertThat(ask(ready, 5)).isDeepEqualTo(expected);
      } catch (IllegalStateException e) {
        return String.valueOf(e.getMessage()).contains("closed");
      }
    }
  }

  @Test
  void bf16IsChosenForLargeModelsOnProcessorsMadeForIt() {
    assertThat(ReadyModel.precisionFor(19_999_999, true)).isEqualTo(Precision.F32);
    assertThat(ReadyModel.precisionFor(20_000_000, true)).isEqualTo(Precision.BF16);
    assertThat(ReadyModel.precisionFor(20_000_000, false)).isEqualTo(Precision.F32);
    try (Model small = model()) {
      assertThat(ReadyModel.precisionFor(small, Device.CPU)).isEqualTo(Precision.F32);
    }
  }
}
