package dev.vit4j.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.image.Image;
import dev.vit4j.infer.Classifier;
import dev.vit4j.infer.FeatureExtractor;
import dev.vit4j.input.FitToModel;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Scope;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The Open Inference Protocol, compared with the library. */
class V2Test {
  private static final String INFER = "/v2/models/vit/infer";

  @TempDir static Path dir;
  private static Path vit;
  private static VitServer server;
  private static Client client;
  private static final Image FIRST = SmallModels.noise(40, 50, 1);
  private static final Image SECOND = SmallModels.noise(32, 32, 2);

  @BeforeAll
  static void open() throws IOException {
    vit = SmallModels.vit(dir.resolve("vit"));
    Map<String, Path> models = new LinkedHashMap<>();
    models.put("vit", vit);
    models.put("clip", SmallModels.clip(dir.resolve("clip")));
    models.put("segmenter", SmallModels.segmenter(dir.resolve("segmenter")));
    server = VitServer.open(ServeOptions.of(models).listeningOn("127.0.0.1", 0));
    client = new Client(server);
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static Client.Answer infer(String json, byte[]... binary) {
    byte[] head = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer body =
        ByteBuffer.allocate(head.length + Arrays.stream(binary).mapToInt(b -> b.length).sum());
    body.put(head);
    Arrays.stream(binary).forEach(body::put);
    HttpRequest.Builder request =
        client.request(INFER).POST(HttpRequest.BodyPublishers.ofByteArray(body.array()));
    return client.send(
        binary.length == 0
            ? request
            : request.header(V2Infer.HEADER_LENGTH, Integer.toString(head.length)));
  }

  private static String base64(Image image) {
    return Base64.getEncoder().encodeToString(SmallModels.encoded(image, "png"));
  }

  private static float[] pixels(Image image) throws IOException {
    try (WeightsFolder.Loaded loaded = ModelSource.open(vit);
        Scope scope = Scope.open()) {
      FitToModel fit = new FitToModel(loaded.preprocess());
      return fit.batch(List.of(fit.apply(image)), Device.CPU).toFloats();
    }
  }

  private static void assertRows(JsonNode data, float[][] rows) {
    int at = 0;
    for (float[] row : rows) {
      for (float value : row) {
        assertThat(data.get(at++).floatValue()).isCloseTo(value, within(1e-5f));
      }
    }
    assertThat(data).hasSize(at);
  }

  @Test
  void describesServerAndModels() {
    assertThat(client.get("/v2").json().get("extensions").get(0).stringValue())
        .isEqualTo("binary_tensor_data");
    assertThat(client.get("/v2/health/live").json().get("live").booleanValue()).isTrue();
    assertThat(client.get("/v2/health/ready").json().get("ready").booleanValue()).isTrue();
    assertThat(client.get("/v2/models/clip/versions/1/ready").json().get("ready").booleanValue())
        .isTrue();
    assertThat(client.get("/v2/models/vit/versions/2").status()).isEqualTo(404);
    assertThat(client.get("/v2/models/cat/ready").status()).isEqualTo(404);
    assertThat(client.get("/v2/models/vit").text())
        .contains("{\"name\":\"pixel_values\",\"datatype\":\"FP32\",\"shape\":[-1,3,32,32]}")
        .contains("{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[-1]}")
        .contains("{\"name\":\"probabilities\",\"datatype\":\"FP32\",\"shape\":[-1,5]}")
        .contains("{\"name\":\"embedding\",\"datatype\":\"FP32\",\"shape\":[-1,32]}");
    assertThat(client.get("/v2/models/clip").text())
        .contains("\"outputs\":[{\"name\":\"embedding\",\"datatype\":\"FP32\",\"shape\":[-1,24]}]");
    assertThat(client.get("/v2/models/segmenter").text())
        .contains("{\"name\":\"logits\",\"datatype\":\"FP32\",\"shape\":[-1,5,32,32]}");
  }

  @Test
  void answersEncodedImages() throws IOException {
    JsonNode json =
        infer(
                """
                {"id":"a1","parameters":{"origin":"test","binary_data_output":false},"inputs":[
                 {"name":"image","datatype":"BYTES","shape":[2],"data":["%s","data:image/png;base64,%s"]}]}
                """
                    .formatted(base64(FIRST), base64(SECOND)))
            .json();
    assertThat(json.get("model_name").stringValue()).isEqualTo("vit");
    assertThat(json.get("id").stringValue()).isEqualTo("a1");
    assertThat(json.get("parameters").toString()).isEqualTo("{\"origin\":\"test\"}");
    assertThat(json.get("outputs")).hasSize(3);
    assertThat(json.get("outputs").get(1).get("shape").toString()).isEqualTo("[2,5]");
    try (Classifier classifier = Classifier.open(vit);
        FeatureExtractor extractor = FeatureExtractor.open(vit)) {
      assertRows(
          json.get("outputs").get(1).get("data"), classifier.probabilities(List.of(FIRST, SECOND)));
      assertRows(
          json.get("outputs").get(2).get("data"), extractor.features(List.of(FIRST, SECOND)));
    }
  }

  @Test
  void answersNormalizedPixelsInNestedArrays() throws IOException {
    String one = Arrays.toString(pixels(FIRST));
    String two = Arrays.toString(pixels(SECOND));
    JsonNode json =
        infer(
                """
                {"inputs":[{"name":"pixel_values","datatype":"FP32","shape":[2,3,32,32],"data":[[%s],[[%s]]]}],
                 "outputs":[{"name":"probabilities"}]}
                """
                    .formatted(one, two))
            .json();
    assertThat(json.get("outputs")).hasSize(1);
    assertThat(json.has("id")).isFalse();
    try (Classifier classifier = Classifier.open(vit)) {
      assertRows(
          json.get("outputs").get(0).get("data"), classifier.probabilities(List.of(FIRST, SECOND)));
    }
  }

  @Test
  void answersBytes() throws IOException {
    byte[] png = SmallModels.encoded(FIRST, "png");
    ByteBuffer element =
        ByteBuffer.allocate(png.length + 4)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(png.length)
            .put(png);
    Client.Answer answer =
        infer(
            """
            {"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":%d}}],
             "outputs":[{"name":"embedding","parameters":{"binary_data":true}},{"name":"logits"}]}
            """
                .formatted(element.capacity()),
            element.array());
    assertThat(answer.status()).isEqualTo(200);
    int head = Integer.parseInt(answer.header(V2Infer.HEADER_LENGTH));
    JsonNode json = JsonMapper.shared().readTree(Arrays.copyOf(answer.bytes(), head));
    assertThat(json.get("outputs").get(0).get("parameters").toString())
        .isEqualTo("{\"binary_data_size\":128}");
    assertThat(json.get("outputs").get(1).get("data")).hasSize(5);
    float[] vector = new float[32];
    ByteBuffer.wrap(answer.bytes(), head, 128)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(vector);
    try (FeatureExtractor extractor = FeatureExtractor.open(vit)) {
      assertThat(vector).isEqualTo(extractor.features(FIRST));
    }
  }

  @Test
  void answersBytesOfPixels() throws IOException {
    Client.Answer answer =
        infer(
            """
            {"inputs":[{"name":"pixel_values","datatype":"FP32","shape":[1,3,32,32],"parameters":{"binary_data_size":12288}}],
             "parameters":{"binary_data_output":true},"outputs":[{"name":"probabilities"}]}
            """,
            EncodedImage.littleEndian(pixels(FIRST)));
    int head = Integer.parseInt(answer.header(V2Infer.HEADER_LENGTH));
    float[] found = new float[5];
    ByteBuffer.wrap(answer.bytes(), head, 20)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(found);
    try (Classifier classifier = Classifier.open(vit)) {
      assertThat(found).containsExactly(classifier.probabilities(List.of(FIRST))[0], within(1e-5f));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | JSON object",
        "{\"inputs\":[]} | no inputs",
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]}]} | pixel_values and image",
        "{\"inputs\":[{\"name\":\"pixel_values\",\"datatype\":\"FP32\",\"shape\":[1,3,32,32],\"data\":[1]}]} | 1 numbers are not the 3072",
        "{\"inputs\":[{\"name\":\"pixel_values\",\"datatype\":\"FP64\",\"shape\":[1,3,32,32],\"data\":[1]}]} | must be FP32",
        "{\"inputs\":[{\"name\":\"pixel_values\",\"datatype\":\"FP32\",\"shape\":[9000000000000000000,3,32,32],\"data\":[1]}]} | too large",
        "{\"inputs\":[{\"name\":\"pixel_values\",\"datatype\":\"FP32\",\"shape\":[-1,3,32,32],\"data\":[1]}]} | negative",
        "{\"inputs\":[{\"name\":\"pixel_values\",\"datatype\":\"FP32\",\"shape\":[99999999999999999999,3,32,32],\"data\":[1]}]} | JSON",
        "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"http://127.0.0.1/a.png\"]}]} | never fetched",
        "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"####\"]}]} | base64",
        "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[2],\"data\":[\"aaaa\"]}]} | 1 elements",
        "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"aaaa\"]}],\"outputs\":[{\"name\":\"labels\"}]} | not known",
        "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[1],\"parameters\":{\"binary_data_size\":4}}]} | 0 bytes are left",
        "{\"inputs\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ | input must be an object",
        "{\"more\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ | nesting depth",
      })
  void refusesWhatDoesNotFit(String json, String message) {
    Client.Answer answer = infer(json);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("error").stringValue()).containsIgnoringCase(message);
  }

  @Test
  void refusesPixelsThatAreNoNumbers() {
    String request =
        """
        {"inputs":[{"name":"pixel_values","datatype":"FP32","shape":[1,3,32,32],"parameters":{"binary_data_size":12288}}]}
        """;
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1e30f}) {
      float[] pixels = new float[3072];
      pixels[70] = bad;
      Client.Answer answer = infer(request, EncodedImage.littleEndian(pixels));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text()).contains("normalized pixels");
    }
  }
}
