package dev.vit4j.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that no client sends; bench/peers/serve_fuzz.py sends many more. */
class MalformedTest {
  @TempDir static Path dir;
  private static VitServer server;
  private static Client client;

  @BeforeAll
  static void open() throws IOException {
    Path model = SmallModels.vit(dir.resolve("vit"));
    server = VitServer.open(ServeOptions.of(Map.of("vit", model)).listeningOn("127.0.0.1", 0));
    client = new Client(server);
  }

  @AfterAll
  static void close() {
    server.close();
  }

  /** Returns the first line of the answer; empty if there is none. */
  private static String raw(byte[] request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request);
      socket.shutdownOutput();
      byte[] answer = socket.getInputStream().readAllBytes();
      return new String(answer, StandardCharsets.ISO_8859_1).lines().findFirst().orElse("");
    }
  }

  private static String text(String request) throws IOException {
    return raw(request.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /v2 HTTP/9.9~Host: localhost~~ | 400",
        "GET /v1/models?model=%ff HTTP/1.1~Host: localhost~Connection: close~~ | 400",
        "GET /page/%zz HTTP/1.1~Host: localhost~~ | 400",
        "GET no-path HTTP/1.1~Host: localhost~~ | 400",
        "POST /v1/predict HTTP/1.1~Host: localhost~Content-Length: -1~~ | 400",
        "POST /v1/predict HTTP/1.1~Host: localhost~Content-Length: 99999999999999999999~~ | 400",
        "POST /v1/predict HTTP/1.1~Host: localhost~Content-Length: 9999999999~~ | 413",
        "POST /v1/predict HTTP/1.1~Host: localhost~Transfer-Encoding: chunked~~zz~ | 400",
        "POST /v2/models/vit/infer HTTP/1.1~Host: localhost~Content-Length: 2~Inference-Header-Content-Length: 3~~{} | 400",
      })
  void isAnsweredWithWhatIsWrong(String request, int status) throws IOException {
    assertThat(text(request)).startsWith("HTTP/1.1 %d ".formatted(status));
  }

  @Test
  void damagedImagesAreTheClientsFault() {
    Random random = new Random(5);
    byte[] png = SmallModels.encoded(SmallModels.noise(12, 9, 3), "png");
    byte[] jpg = SmallModels.encoded(SmallModels.noise(12, 9, 3), "jpg");
    for (int i = 0; i < 200; i++) {
      byte[] damaged = (i % 2 == 0 ? png : jpg).clone();
      for (int j = random.nextInt(4); j >= 0; j--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Client.Answer answer = client.post("/models/vit", damaged);
      assertThat(answer.status()).as(answer.text()).isIn(200, 400, 413, 415);
    }
  }

  @Test
  void noiseIsAnsweredOrTheConnectionCloses() throws IOException {
    Random random = new Random(6);
    for (int i = 0; i < 100; i++) {
      byte[] noise = new byte[1 + random.nextInt(400)];
      random.nextBytes(noise);
      assertThat(raw(noise)).doesNotContain(" 500 ");
    }
    assertThat(client.get("/health/live").status()).isEqualTo(200);
  }
}
