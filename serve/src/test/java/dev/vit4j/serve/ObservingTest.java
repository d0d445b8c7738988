package dev.vit4j.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Metrics and the log. */
class ObservingTest {
  @TempDir Path dir;

  private ServeOptions options(List<String> lines, LogFormat format) {
    return ServeOptions.of(Map.of("vit", SmallModels.vit(dir.resolve("vit"))))
        .listeningOn("127.0.0.1", 0)
        .logging(format, lines::add);
  }

  @Test
  void countsRequestsBatchesAndWhatIsInUse() throws IOException {
    try (VitServer server = VitServer.open(options(new CopyOnWriteArrayList<>(), LogFormat.TEXT))) {
      Client client = new Client(server);
      byte[] png = SmallModels.png(30, 30, 1);
      client.post("/v1/predict", new Client.Parts().file("a", png).file("b", png));
      client.post("/v1/predict", new byte[] {1});
      Client.Answer metrics = client.get("/metrics");
      assertThat(metrics.header("Content-Type")).startsWith("text/plain; version=0.0.4");
      assertThat(metrics.text())
          .contains("vit4j_requests_total{endpoint=\"/v1/predict\",status=\"200\"} 1.0")
          .contains("vit4j_requests_total{endpoint=\"/v1/predict\",status=\"400\"} 1.0")
          .contains("vit4j_request_seconds_count{endpoint=\"/v1/predict\"} 2")
          .contains("vit4j_batch_size_sum{model=\"vit\"} 2.0")
          .contains("vit4j_queue 0.0")
          .contains("vit4j_queue_limit 256.0")
          .contains("vit4j_decoding_pixels 0.0")
          .contains("vit4j_body_bytes 0.0")
          .contains("vit4j_model_ready{model=\"vit\"} 1.0")
          .contains("jvm_memory_used_bytes");
    }
  }

  @Test
  void writesALineForEachRequest() throws IOException {
    List<String> lines = new CopyOnWriteArrayList<>();
    byte[] png = SmallModels.png(30, 30, 1);
    try (VitServer server = VitServer.open(options(lines, LogFormat.JSON))) {
      Client client = new Client(server);
      client.post("/v1/predict", png);
    }
    assertThat(lines).hasSize(1);
    JsonNode first = JsonMapper.shared().readTree(lines.get(0));
    assertThat(first.get("method").stringValue()).isEqualTo("POST");
    assertThat(first.get("path").stringValue()).isEqualTo("/v1/predict");
    assertThat(first.get("status").intValue()).isEqualTo(200);
    assertThat(first.get("pictures").intValue()).isEqualTo(1);
    assertThat(first.get("bytes").intValue()).isEqualTo(png.length);
  }

  /** Jetty refuses these before they reach an endpoint. */
  @Test
  void requestsThatAreNoHttpAreCountedToo() throws IOException {
    List<String> lines = new CopyOnWriteArrayList<>();
    try (VitServer server = VitServer.open(options(lines, LogFormat.TEXT))) {
      RefusalsTest.exchange(server.port(), "GET / HTTP/9\r\n\r\n");
      RefusalsTest.exchange(
          server.port(), "GET / HTTP/1.1\r\nX: %s\r\n\r\n".formatted("x".repeat(20_000)));
      new Client(server).get("/v1/models");
      assertThat(new Client(server).get("/metrics").text())
          .containsPattern("vit4j_requests_total\\{endpoint=\"other\",status=\"4\\d\\d\"\\} 1.0")
          .contains("vit4j_requests_total{endpoint=\"other\",status=\"431\"} 1.0")
          .contains("vit4j_requests_total{endpoint=\"/v1/models\",status=\"200\"} 1.0");
    }
    assertThat(lines).hasSize(4);
  }

  @Test
  void aLineOfTheLogIsOneLineOfText() {
    List<String> lines = new ArrayList<>();
    new RequestLog(lines::add, LogFormat.TEXT)
        .add("GET", "/\u001b[31mred\r\n2026", 404, 5_000_000, 0, 7);
    assertThat(lines.get(0)).endsWith("GET / [31mred 2026 404 5.0 ms, 0 pictures, 7 bytes");
  }
}
