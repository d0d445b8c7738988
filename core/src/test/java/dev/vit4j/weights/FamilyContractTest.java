package dev.vit4j.weights;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.assertSameBits;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.vit4j.model.Classifies;
import dev.vit4j.model.Family;
import dev.vit4j.model.FeatureMaps;
import dev.vit4j.model.Inside;
import dev.vit4j.model.Model;
import dev.vit4j.model.Segments;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of every family in the catalog, including new ones. */
class FamilyContractTest {
  /** Arguments that make the smallest variant small enough for a test, where it is not. */
  private static final Map<String, Map<String, Object>> SMALLER =
      Map.of(
          "mixer", Map.of("img_size", 32, "patch_size", 8, "embed_dim", 32, "num_blocks", 2),
          "mvitv2",
              Map.of("img_size", 64, "depths", List.of(1, 2, 1), "embed_dim", 16, "num_heads", 2),
          "vit", Map.of("in_chans", 3),
          "vit_seg",
              Map.of("img_size", 32, "patch_size", 8, "embed_dim", 32, "depth", 2, "num_heads", 2),
          "fcn", Map.of("width", 16),
          "multitask_vit",
              Map.of(
                  "img_size",
                  32,
                  "patch_size",
                  8,
                  "depth",
                  2,
                  "dim_feedforward",
                  32,
                  "mask_hidden",
                  16,
                  "pos_embed",
                  "sincos2d"),
          "spikformer", Map.of("img_size", 16, "embed_dim", 32, "depth", 2, "num_heads", 2),
          "clip_classifier",
              Map.of(
                  "img_size",
                  32,
                  "vision_patch_size",
                  8,
                  "vision_width",
                  32,
                  "vision_layers",
                  2,
                  "vision_head_width",
                  16,
                  "embed_dim",
                  24));

  @TempDir Path dir;

  /** The families of models of images alone; {@code model.clip.ClipTest} tests the other one. */
  static Stream<Arguments> families() {
    return Models.ALL.stream()
        .filter(family -> !family.name().equals("clip"))
        .map(family -> Arguments.of(family.name(), family));
  }

  /** The variant with the fewest parameters, with values as after a training. */
  private static Model small(Family family, Map<String, ?> more) {
    String name =
        family.variants().keySet().stream()
            .min(Comparator.comparingLong(FamilyContractTest::count))
            .orElseThrow();
    Map<String, Object> args = new HashMap<>(SMALLER.getOrDefault(family.name(), Map.of()));
    args.putAll(more);
    return OnnxExportTest.model(name, args);
  }

  private static long count(String name) {
    return Models.create(name, Map.of(), Init.shapesOnly()).parameterCount();
  }

  /** Models that classify may have no classes: they give features then. */
  private static boolean needsClasses(Family family) {
    return small(family, Map.of()) instanceof Segments;
  }

  private static Tensor images(Model m, int batch) {
    return normal(batch, batch, m.channels(), m.height(), m.width());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("families")
  void namesAreInTheCatalog(String name, Family family) {
    assertThat(family.title()).isNotBlank();
    assertThat(family.variants()).isNotEmpty();
    assertThat(Models.names()).containsAll(family.variants().keySet());
    assertThat(family.variants().keySet()).containsAll(family.interop().timmTags().keySet());
    if (!family.interop().tables().isEmpty()) { // whose weights may have any size
      assertThat(family.variants()).containsEntry(name, Map.of());
    }
    family
        .variants()
        .forEach(
            (variant, args) -> {
              Model model = Models.create(variant, Map.of(), Init.shapesOnly());
              assertThat(model.family()).isSameAs(family);
              assertThat(model.args()).isEqualTo(family.config(variant, args).toMap());
              assertThat(model.parameterCount()).isPositive();
            });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("families")
  void packedAnswersTheSameAndNoLongerTrains(String name, Family family) {
    try (Model model = small(family, Map.of());
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor x = images(model, 3);
      Tensor plain = model.apply(x);
      model.pack(Precision.F32);
      assertThat(plain.maxAbs()).isPositive();
      assertClose("logits", model.apply(x), plain, 1e-5 * plain.maxAbs());
      assertThatThrownBy(() -> model.train(true)).hasMessageContaining("cannot be trained");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("families")
  void onnxRuntimeAnswersTheSame(String name, Family family) throws Exception {
    List<Integer> sizes = needsClasses(family) ? List.of(4) : List.of(4, 0);
    for (Map<String, ?> args : sizes.stream().map(k -> Map.of("num_classes", k)).toList()) {
      Path file = dir.resolve(args.values() + ".onnx");
      try (Model model = small(family, args);
          NoGrad g = NoGrad.on();
          Scope scope = Scope.open()) {
        OnnxExport.write(model, OnnxExportTest.preprocess(model), List.of(), file);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toString())) {
          Tensor x = images(model, 2);
          Tensor ours = model.apply(x);
          Tensor theirs = Tensor.of(OnnxExportTest.run(environment, session, x), ours.shape());
          assertClose("logits", theirs, ours, 1e-4);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("families")
  void savedAndOpenedItIsTheSame(String name, Family family) throws Exception {
    List<String> classes = List.of("a", "b", "c");
    try (Model model = small(family, Map.of("num_classes", 3));
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      WeightsFolder.writeConfig(
          dir, new WeightsFolder.Loaded(model, OnnxExportTest.preprocess(model), classes));
      WeightsFolder.writeWeights(dir, model, Map.of());
      try (WeightsFolder.Loaded loaded = ModelSource.open(dir)) {
        assertThat(loaded.model().name()).isEqualTo(model.name());
        assertThat(loaded.model().args()).isEqualTo(model.args());
        assertThat(loaded.classes()).isEqualTo(classes);
        Tensor x = images(model, 2);
        assertSameBits("logits", loaded.model().apply(x), model.apply(x));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("families")
  void adaptsToOtherClassesSizesAndChannels(String name, Family family) {
    try (Model from = small(family, Map.of("num_classes", 5))) {
      Map<String, Object> size =
          Map.of("num_classes", 7, "img_size", List.of(2 * from.height(), 3 * from.width()));
      int fewest = needsClasses(family) ? 1 : 0;
      Map<String, Object> gray = Map.of("num_classes", fewest, "in_chans", 1);
      for (Map<String, Object> args :
          List.of(Map.<String, Object>of("num_classes", 7), size, gray)) {
        try (Model to = small(family, args);
            NoGrad g = NoGrad.on();
            Scope scope = Scope.open()) {
          List<String> notes = Adaptation.load(from, to);
          assertThat(notes)
              .anyMatch(note -> note.startsWith("it has 5 classes, the model " + to.numClasses()));
          Tensor x = images(to, 2);
          Tensor features = features(to, x);
          assertThat(features.allFinite()).isTrue();
          if (args.size() == 1) {
            assertSameBits("features", features, features(from, x));
          }
          if (to instanceof Segments) {
            Tensor logits = to.apply(x);
            assertThat(logits.allFinite()).isTrue();
            assertThat(logits.shape()).containsExactly(2, to.numClasses(), to.height(), to.width());
          }
        }
      }
    }
  }

  /** What the head reads. */
  private static Tensor features(Model model, Tensor x) {
    if (model instanceof Classifies classifies) {
      return classifies.features(x);
    }
    try (Trace trace = Trace.start()) {
      model.apply(x);
      return trace.tensors().get("feature_map").copy();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("families")
  void noClassesAreFeaturesOrRefused(String name, Family family) {
    Map<String, Object> none = Map.of("num_classes", 0);
    if (needsClasses(family)) {
      assertThatThrownBy(() -> small(family, none))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("num_classes above 0")
          .hasMessageNotContaining("\n");
      return;
    }
    try (Model model = small(family, none);
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor x = images(model, 2);
      assertThat(model.classifier()).isEmpty();
      assertSameBits("features", model.apply(x), model.as(Classifies.class).features(x));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("families")
  void everyParameterHasALayer(String name, Family family) {
    Model model = small(family, Map.of());
    Map<String, Integer> layers = model.layers();
    assertThat(layers.keySet()).isEqualTo(model.parameters().keySet());
    Set<Integer> numbers = new TreeSet<>(layers.values());
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i++) {
      expected.add(i);
    }
    assertThat(numbers).containsExactlyElementsOf(expected);
    assertThat(numbers).hasSizeGreaterThanOrEqualTo(3); // stem, at least one block, head
    assertThat(model.classifier()).isNotEmpty();
    layers.forEach(
        (parameter, layer) ->
            assertThat(layer == numbers.size() - 1)
                .as(parameter)
                .isEqualTo(model.isOfHead().test(parameter) || parameter.startsWith("fc_norm.")));
    assertThat(model.parameters().keySet()).containsAll(present(model, model.noWeightDecay()));
  }

  private static Set<String> present(Model model, Set<String> names) {
    Set<String> present = new TreeSet<>(names);
    present.retainAll(model.parameters().keySet());
    return present;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("families")
  void traceNamesTheWayFromPixelsToLogits(String name, Family family) {
    try (Model model = small(family, Map.of());
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open();
        Trace trace = Trace.start()) {
      Tensor x = images(model, 2);
      Tensor logits = model.apply(x);
      Map<String, Tensor> seen = trace.tensors();
      if (model instanceof Segments) {
        assertThat(seen).containsKeys("pixels", "feature_map", "grid_logits", "logits");
      } else {
        assertThat(seen).containsKeys("pixels", "features", "logits");
        Tensor scores = model.as(Classifies.class).scores(seen.get("features"));
        assertClose("scores", scores, logits, 1e-6);
      }
      assertThat(seen.keySet()).anyMatch(n -> n.matches("block\\.0|layer1"));
      assertSameBits("pixels", seen.get("pixels"), x);
      assertSameBits("logits", seen.get("logits"), logits);
      Inside inside = family.inside(model);
      for (String maps : List.of(inside.firstMaps(), inside.lastMaps())) {
        assertThat(maps.isEmpty() || seen.get(maps).dim() == 4).as(maps).isTrue();
      }
      if (inside.attention() != null) {
        int n = inside.attention().tokens();
        for (int i = 0; i < inside.attention().layers(); i++) {
          assertThat(seen.get("block." + i + ".attention").shape())
              .containsExactly(2, inside.attention().heads(), n, n);
        }
      }
      for (Family.EmbeddingStep step : family.embedding()) {
        assertThat(step.what()).contains("[");
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("families")
  void featureMapsFollowStrideAndChannels(String name, Family family) {
    try (Model model = small(family, Map.of());
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      if (model instanceof FeatureMaps maps) {
        Tensor map = maps.featureMap(images(model, 2));
        int[] stride = maps.mapStride();
        assertThat(map.shape())
            .containsExactly(
                2, maps.mapChannels(), model.height() / stride[0], model.width() / stride[1]);
      }
      assertThat(model.parameters()).containsKey(model.timmConfig().firstConv() + ".weight");
    }
  }
}
