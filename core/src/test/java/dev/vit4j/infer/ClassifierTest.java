package dev.vit4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.image.Image;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTest {
  private static final List<String> DIGITS =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();

  @TempDir Path dir;

  private Path weights(boolean broken) throws IOException {
    Path folder = dir.resolve("weights/best");
    try (Model model = Models.create("vit_mnist_1850", Map.of(), Init.seeded(3));
        NoGrad g = NoGrad.on()) {
      if (broken) {
        model.parameters().get("head.bias").fill_(Double.NaN);
      }
      Preprocess preprocess =
          new Preprocess(
              1, 28, 28, "bicubic", 1.0, "squash", List.of(0.1307), List.of(0.3081), "digit");
      WeightsFolder.writeConfig(folder, new WeightsFolder.Loaded(model, preprocess, DIGITS));
      WeightsFolder.writeWeights(folder, model, Map.of());
    }
    return dir;
  }

  private static List<Image> samples(int count) throws IOException {
    Dataset test = Datasets.open(Datasets.SAMPLE, null).test();
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(test.image(i));
    }
    return images;
  }

  @Test
  void givesTheMostProbableClassesFirst() throws IOException {
    try (Classifier classifier = Classifier.open(weights(false))) {
      List<Prediction> all = classifier.classify(samples(1).get(0), 20);
      assertThat(all).hasSize(10);
      assertThat(all.stream().mapToDouble(Prediction::probability).sum())
          .isCloseTo(1, org.assertj.core.api.Assertions.within(1e-5));
      assertThat(all)
          .isSortedAccordingTo((a, b) -> Float.compare(b.probability(), a.probability()));
      assertThat(classifier.classify(samples(1).get(0), 3)).isEqualTo(all.subList(0, 3));
    }
  }

  @Test
  void takesPicturesOfAnySizeAndColour() throws IOException {
    try (Classifier classifier = Classifier.open(weights(false))) {
      Image white = new Image(300, 200, 3, filled(300 * 200 * 3));
      Image fitted = classifier.fit(() -> white);
      assertThat(fitted.toString()).isEqualTo("Image[28 x 28 x 1]");
      assertThat(classifier.probabilitiesOfFitted(List.of(fitted)))
          .isEqualTo(classifier.probabilities(List.of(white)));
      assertThat(classifier.classify(white, 1)).hasSize(1);
    }
  }

  private static byte[] filled(int count) {
    byte[] white = new byte[count];
    java.util.Arrays.fill(white, (byte) 255);
    return white;
  }

  @Test
  void eightThreadsGetWhatOneGets() throws Exception {
    List<Image> images = samples(64);
    try (Classifier classifier = Classifier.open(weights(false))) {
      List<List<Prediction>> expected = classifier.classify(images, 10);
      ExecutorService pool = Executors.newFixedThreadPool(8);
      List<Future<List<List<Prediction>>>> running = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        running.add(pool.submit(() -> classifier.classify(images, 10)));
      }
      for (Future<List<List<Prediction>>> f : running) {
        assertThat(f.get()).isEqualTo(expected);
      }
      pool.shutdown();
    }
  }

  @Test
  void memoryStaysFlat() throws IOException {
    Path status = Path.of("/proc/self/status");
    List<Image> images = samples(8);
    try (Classifier classifier = Classifier.open(weights(false))) {
      repeat(classifier, images, 1500);
      long before = rss(status);
      repeat(classifier, images, 3000);
      assertThat(rss(status)).isLessThanOrEqualTo((long) (before * 1.05) + 1);
    }
  }

  private static void repeat(Classifier classifier, List<Image> images, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(classifier.classify(images.get(i % images.size()), 1)).hasSize(1);
    }
  }

  /** Kilobytes in memory; 0 where the system does not tell. */
  private static long rss(Path status) throws IOException {
    if (!Files.isReadable(status)) {
      return 0;
    }
    System.gc();
    return Files.readAllLines(status).stream()
        .filter(l -> l.startsWith("VmRSS:"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
        .sum();
  }

  @Test
  void brokenWeightsAreOneClearLine() throws IOException {
    try (Classifier classifier = Classifier.open(weights(true))) {
      List<Image> images = samples(1);
      assertThatThrownBy(() -> classifier.classify(images, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("NaN");
    }
  }

  @Test
  void whatIsNoModelSaysSo() throws IOException {
    assertThatThrownBy(() -> Classifier.open(dir.resolve("nothing")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such run, weights folder or weights file");
    assertThatThrownBy(() -> Classifier.open(dir))
        .hasMessageContaining("neither a run nor a weights folder");
    Path text = Files.writeString(dir.resolve("a.txt"), "x");
    assertThatThrownBy(() -> Classifier.open(text)).hasMessageContaining("a.txt: ");
    Path alone = Files.writeString(dir.resolve("a.safetensors"), "x");
    assertThatThrownBy(() -> Classifier.open(alone)).hasMessageContaining("a.safetensors: ");
  }

  @Test
  void truncatedAndForeignWeightsAreRefused() throws IOException {
    Path best = weights(false).resolve("weights/best");
    Path file = best.resolve(WeightsFolder.WEIGHTS);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> Classifier.open(dir))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("model.safetensors");
    try (Model other = Models.create("vit_mnist_1850", Map.of("embed_dim", 16), Init.seeded(0))) {
      WeightsFolder.writeWeights(best, other, Map.of());
    }
    assertThatThrownBy(() -> Classifier.open(dir))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("weights do not fit the model");
  }
}
