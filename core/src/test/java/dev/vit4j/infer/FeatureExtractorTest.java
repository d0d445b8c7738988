package dev.vit4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.data.ImageSet;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorFile;
import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.model.Encodes;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Vectors of pictures, and the files they go to. */
class FeatureExtractorTest {
  private static final Offset<Float> CLOSE = Offset.offset(1e-5f);

  @TempDir Path dir;

  private static WeightsFolder.Loaded timm() throws IOException {
    return ModelSource.open(Fixture.path("01-timm-vit/hub_layout"));
  }

  private static FeatureExtractor extractor() throws IOException {
    return FeatureExtractor.of(timm(), Device.CPU, Precision.F32, 2);
  }

  private static List<Image> pictures(int count) {
    List<Image> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[40 * 50 * 3];
      new Random(i).nextBytes(pixels);
      pictures.add(new Image(40, 50, 3, pixels));
    }
    return pictures;
  }

  @Test
  void givesWhatThePlainModelsHeadReads() throws IOException {
    List<Image> pictures = pictures(9);
    try (FeatureExtractor extractor = extractor();
        WeightsFolder.Loaded plain = timm();
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      assertThat(extractor.dim()).isEqualTo(24);
      float[][] found = extractor.features(pictures);
      FitToModel fit = new FitToModel(plain.preprocess());
      for (int i = 0; i < 9; i++) {
        List<Image> one = List.of(fit.apply(pictures.get(i)));
        float[] expected =
            plain.model().as(Encodes.class).features(fit.batch(one, Device.CPU)).toFloats();
        assertThat(found[i]).containsExactly(expected, CLOSE);
      }
      assertThat(extractor.features(pictures.get(4))).containsExactly(found[4], CLOSE);
      assertThat(extractor.features(List.of())).isEmpty();
    }
  }

  @Test
  void manyThreadsGetTheSameBits() throws Exception {
    List<Image> pictures = pictures(20);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try (FeatureExtractor extractor = extractor()) {
      float[][] expected = extractor.features(pictures);
      List<Future<float[][]>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(pool.submit(() -> extractor.features(pictures)));
      }
      for (Future<float[][]> one : all) {
        assertThat(one.get()).isDeepEqualTo(expected);
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void normalizedVectorsHaveLengthOne() {
    assertThat(FeatureExtractor.normalized(new float[] {3, 0, -4})).containsExactly(0.6f, 0, -0.8f);
    assertThat(FeatureExtractor.normalized(new float[2])).containsExactly(0, 0);
  }

  @Test
  void brokenWeightsAreSaid() throws IOException {
    WeightsFolder.Loaded broken = timm();
    try (NoGrad g = NoGrad.on()) {
      broken.model().parameters().get("norm.bias").fill_(Double.NaN);
    }
    try (FeatureExtractor extractor = FeatureExtractor.of(broken, Device.CPU, null, 1)) {
      assertThatThrownBy(() -> extractor.features(pictures(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("NaN");
    }
  }

  private static Predictor.Answer<float[]> answer(String source, int label, float... numbers) {
    ImageSet set =
        new ImageSet("set", new byte[1], new int[] {label}, List.of("a", "b", "c"), 1, 1, 1);
    Predictor.Sample sample = new Predictor.Sample(set, 0);
    boolean isBroken = numbers.length == 0;
    return new Predictor.Answer<>(
        new Predictor.Picture(source, sample, sample),
        isBroken ? null : numbers,
        isBroken ? source + ": broken" : null);
  }

  private Path write(String name, boolean labelled) throws IOException {
    Path file = dir.resolve(name);
    new FeatureFile(file, labelled)
        .write(
            sink -> {
              sink.accept(answer("a, \"b\".png", 2, 1.5f, -0.1f, 1e-20f));
              sink.accept(answer("broken.png", 1));
              sink.accept(answer("ü€😀.png", 0, 0, 3, 4));
            });
    return file;
  }

  @Test
  void writesSafetensorsWithSourcesAndLabels() throws IOException {
    try (Safetensors file = Safetensors.open(write("f.safetensors", true))) {
      requireArrays(file);
      assertThat(file.metadata().get("sources")).isEqualTo("[\"a, \\\"b\\\".png\",\"ü€😀.png\"]");
    }
    try (Safetensors file = Safetensors.open(write("plain.safetensors", false))) {
      assertThat(file.tensors()).containsOnlyKeys("features");
    }
  }

  private static void requireArrays(TensorFile file) throws IOException {
    assertThat(file.tensors().get("features").shape()).containsExactly(2, 3);
    float[] numbers = new float[6];
    file.data("features").asFloatBuffer().get(numbers);
    assertThat(numbers).containsExactly(1.5f, -0.1f, 1e-20f, 0, 3, 4);
    long[] labels = new long[2];
    file.data("labels").asLongBuffer().get(labels);
    assertThat(labels).containsExactly(2, 0);
  }

  @Test
  void writesTextLineByLine() throws IOException {
    assertThat(Files.readAllLines(write("f.csv", true)))
        .containsExactly(
            "source,label,0,1,2",
            "\"a, \"\"b\"\".png\",2,1.5,-0.1,1.0E-20",
            "ü€😀.png,0,0.0,3.0,4.0");
    List<String> lines = Files.readAllLines(write("f.jsonl", false));
    assertThat(lines).hasSize(3);
    JsonNode first = JsonMapper.shared().readTree(lines.get(0));
    assertThat(first.has("label")).isFalse();
    assertThat(first.get("features").get(1).asDouble()).isCloseTo(-0.1, within(1e-8));
    assertThat(JsonMapper.shared().readTree(lines.get(1)).get("error").asString())
        .isEqualTo("broken.png: broken");
  }

  @Test
  void aFailureLeavesNothing() {
    for (String name : List.of("f.csv", "f.jsonl", "f.npz", "f.safetensors")) {
      Path file = dir.resolve(name);
      assertThatThrownBy(
              () ->
                  new FeatureFile(file, false)
                      .write(
                          sink -> {
                            sink.accept(answer("a", 0, 1));
                            throw new IOException("the disk is gone");
                          }))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the disk is gone");
    }
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void theEndingMustSayAFormat() {
    assertThatThrownBy(() -> new FeatureFile(dir.resolve("f.txt"), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("use one of .safetensors, .npz, .csv, .jsonl");
  }
}
