package dev.vit4j.probe;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.assertSameBits;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.vit4j.head.AdapterConfig;
import dev.vit4j.infer.Classifier;
import dev.vit4j.infer.FeatureExtractor;
import dev.vit4j.infer.ModelFingerprint;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Encodes;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Activation;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.OnnxExport;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeModelTest {
  private static final int SAMPLES = 24;
  private static final List<String> NAMES = List.of("cat", "dog", "cow", "pig");
  private static final Map<String, Object> CLIP =
      Map.of(
          "img_size", 16,
          "vision_patch_size", 8,
          "vision_width", 32,
          "vision_layers", 1,
          "vision_head_width", 16,
          "embed_dim", 24,
          "text_width", 32,
          "text_heads", 2,
          "text_layers", 1);

  private static final AdapterTraining.Progress QUIET = GoldenProbesTest.QUIET;

  @TempDir Path dir;

  private static WeightsFolder.Loaded backbone(String name, Map<String, Object> args, long seed) {
    Model model = Models.create(name, args, Init.seeded(seed));
    model.train(false);
    List<Double> half = Collections.nCopies(model.channels(), 0.5);
    Preprocess preprocess =
        new Preprocess(
            model.channels(),
            model.height(),
            model.width(),
            "bicubic",
            1,
            "squash",
            half,
            half,
            "none");
    return new WeightsFolder.Loaded(model, preprocess, List.of());
  }

  private static WeightsFolder.Loaded clip() {
    return backbone("clip", CLIP, 7);
  }

  private static Tensor images(Model model) {
    return normal(3, SAMPLES, model.channels(), model.height(), model.width());
  }

  /** Features of random images with the labels 0, 2 and 3. */
  private static Features features(WeightsFolder.Loaded of, boolean normalize) {
    int[] labels = new int[SAMPLES];
    Arrays.setAll(labels, i -> i % 3 == 0 ? 0 : 1 + i % 3);
    float[][] rows = new float[SAMPLES][];
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor all = of.model().as(Encodes.class).features(images(of.model()));
      Arrays.setAll(rows, i -> all.select(0, i).toFloats());
    }
    if (normalize) {
      Arrays.setAll(rows, i -> FeatureExtractor.normalized(rows[i]));
    }
    return Features.of(
        rows, labels, new Features.Origin("train", "clip1", ModelFingerprint.of(of), NAMES));
  }

  private static Probe probe(String kind, Features train) throws IOException {
    AdapterTraining training =
        new AdapterTraining(AdapterTraining.Algorithm.ADAMW, 1e-2, true, 0, 3, 8, 3, 0, 0);
    return switch (kind) {
      case "logreg" -> new LogisticRegression(9, 100).fit(train, 1, ProbeProgress.NONE).probe();
      case "ridge" -> new Ridge(0.1).fit(train, 1);
      case "knn" -> KNearest.dino(3).fit(train);
      case "tip" -> new TipAdapter(1.5, 4, texts(train)).fit(train);
      case "tip-f" ->
          new TipAdapter(1.5, 4, texts(train)).fit(train, null, null, training, QUIET).probe();
      case "clip-adapter" -> adapter(AdapterConfig.clipAdapter(train.dim()), train, training);
      case "deep" -> adapter(AdapterConfig.deep(train.dim()), train, training);
      default ->
          adapter(
              new AdapterConfig(List.of(5, 7), Activation.GELU, true, true, 0.6), train, training);
    };
  }

  private static Probe adapter(AdapterConfig config, Features train, AdapterTraining training)
      throws IOException {
    return new Adapter(config, texts(train)).fit(train, null, null, training, QUIET).probe();
  }

  private static TextClasses texts(Features train) {
    float[][] rows = new float[NAMES.size()][];
    try (Scope scope = Scope.open()) {
      Tensor all = normal(5, rows.length, train.dim());
      Arrays.setAll(rows, i -> all.select(0, i).toFloats());
    }
    return new TextClasses(Features.of(rows, new int[0]), 30);
  }

  private static Tensor scores(Probe probe, Features of) {
    return Tensor.of(probe.scores(of, 0, of.size()), of.size(), probe.about().classes().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"logreg", "ridge", "tip", "tip-f", "clip-adapter", "deep", "gelu"})
  void aClipWithAProbeScoresImagesAsTheProbeScoresTheirFeatures(String kind) throws Exception {
    for (boolean normalize : new boolean[] {true, false}) {
      Features train = features(clip(), normalize);
      Path folder = dir.resolve(kind + normalize);
      try (Probe probe = probe(kind, train);
          WeightsFolder.Loaded made = ProbeModel.of(clip(), probe);
          NoGrad g = NoGrad.on();
          Scope scope = Scope.open()) {
        assertThat(made.model().name()).isEqualTo("clip_classifier");
        assertThat(made.classes())
            .isEqualTo(probe.about().classes().size() == 3 ? List.of("cat", "cow", "pig") : NAMES);
        Tensor x = images(made.model());
        Tensor logits = made.model().apply(x);
        Tensor wanted = scores(probe, train);
        assertClose("scores", logits, wanted, 2e-6 * Math.max(1, wanted.maxAbs()));

        ProbeModel.save(folder, made, probe);
        try (WeightsFolder.Loaded opened = ModelSource.open(folder);
            Probe again = Probe.open(folder)) {
          assertThat(opened.classes()).isEqualTo(made.classes());
          assertThat(opened.model().args()).isEqualTo(made.model().args());
          assertThat(opened.metadata().get(ProbeModel.METADATA))
              .contains("\"kind\":\"" + probe.about().kind() + "\"")
              .contains(probe.about().fingerprint());
          assertSameBits("opened", opened.model().apply(x), logits);
          assertSameBits("probe", scores(again, train), wanted);
        }
        assertOnnx(made, x, logits);
        assertPacked(made.model(), x, logits);
      }
    }
  }

  private void assertOnnx(WeightsFolder.Loaded made, Tensor x, Tensor logits) throws Exception {
    Path file = Files.createTempDirectory(dir, "onnx").resolve("model.onnx");
    OnnxExport.write(made.model(), made.preprocess(), made.classes(), file);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor input =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(x.toFloats()), x.shape());
        OrtSession.Result result = session.run(Map.of("pixel_values", input))) {
      FloatBuffer flat = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[flat.remaining()];
      flat.get(values);
      assertClose("onnx", Tensor.of(values, logits.shape()), logits, 2e-5 * logits.maxAbs());
    }
  }

  private static void assertPacked(Model model, Tensor x, Tensor logits) {
    model.pack(Precision.F32);
    assertClose("packed", model.apply(x), logits, 1e-5 * logits.maxAbs());
  }

  @Test
  void anAdapterComputesInBf16() throws IOException {
    Features train = features(clip(), true);
    for (String kind : List.of("tip", "clip-adapter", "deep")) {
      try (Probe probe = probe(kind, train);
          WeightsFolder.Loaded made = ProbeModel.of(clip(), probe);
          NoGrad g = NoGrad.on();
          Scope scope = Scope.open()) {
        Tensor x = images(made.model());
        Tensor logits = made.model().apply(x);
        try (Precision.Region region = Precision.BF16.on(x.device())) {
          assertClose(kind, made.model().apply(x), logits, 0.05 * logits.maxAbs());
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"vit_mnist_1850, logreg", "resnet18_cifar_w32, ridge", "cct_2_3x2_32, logreg"})
  void otherModelsTakeLinearProbes(String name, String kind) throws IOException {
    for (int classes : new int[] {0, 5}) {
      Map<String, Object> args = Map.of("num_classes", classes);
      Features train = features(backbone(name, args, 1), false);
      Path folder = dir.resolve("model" + classes);
      try (Probe probe = probe(kind, train);
          WeightsFolder.Loaded made = ProbeModel.of(backbone(name, args, 1), probe);
          NoGrad g = NoGrad.on();
          Scope scope = Scope.open()) {
        assertThat(made.model().name()).isEqualTo(name);
        assertThat(made.model().numClasses()).isEqualTo(3);
        Tensor wanted = scores(probe, train);
        Tensor logits = made.model().apply(images(made.model()));
        assertClose("scores", logits, wanted, 1e-5 * Math.max(1, wanted.maxAbs()));
        ProbeModel.save(folder, made, probe);
        try (Classifier classifier = Classifier.open(folder)) {
          assertThat(classifier.classes()).containsExactly("cat", "cow", "pig");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "knn | true | clip | a k-nearest neighbors probe cannot become the head of a model: use --head logreg, or an adapter",
        "logreg | true | other | the probe was trained on features of another model, clip1, not of this clip: use the model of its features",
        "logreg | true | wide | clip computes vectors of 16 numbers, but the probe was trained on vectors of 24: use the model of its features",
        "logreg | true | vit | vit does not normalize its features, but the probe was trained on normalized ones: embed without --normalize",
        "tip | false | vit | the head of vit is linear: a probe of kind tip-adapter needs a CLIP, use --head logreg or ridge",
      })
  void whatDoesNotFitIsRefused(String kind, boolean normalize, String on, String message)
      throws IOException {
    Map<String, Object> small =
        Map.of("img_size", 16, "patch_size", 8, "embed_dim", 24, "depth", 1, "num_heads", 2);
    boolean vit = on.equals("vit");
    WeightsFolder.Loaded trained = vit ? backbone("vit", small, 7) : clip();
    Map<String, Object> narrow = new HashMap<>(CLIP);
    narrow.put("embed_dim", 16);
    WeightsFolder.Loaded used =
        switch (on) {
          case "other" -> backbone("clip", CLIP, 8);
          case "wide" -> backbone("clip", narrow, 7);
          default -> trained;
        };
    try (Probe probe = probe(kind, features(trained, normalize))) {
      assertThatThrownBy(() -> ProbeModel.of(used, probe))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }
  }

  @Test
  void aModelWithTwoHeadsIsRefused() throws IOException {
    Map<String, Object> args =
        Map.of(
            "img_size",
            16,
            "patch_size",
            8,
            "embed_dim",
            24,
            "depth",
            1,
            "num_heads",
            2,
            "distilled",
            true);
    WeightsFolder.Loaded distilled = backbone("vit", args, 1);
    Features train = Features.of(new float[][] {new float[24], ones()}, new int[] {0, 1});
    try (Probe probe = new Ridge(1).fit(train, 1)) {
      assertThatThrownBy(() -> ProbeModel.of(distilled, probe))
          .hasMessageContaining("has several heads: a probe needs a model with one");
    }
  }

  private static float[] ones() {
    float[] row = new float[24];
    Arrays.fill(row, 1);
    return row;
  }

  @Test
  void anOldLinearProbeOpensButBecomesNoModel() throws IOException {
    Path folder = dir.resolve("old");
    for (String kind : List.of("logreg", "tip")) {
      Path old = folder.resolve(kind);
      try (Probe probe = probe(kind, features(clip(), true))) {
        probe.save(old);
        assertThat(probe.about().normalized()).isTrue();
      }
      Path about = old.resolve("probe.json");
      String json = Files.readString(about);
      Files.writeString(about, json.replaceAll(",\\s*\"normalized\" : true", ""));
      try (Probe probe = Probe.open(old)) {
        assertThat(probe.about().normalized()).isNull();
        if (kind.equals("tip")) {
          ProbeModel.of(clip(), probe).close();
        } else {
          assertThatThrownBy(() -> ProbeModel.of(clip(), probe))
              .hasMessage(
                  "the probe does not say whether its features were normalized: train it again");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "head | tree | head must be one of linear, adapter, tip_adapter, not tree",
        "tip_alpha | 1 | unknown model argument 'tip_alpha'",
        "normalize | 1 | normalize must be true or false, not 1",
      })
  void invalidArgumentsAreRefused(String key, String value, String message) {
    Object given = value.equals("1") ? (Object) 1 : value;
    assertThatThrownBy(
            () -> Models.create("clip_classifier", Map.of(key, given), Init.shapesOnly()))
        .hasMessageContaining(message);
  }
}
