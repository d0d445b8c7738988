package dev.vit4j.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.explain.Explainer;
import dev.vit4j.explain.Explanation;
import dev.vit4j.image.Image;
import dev.vit4j.image.MaskDecoder;
import dev.vit4j.infer.Classifier;
import dev.vit4j.infer.Segmenter;
import dev.vit4j.infer.ZeroShotClassifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the endpoints answer, compared with the library. */
class EndpointsTest {
  @TempDir static Path dir;
  private static Path vit;
  private static Path clip;
  private static Path segmenter;
  private static VitServer server;
  private static Client client;

  @BeforeAll
  static void open() throws IOException {
    server = SmallModels.serveAll(dir);
    vit = dir.resolve("vit");
    clip = dir.resolve("clip");
    segmenter = dir.resolve("segmenter");
    client = new Client(server);
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static void assertRow(JsonNode row, float[] probabilities, int topK) {
    assertThat(row.get("predictions")).hasSize(topK);
    for (JsonNode prediction : row.get("predictions")) {
      int index = prediction.get("index").intValue();
      assertThat(prediction.get("label").stringValue()).isEqualTo(SmallModels.CLASSES.get(index));
      assertThat(prediction.get("probability").floatValue())
          .isCloseTo(probabilities[index], within(1e-5f));
    }
  }

  @Test
  void predictsAsTheLibrary() throws IOException {
    Image image = SmallModels.noise(50, 40, 1);
    Client.Answer answer =
        client.post("/v1/predict?model=vit&top_k=3", SmallModels.encoded(image, "png"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("model").stringValue()).isEqualTo("vit");
    try (Classifier classifier = Classifier.open(vit)) {
      assertRow(
          answer.json().get("results").get(0), classifier.probabilities(List.of(image))[0], 3);
    }
  }

  /** Each request is answered as if it were alone, whatever is computed together with it. */
  @Test
  void batchesDoNotChangeResults() throws IOException {
    List<Image> images =
        IntStream.range(0, 40).mapToObj(i -> SmallModels.noise(40, 40, i)).toList();
    List<CompletableFuture<Client.Answer>> answers = new ArrayList<>();
    for (Image image : images) {
      answers.add(
          client.sendAsync(
              client
                  .request("/v1/predict?model=vit")
                  .POST(
                      java.net.http.HttpRequest.BodyPublishers.ofByteArray(
                          SmallModels.encoded(image, "png")))));
    }
    try (Classifier classifier = Classifier.open(vit)) {
      for (int i = 0; i < images.size(); i++) {
        JsonNode row = answers.get(i).join().json().get("results").get(0);
        assertRow(row, classifier.probabilities(List.of(images.get(i)))[0], 5);
      }
    }
  }

  @Test
  void eachImageOfAFormFailsForItself() {
    byte[] jpeg = SmallModels.encoded(SmallModels.noise(64, 64, 2), "jpg");
    byte[] half = java.util.Arrays.copyOf(jpeg, jpeg.length / 2);
    Client.Parts parts = new Client.Parts().field("model", "vit").field("top_k", "1");
    for (int i = 0; i < 6; i++) {
      parts.file(i + ".jpg", i == 3 ? half : jpeg);
    }
    parts.file("note.txt", new byte[] {'h', 'i'});
    Client.Answer answer = client.post("/v1/predict", parts);
    assertThat(answer.status()).isEqualTo(200);
    JsonNode results = answer.json().get("results");
    assertThat(results).hasSize(7);
    for (int i = 0; i < 7; i++) {
      boolean broken = i == 3 || i == 6;
      assertThat(results.get(i).has("error")).isEqualTo(broken);
      assertThat(results.get(i).get("predictions")).hasSize(broken ? 0 : 1);
    }
    assertThat(results.get(3).get("error").stringValue()).startsWith("3.jpg: truncated JPEG");
    assertThat(results.get(3).get("status").intValue()).isEqualTo(400);
    assertThat(results.get(6).get("error").stringValue()).contains("is not a PNG");
  }

  @Test
  void listsModelsWithWhatTheyCanDo() {
    JsonNode data = client.get("/v1/models").json().get("data");
    assertThat(data).hasSize(3);
    JsonNode first = data.get(0);
    assertThat(first.get("id").stringValue()).isEqualTo("vit");
    assertThat(first.get("task").stringValue()).isEqualTo("classification");
    assertThat(first.get("capabilities").toString())
        .isEqualTo("[\"predict\",\"explain\",\"embeddings\"]");
    assertThat(first.get("classes").intValue()).isEqualTo(5);
    assertThat(first.get("input_size").toString()).isEqualTo("[3,32,32]");
    assertThat(first.get("dim").intValue()).isEqualTo(32);
    assertThat(first.get("grid").toString()).isEqualTo("[4,4]");
    assertThat(data.get(1).get("capabilities").toString())
        .isEqualTo("[\"explain\",\"zeroshot\",\"embeddings\"]");
    assertThat(data.get(2).get("capabilities").toString()).contains("\"segment\"");
  }

  @Test
  void classifiesByLabelsOfTheClient() throws IOException {
    Image image = SmallModels.noise(32, 32, 5);
    List<String> labels = List.of("cat", "a red car", "dog");
    Client.Answer answer =
        client.post(
            "/v1/zeroshot",
            new Client.Parts()
                .field("model", "clip")
                .field("labels", "cat, a red car,dog")
                .file("a.png", SmallModels.encoded(image, "png")));
    assertThat(answer.status()).isEqualTo(200);
    try (ZeroShotClassifier classifier = ZeroShotClassifier.open(clip, labels)) {
      float[] cosines = classifier.similarities(List.of(image))[0];
      float[] probabilities = classifier.probabilities(cosines);
      JsonNode predictions = answer.json().get("results").get(0).get("predictions");
      assertThat(predictions).hasSize(3);
      for (JsonNode p : predictions) {
        int index = p.get("index").intValue();
        assertThat(p.get("label").stringValue()).isEqualTo(labels.get(index));
        assertThat(p.get("probability").floatValue())
            .isCloseTo(probabilities[index], within(1e-4f));
        assertThat(p.get("similarity").floatValue()).isCloseTo(cosines[index], within(1e-5f));
      }
    }
  }

  @Test
  void makesMasksInTheSizeOfTheImage() throws IOException {
    Image image = SmallModels.noise(37, 51, 3);
    byte[] png = SmallModels.encoded(image, "png");
    Image expected;
    try (Segmenter library = Segmenter.open(segmenter)) {
      expected = library.segment(image);
    }
    Client.Answer mask =
        client.send(
            client
                .request("/v1/segment?model=segmenter")
                .header("Accept", "image/png")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofByteArray(png)));
    assertThat(mask.header("Content-Type")).isEqualTo("image/png");
    assertThat(MaskDecoder.decode(mask.bytes(), "mask", 10_000).pixels())
        .isEqualTo(expected.pixels());

    JsonNode row = client.post("/v1/segment?model=segmenter", png).json().get("results").get(0);
    assertThat(row.get("size").toString()).isEqualTo("[37,51]");
    assertThat(Base64.getDecoder().decode(row.get("mask").stringValue())).isEqualTo(mask.bytes());
    double sum = 0;
    for (JsonNode area : row.get("areas")) {
      sum += area.get("share").doubleValue();
      assertThat(area.get("color").stringValue()).matches("#[0-9a-f]{6}");
    }
    assertThat(sum).isCloseTo(1, within(1e-9));
  }

  @Test
  void explainsAsTheLibrary() throws IOException {
    Image image = SmallModels.noise(80, 40, 8);
    byte[] png = SmallModels.encoded(image, "png");
    JsonNode relevance = client.post("/v1/explain?model=vit&class=dog", png).json();
    JsonNode head =
        client.post("/v1/explain?model=vit&figure=attention&layer=1&head=0", png).json();
    JsonNode patch =
        client.post("/v1/explain?model=vit&figure=attention&layer=1&head=0&patch=2,1", png).json();
    try (Explainer explainer = Explainer.open(vit)) {
      Explanation seen = explainer.explain(image, 1);
      assertMap(relevance, Objects.requireNonNull(seen.attention()).relevance());
      assertMap(head, seen.attention().heads()[1][0]);
      Explanation fromPatch = explainer.explain(image, 1, 9);
      assertMap(patch, Objects.requireNonNull(fromPatch.attention()).heads()[1][0]);
    }
    assertThat(relevance.get("figure").stringValue()).isEqualTo("relevance");
    assertThat(relevance.get("grid").toString()).isEqualTo("[4,4]");
    assertThat(relevance.get("size").toString()).isEqualTo("[80,40]");
    // The shorter side becomes 36 pixels, of which 32 are seen.
    assertThat(relevance.get("crop").toString()).isEqualTo("[22,2,36,36]");
    assertThat(patch.get("patch").toString()).isEqualTo("[2,1]");
  }

  private static void assertMap(JsonNode json, float[][] map) {
    float least = json.get("range").get(0).floatValue();
    float most = json.get("range").get(1).floatValue();
    for (int i = 0; i < 16; i++) {
      float value = json.get("values").get(i).floatValue();
      assertThat(least + value * (most - least)).isCloseTo(map[i / 4][i % 4], within(1e-5f));
    }
  }

  @Test
  void explainsTheSimilarityOfATextAndRefusesWithout() {
    byte[] png = SmallModels.png(32, 32, 1);
    Client.Answer answer = client.post("/v1/explain?model=clip&text=a%20dog", png);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("values")).hasSize(16);
    Client.Answer without = client.post("/v1/explain?model=clip", png);
    assertThat(without.status()).isEqualTo(400);
    assertThat(without.json().get("error").stringValue()).contains("which text?");
    for (String figure : List.of("attention", "rollout")) { // of the image alone
      String path = "/v1/explain?model=clip&figure=" + figure;
      assertThat(client.post(path, png).json().get("values"))
          .isEqualTo(client.post(path + "&text=a%20dog", png).json().get("values"));
    }
  }
}
