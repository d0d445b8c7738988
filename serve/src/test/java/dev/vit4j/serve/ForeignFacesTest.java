package dev.vit4j.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.image.Image;
import dev.vit4j.infer.Classifier;
import dev.vit4j.infer.FeatureExtractor;
import dev.vit4j.infer.Segmenter;
import dev.vit4j.infer.TextEncoder;
import dev.vit4j.infer.ZeroShotClassifier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The protocols of OpenAI, Hugging Face, TorchServe and SageMaker, compared with the library. */
class ForeignFacesTest {
  private static final Image IMAGE = SmallModels.noise(44, 36, 5);
  private static final byte[] PNG = SmallModels.encoded(IMAGE, "png");
  private static final String BASE64 = Base64.getEncoder().encodeToString(PNG);

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

  private static Client.Answer json(String path, String body) {
    return client.send(
        client
            .request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static void assertVector(JsonNode vector, float[] expected) {
    assertThat(vector).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(vector.get(i).floatValue()).isCloseTo(expected[i], within(1e-5f));
    }
  }

  @Test
  void embedsTextsAndImagesForOpenAi() throws IOException {
    JsonNode json =
        json(
                "/v1/embeddings",
                """
                {"model":"clip","input":["a dog","data:image/png;base64,%s","two words"]}
                """
                    .formatted(BASE64))
            .json();
    assertThat(json.get("object").stringValue()).isEqualTo("list");
    assertThat(json.get("usage").get("total_tokens").intValue()).isZero();
    try (TextEncoder texts = TextEncoder.open(clip);
        FeatureExtractor images = FeatureExtractor.open(clip)) {
      float[][] expected = texts.features(List.of("a dog", "two words"));
      assertVector(json.get("data").get(0).get("embedding"), expected[0]);
      assertVector(json.get("data").get(1).get("embedding"), images.features(IMAGE));
      assertVector(json.get("data").get(2).get("embedding"), expected[1]);
    }
  }

  @Test
  void embeddingsMayBeBase64AndNormalized() throws IOException {
    JsonNode json =
        json(
                "/v1/embeddings",
                """
                {"model":"vit","input":"data:image/png;base64,%s","encoding_format":"base64","normalize":true}
                """
                    .formatted(BASE64))
            .json();
    byte[] bytes =
        Base64.getDecoder().decode(json.get("data").get(0).get("embedding").stringValue());
    float[] vector = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    JsonNode multipart =
        client
            .post(
                "/v1/embeddings",
                new Client.Parts().field("model", "vit").field("normalize", "1").file("a.png", PNG))
            .json();
    try (FeatureExtractor extractor = FeatureExtractor.open(vit)) {
      float[] expected = FeatureExtractor.normalized(extractor.features(IMAGE));
      assertThat(vector).containsExactly(expected, within(1e-6f));
      assertVector(multipart.get("data").get(0).get("embedding"), expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model\":\"clip\",\"input\":\"https://127.0.0.1/a.png\"} | 400 | never fetched",
        "{\"model\":\"clip\",\"input\":[1,2]} | 400 | tokens",
        "{\"model\":\"clip\",\"input\":[]} | 400 | no input",
        "{\"model\":\"clip\",\"input\":\" \"} | 400 | empty",
        "{\"model\":\"vit\",\"input\":\"a dog\"} | 400 | cannot",
        "{\"model\":\"bert\",\"input\":\"a dog\"} | 404 | clip",
        "{\"model\":\"clip\",\"input\":\"a dog\",\"dimensions\":12} | 400 | 24",
        "{\"model\":\"clip\",\"input\":\"a dog\",\"encoding_format\":\"hex\"} | 400 | base64",
        "{\"model\":\"clip\",\"input\":\"data:image/png;base64,aaaa\"} | 400 | input 0",
      })
  void openAiErrorsHaveItsFormat(String body, int status, String message) {
    Client.Answer answer = json("/v1/embeddings", body);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().get("error").get("message").stringValue()).contains(message);
    assertThat(answer.json().get("error").get("type").stringValue())
        .isEqualTo("invalid_request_error");
  }

  @Test
  void describesAModelForOpenAi() {
    assertThat(client.get("/v1/models/clip").json().get("id").stringValue()).isEqualTo("clip");
    Client.Answer missing = client.get("/v1/models/gpt");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.json().get("error").get("code").stringValue()).isEqualTo("model_not_found");
  }

  @Test
  void classifiesForHuggingFaceTorchServeAndSageMaker() throws IOException {
    try (Classifier classifier = Classifier.open(vit)) {
      var best = classifier.classify(IMAGE, 2);
      JsonNode raw = client.post("/models/vit", PNG).json();
      JsonNode two =
          json("/models/vit", "{\"inputs\":\"%s\",\"parameters\":{\"top_k\":2}}".formatted(BASE64))
              .json();
      assertThat(raw).hasSize(5);
      assertThat(two).hasSize(2);
      for (JsonNode rows : List.of(raw, two)) {
        assertThat(rows.get(1).get("label").stringValue()).isEqualTo(best.get(1).label());
        assertThat(rows.get(1).get("score").floatValue())
            .isCloseTo(best.get(1).probability(), within(1e-5f));
      }
      for (String path : List.of("/predictions/vit", "/predictions/vit/1.0", "/invocations")) {
        JsonNode labels = client.post(path, PNG).json();
        assertThat(labels.get(best.get(0).label()).floatValue())
            .isCloseTo(best.get(0).probability(), within(1e-5f));
      }
      JsonNode several =
          client
              .post("/predictions/vit", new Client.Parts().file("a.png", PNG).file("b.png", PNG))
              .json();
      assertThat(several).hasSize(2);
      assertThat(several.get(1)).isEqualTo(several.get(0));
    }
    assertThat(client.get("/ping").json().get("status").stringValue()).isEqualTo("Healthy");
  }

  @Test
  void classifiesByLabelsForHuggingFace() throws IOException {
    JsonNode rows =
        json(
                "/models/clip",
                """
                {"inputs":"%s","parameters":{"candidate_labels":["dog","house","tree"],
                 "hypothesis_template":"a photo of a {}"}}
                """
                    .formatted(BASE64))
            .json();
    try (ZeroShotClassifier classifier =
        ZeroShotClassifier.open(clip, List.of("dog", "house", "tree"))) {
      var best = classifier.classify(IMAGE, 3);
      for (int i = 0; i < 3; i++) {
        assertThat(rows.get(i).get("label").stringValue()).isEqualTo(best.get(i).label());
        assertThat(rows.get(i).get("score").floatValue())
            .isCloseTo(best.get(i).probability(), within(1e-5f));
      }
    }
  }

  @Test
  void extractsFeaturesForHuggingFace() throws IOException {
    JsonNode one = json("/models/clip", "{\"inputs\":\"a small dog\"}").json();
    JsonNode two = json("/models/clip", "{\"inputs\":[\"cat\",\"a small dog\"]}").json();
    JsonNode image = client.post("/models/clip", PNG).json();
    try (TextEncoder texts = TextEncoder.open(clip);
        FeatureExtractor images = FeatureExtractor.open(clip)) {
      float[] expected = texts.features(List.of("a small dog"))[0];
      assertVector(one.get(0), expected);
      assertVector(two.get(1), expected);
      assertVector(image.get(0), images.features(IMAGE));
    }
  }

  @Test
  void segmentsForHuggingFace() throws IOException {
    JsonNode rows = client.post("/models/segmenter", PNG).json();
    try (Segmenter library = Segmenter.open(segmenter)) {
      byte[] labels = library.segment(IMAGE).pixels();
      int pixels = 0;
      for (JsonNode row : rows) {
        int index = SmallModels.CLASSES.indexOf(row.get("label").stringValue());
        assertThat(row.get("score").isNull()).isTrue();
        var mask =
            ImageIO.read(
                new ByteArrayInputStream(
                    Base64.getDecoder().decode(row.get("mask").stringValue())));
        assertThat(mask.getWidth()).isEqualTo(44);
        for (int i = 0; i < labels.length; i++) {
          int value = mask.getRaster().getSample(i % 44, i / 44, 0);
          assertThat(value).isEqualTo(labels[i] == index ? 255 : 0);
          pixels += value / 255;
        }
      }
      assertThat(pixels).isEqualTo(44 * 36);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/models/vit | {} | 400",
        "/models/vit | {\"inputs\":\"http://127.0.0.1/a.png\"} | 400",
        "/models/vit | {\"inputs\":\"aaaa\",\"parameters\":{\"candidate_labels\":[\"a\",\"b\"]}} | 400",
        "/models/clip | {\"inputs\":\"aaaa\",\"parameters\":{\"candidate_labels\":[\"a\",1]}} | 400",
        "/models/clip | {\"inputs\":\"aaaa\",\"parameters\":{\"candidate_labels\":[\"a\",\"b\"],\"hypothesis_template\":\"x\"}} | 400",
        "/models/vit | {\"inputs\":\"aaaa\",\"parameters\":{\"top_k\":0}} | 400",
        "/models/vit | {\"inputs\":\"aaaa\",\"parameters\":{\"function_to_apply\":\"none\"}} | 400",
        "/models/cat | {\"inputs\":\"aaaa\"} | 404",
        "/predictions/clip | {} | 415",
        "/invocations | {} | 415",
      })
  void refusesWhatDoesNotFit(String path, String body, int status) {
    Client.Answer answer = json(path, body);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().get("error").isString()).isTrue();
  }
}
