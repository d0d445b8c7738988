package dev.vit4j.task.segmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Painted;
import dev.vit4j.data.Shape;
import dev.vit4j.data.Targets;
import dev.vit4j.data.source.DataSpec;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.image.Image;
import dev.vit4j.image.PngBytes;
import dev.vit4j.input.ModelInput;
import dev.vit4j.input.Preprocess;
import dev.vit4j.metric.Metric;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Evaluator;
import dev.vit4j.task.MaskTotals;
import dev.vit4j.task.Measure;
import dev.vit4j.task.SegmentationEvaluation;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Evaluations of segmentation: exact, in constant memory, and orderly when a sample is broken. */
class SegmentationMeasureTest {
  private static final Segmentation TASK = new Segmentation();
  @TempDir private Path dir;

  private static Model model(int size, int patch, int classes) {
    Map<String, Object> args =
        Map.of(
            "img_size",
            size,
            "patch_size",
            patch,
            "embed_dim",
            16,
            "depth",
            1,
            "num_heads",
            2,
            "num_classes",
            classes);
    return Models.create("vit_seg", args, Init.seeded(3));
  }

  private static Preprocess preprocess(int size) {
    List<Double> half = List.of(0.5, 0.5, 0.5);
    return new Preprocess(3, size, size, "bilinear", 1, "squash", half, half, "none");
  }

  private static ModelInput input(int size) {
    return ModelInput.pictures(preprocess(size));
  }

  private static Evaluator evaluator(int batch, int threads) {
    return new Evaluator(batch, threads, Device.CPU, Precision.F32);
  }

  /** Counts the batches that are being measured. */
  private record Counted(Measure measure, AtomicInteger running) implements Measure {
    @Override
    public Runnable take(Model model, Batch batch) throws IOException {
      running.incrementAndGet();
      try {
        return measure.take(model, batch);
      } finally {
        running.decrementAndGet();
      }
    }

    @Override
    public Map<String, Double> values() {
      return measure.values();
    }

    @Override
    public Evaluation evaluation(List<String> classes) {
      return measure.evaluation(classes);
    }
  }

  /** A set with one image that cannot be read. */
  private record BrokenImage(Painted whole, int broken) implements Dataset {
    @Override
    public String name() {
      return whole.name();
    }

    @Override
    public int size() {
      return whole.size();
    }

    @Override
    public Targets targets() {
      return whole;
    }

    @Override
    public Image image(int index) throws IOException {
      if (index == broken) {
        throw new IOException("is truncated");
      }
      return whole.image(index);
    }

    @Override
    public String source(int index) {
      return whole.source(index);
    }

    @Override
    public @Nullable Shape shape() {
      return null;
    }
  }

  /** The model is freed at once, 200 times: nothing may compute with it any more. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whenOneSampleCannotBeReadNothingRunsOn(boolean brokenMask) {
    Painted painted = new Painted(64, 16, 16, 3, brokenMask ? 40 : -1);
    Dataset data = brokenMask ? painted : new BrokenImage(painted, 40);
    String reason =
        brokenMask
            ? "painted/masks/40.png: is damaged"
            : "painted: sample 40 (painted/40.png): is truncated";
    for (int round = 0; round < 200; round++) {
      Model model = model(16, 8, 3);
      Measure measure = TASK.measure(model, input(16), data, Device.CPU);
      Counted counted = new Counted(measure, new AtomicInteger());
      assertThatThrownBy(() -> evaluator(2, 8).run(counted, model, input(16), data))
          .isInstanceOf(IOException.class)
          .hasMessage(reason);
      assertThat(counted.running()).as("batches that still compute").hasValue(0);
      model.close();
    }
  }

  /** A batch has images of the model's size: it does not tell what size they had. */
  @Test
  void aMaskOfAnotherSizeIsRefused() throws IOException {
    Painted painted = new Painted(4, 16, 16, 3, -1);
    painted.write(dir.resolve("train"), 0, 2);
    painted.write(dir.resolve("test"), 2, 4);
    Path mask = dir.resolve("test/masks/3.png");
    Files.write(mask, PngBytes.gray(15, 16, new int[15 * 16]));
    Files.write(dir.resolve("classes.txt"), painted.classes());
    DataSpec spec = DataSpec.of(Datasets.SEGMENTATION_FOLDER, dir);
    Dataset data = Datasets.open(spec, note -> {}).test();
    Model model = model(16, 8, 3);
    Measure measure = TASK.measure(model, input(16), data, Device.CPU);
    assertThatThrownBy(() -> evaluator(1, 2).run(measure, model, input(16), data))
        .isInstanceOf(IOException.class)
        .hasMessage(
            dir.resolve("test/images/3.png")
                + ": is 16 x 16 pixels, but its mask "
                + mask
                + " is 15 x 16 (width x height): they must be equal");
    model.close();
  }

  /** Neither outputs nor masks of a whole set are kept, in Java's memory or in libtorch's. */
  @Test
  void memoryDoesNotGrowWithTheNumberOfSamples() throws IOException {
    Model model = model(128, 64, 21);
    Painted data = new Painted(2000, 128, 128, 21, -1);
    Measure measure = TASK.measure(model, input(128), data, Device.CPU);
    long before = Pointer.totalCount();
    evaluator(8, 2).run(measure, model, input(128), data);
    assertThat(Pointer.totalCount()).as("native objects alive").isLessThanOrEqualTo(before);
    SegmentationEvaluation evaluation = (SegmentationEvaluation) measure.evaluation(data.classes());
    assertThat(evaluation.result().count()).isEqualTo(2000);
    assertThat(evaluation.predicted()).hasSize(MaskTotals.WORST);
    model.close();
  }

  @Test
  void threadsAndBatchesDoNotChangeTheResult() throws IOException {
    Painted data = new Painted(23, 32, 32, 4, -1);
    Model model = model(32, 8, 4);
    long[][] counts = new long[4][4]; // by hand: rows true, columns predicted
    double loss = 0;
    long labelled = 0;
    model.train(false);
    for (int i = 0; i < data.size(); i++) {
      byte[] pixels = new byte[3 * 32 * 32];
      data.image(i).writePlanes(pixels, 0);
      byte[] labels = data.mask(i).pixels();
      try (NoGrad g = NoGrad.on();
          Scope scope = Scope.open()) {
        Tensor x = preprocess(32).normalize(Tensor.of(pixels, 0, 1, 3, 32, 32), Device.CPU);
        double[] scores = model.apply(x).toDoubles(); // [1, 4, 32, 32]
        for (int p = 0; p < labels.length; p++) {
          if (labels[p] == (byte) 255) {
            continue;
          }
          int best = 0;
          double sum = 0;
          for (int c = 0; c < 4; c++) {
            best = scores[c * 1024 + p] > scores[best * 1024 + p] ? c : best;
            sum += Math.exp(scores[c * 1024 + p]);
          }
          counts[labels[p]][best]++;
          loss += Math.log(sum) - scores[labels[p] * 1024 + p];
          labelled++;
        }
      }
    }
    double iou = 0;
    int present = 0;
    for (int c = 0; c < 4; c++) {
      long union = -counts[c][c];
      for (int o = 0; o < 4; o++) {
        union += counts[c][o] + counts[o][c];
      }
      if (union > 0) {
        iou += (double) counts[c][c] / union;
        present++;
      }
    }
    for (int[] how : new int[][] {{1, 1}, {7, 1}, {4, 3}, {64, 2}}) {
      Measure measure = TASK.measure(model, input(32), data, Device.CPU);
      evaluator(how[0], how[1]).run(measure, model, input(32), data);
      assertThat(measure.values().get(Metric.MIOU.key())).isEqualTo(iou / present);
      assertThat(measure.values().get(Metric.LOSS.key())).isCloseTo(loss / labelled, within(1e-6));
    }
    model.close();
  }

  /** Where masks are large, few of them are in memory at once. */
  @Test
  void evaluatesFewLargeImagesAtOnce() {
    assertThat(TASK.evaluationBatch(model(32, 8, 3))).isEqualTo(256);
    Model large = model(512, 32, 21);
    assertThat(TASK.evaluationBatch(large)).isEqualTo(3);
    Model huge =
        Models.create(
            "fcn_resnet18", Map.of("img_size", 4096, "num_classes", 21), Init.shapesOnly());
    assertThat(TASK.evaluationBatch(huge)).isEqualTo(1);
  }
}
