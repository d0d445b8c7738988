package dev.vit4j.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import dev.vit4j.head.AdapterConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeFolderTest {
  private static final float[][] QUERIES = {{1, -1, 2, 0, 0, 1}, {0, 3, 0, -2, 1, 0}};

  @TempDir Path dir;

  private static Map<String, Probe> all() throws IOException {
    Features train = GoldenProbesTest.train();
    TextClasses texts = GoldenProbesTest.texts();
    AdapterTraining training =
        new AdapterTraining(AdapterTraining.Algorithm.SGD, 1e-3, true, 0, 1, 8, 1, 0, 0);
    Map<String, Probe> all = new LinkedHashMap<>();
    all.put("logreg", new LogisticRegression(1, 100).fit(train, 2, ProbeProgress.NONE).probe());
    all.put("ridge", new Ridge(1).fit(train, 2));
    all.put("knn", KNearest.dino(4).fit(train));
    all.put("tip-adapter", new TipAdapter(1, 2, texts).fit(train));
    all.put(
        "adapter",
        new Adapter(AdapterConfig.deep(6), texts)
            .fit(train, null, null, training, GoldenProbesTest.QUIET)
            .probe());
    return all;
  }

  @Test
  void everyKindIsReadAsItWasSaved() throws IOException {
    for (Map.Entry<String, Probe> e : all().entrySet()) {
      Path folder = dir.resolve(e.getKey());
      e.getValue().save(folder);
      try (Probe read = Probe.open(folder)) {
        assertThat(read.about().kind()).isEqualTo(e.getKey());
        assertThat(read.about().toString()).isEqualTo(e.getValue().about().toString());
        assertThat(read.scores(QUERIES)).isDeepEqualTo(e.getValue().scores(QUERIES));
        assertThat(read.linear().isPresent())
            .isEqualTo(List.of("logreg", "ridge").contains(e.getKey()));
      }
      assertThatThrownBy(() -> e.getValue().save(folder))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("already exists and is not empty");
    }
  }

  @Test
  void namesAndOriginAreKept() throws IOException {
    Features.Origin origin = new Features.Origin("f", "vit", "abc", List.of("cat", "dog", "cow"));
    float[][] rows = {{1}, {2}, {4}};
    Probe probe = new Ridge(1).fit(Features.of(rows, new int[] {0, 2, 2}, origin), 1);
    assertThat(probe.about().names()).containsExactly("cat", "cow");
    assertThat(probe.about().name(1)).isEqualTo("cow");
    Features.Origin other = new Features.Origin("g", "clip", "def", List.of());
    assertThatThrownBy(() -> probe.requireFit(Features.of(rows, new int[0], other)))
        .hasMessage(
            "g and the probe have features of different models, clip and vit: embed both with the same model");
    assertThatThrownBy(() -> probe.predict(new float[][] {{1, 2}}))
        .hasMessageContaining("vectors of 2 numbers, the probe of 1");
  }

  @Test
  void damagedFoldersAreRefused() throws IOException {
    for (Map.Entry<String, Probe> e : all().entrySet()) {
      Path folder = dir.resolve(e.getKey());
      e.getValue().save(folder);
      Path about = folder.resolve("probe.json");
      String json = Files.readString(about);
      for (String[] change :
          new String[][] {
            {"\"format\" : 1", "\"format\" : 2"},
            {"\"dim\" : 6", "\"dim\" : 7"},
            {"[ 0, 1, 2, 3 ]", "[ 0, 1, 2 ]"},
            {"[ 0, 1, 2, 3 ]", "[ ]"},
            {"[ 0, 1, 2, 3 ]", "[ 3, 2, 1, 0 ]"},
            {"\"kind\" : \"" + e.getKey(), "\"kind\" : \"no" + e.getKey()},
            {"\"model\"", "\"made\""},
            {"}", ""}
          }) {
        Files.writeString(about, json.replace(change[0], change[1]));
        assertThatThrownBy(() -> Probe.open(folder))
            .as("%s with %s", e.getKey(), change[1])
            .isInstanceOf(FormatException.class);
      }
    }
    assertThatThrownBy(() -> Probe.open(dir)).hasMessageContaining("is not a probe");
    Path knn = dir.resolve("knn").resolve("probe.json");
    Probe.About about = all().get("knn").about();
    assertThat(about.settings()).containsEntry("k", 4);
    Files.delete(knn);
    Files.delete(dir.resolve("knn").resolve("probe.safetensors"));
    all().get("knn").save(dir.resolve("knn"));
    Files.writeString(knn, Files.readString(knn).replace("\"k\" : 4", "\"k\" : 400"));
    assertThatThrownBy(() -> Probe.open(dir.resolve("knn")))
        .hasMessageContaining("has 60 samples, fewer than k");
  }
}
