package dev.vit4j.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.image.Image;
import dev.vit4j.infer.FeatureExtractor;
import dev.vit4j.infer.FeatureFile;
import dev.vit4j.infer.FeatureOrigin;
import dev.vit4j.infer.Predictor.Answer;
import dev.vit4j.infer.Predictor.Picture;
import dev.vit4j.search.FeatureIndex;
import dev.vit4j.search.IndexWriter;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Search over HTTP in a feature file and in an index made of it. */
class SearchEndpointTest {
  private static final int IMAGES = 20;
  @TempDir static Path dir;
  private static Path clip;

  @BeforeAll
  static void computeFeatures() throws IOException {
    clip = SmallModels.clip(dir.resolve("clip"));
    Path pictures = Files.createDirectory(dir.resolve("pictures"));
    Path features = pictures.resolve("features.safetensors");
    try (WeightsFolder.Loaded loaded = ModelSource.open(clip);
        FeatureExtractor extractor = FeatureExtractor.open(clip)) {
      FeatureOrigin origin = FeatureOrigin.of("clip", loaded, false, List.of());
      new FeatureFile(features, false)
          .write(
              sink -> {
                for (int i = 0; i < IMAGES; i++) {
                  Image image = SmallModels.noise(200, 100, i);
                  byte[] png = SmallModels.encoded(image, "png");
                  Files.write(pictures.resolve(i + ".png"), png);
                  Picture named = new Picture(i + ".png", () -> image, null);
                  sink.accept(new Answer<>(named, extractor.features(image), null));
                }
              },
              origin.metadata());
    }
    try (FeatureIndex file = FeatureIndex.open(features, 1);
        IndexWriter writer = IndexWriter.create(dir.resolve("photos.index"), 1, share -> {})) {
      writer.add(List.of(file));
    }
  }

  private static VitServer serve(Path model, Path searched) throws IOException {
    return VitServer.open(
        ServeOptions.of(Map.of("m", model)).listeningOn("127.0.0.1", 0).searching(searched));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pictures/features.safetensors", "photos.index"})
  void findsAnImageByItselfAndOthersByText(String searched) throws IOException {
    try (VitServer server = serve(clip, dir.resolve(searched))) {
      Client client = new Client(server);
      byte[] seventh = Files.readAllBytes(dir.resolve("pictures/7.png"));
      JsonNode results = client.post("/v1/search?k=3", seventh).json().get("results");
      assertThat(results).hasSize(3);
      JsonNode first = results.get(0);
      assertThat(first.get("source").stringValue()).isEqualTo("7.png");
      assertThat(first.get("score").doubleValue()).isCloseTo(1, within(1e-5));
      // The name is relative to the folder of the feature file, also for the index elsewhere.
      assertThat(first.get("thumbnail").stringValue()).startsWith("data:image/jpeg;base64,");
      assertThat(results.get(1).get("score").doubleValue())
          .isLessThan(1 - 1e-4)
          .isGreaterThanOrEqualTo(results.get(2).get("score").doubleValue());
      JsonNode byText = client.post("/v1/search?text=a%20dog", new byte[0]).json();
      assertThat(byText.get("results")).hasSize(12);
    }
  }

  @Test
  void featuresOfAnotherModelAreRefused() {
    Path vit = SmallModels.vit(dir.resolve("vit"));
    assertThatThrownBy(() -> serve(vit, dir.resolve("photos.index")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            dir.resolve("photos.index")
                + " was computed by another model (clip): serve that one too");
  }
}
