package dev.vit4j.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits, errors, and who may ask. */
class RefusalsTest {
  private static final String SLOW_BODY =
      """
      POST /v1/predict HTTP/1.1\r
      Host: localhost\r
      Content-Type: image/png\r
      Content-Length: 100000\r
      \r
      """;

  @TempDir Path dir;
  private ServeOptions options;

  @BeforeEach
  void makeModel() {
    options =
        ServeOptions.of(Map.of("vit", SmallModels.vit(dir.resolve("vit"))))
            .listeningOn("127.0.0.1", 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET  | /v1/predict            |                          | 405 | use POST
          POST | /v1/models             |                          | 405 | use GET
          GET  | /v3                    |                          | 404 | no such path
          GET  | /page/..%2F..%2Fx.html |                          | 400 | Bad Request
          POST | /v1/predict?model=x    | image/png                | 404 | no model 'x': use one of vit
          POST | /v1/predict?top_k=0    | image/png                | 400 | top_k must be a number
          POST | /v1/predict            | text/plain               | 415 | is not an image: send its bytes
          POST | /v1/predict            | multipart/form-data      | 400 | without a boundary
          POST | /v1/predict            | multipart/form-data; boundary=a | 400 | damaged multipart
          POST | /v1/zeroshot           | image/png                | 400 | cannot do 'zeroshot'
          POST | /v1/segment            | image/png                | 400 | cannot do 'segment'
          POST | /v1/explain?figure=x   | image/png                | 400 | no figure 'x': use one of relevance
          """)
  void refuses(String method, String path, String type, int status, String words)
      throws IOException {
    try (VitServer server = VitServer.open(options)) {
      Client client = new Client(server);
      byte[] body = "hello".getBytes(StandardCharsets.UTF_8);
      HttpRequest.Builder request =
          client.request(path).method(method, HttpRequest.BodyPublishers.ofByteArray(body));
      if (type != null) {
        request.header("Content-Type", type);
      }
      Client.Answer answer = client.send(request);
      assertThat(answer.status()).as(answer.text()).isEqualTo(status);
      assertThat(answer.json().get("error").stringValue()).contains(words);
      assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(answer.header("Allow")).isEqualTo(status == 405 ? words.substring(4) : "");
    }
  }

  @Test
  void anImageOrABodyBeyondItsLimitIs413() throws IOException {
    ServeOptions small =
        options.within(Bounds.DEFAULT.with(Map.of("image-pixels", 1000L, "body", 20_000L)));
    try (VitServer server = VitServer.open(small)) {
      Client client = new Client(server);
      for (String format : List.of("png", "jpg", "bmp", "gif")) {
        byte[] image = SmallModels.encoded(new Image(40, 30, 3, new byte[3600]), format);
        Client.Answer many = client.post("/v1/predict", image);
        assertThat(many.status()).as(format).isEqualTo(413);
        assertThat(many.json().get("results").get(0).get("error").stringValue())
            .contains("40 x 30 pixels; the limit is 1000 pixels");
      }
      assertThat(client.post("/v1/predict", new byte[20_001]).status()).isEqualTo(413);
      HttpRequest.Builder chunked =
          client
              .request("/v1/predict")
              .POST(
                  HttpRequest.BodyPublishers.ofInputStream(
                      () -> new java.io.ByteArrayInputStream(new byte[30_000])));
      assertThat(client.send(chunked).status()).isEqualTo(413);
    }
  }

  /** A client that reads the answer when it has sent everything gets it. */
  @Test
  void refusedBodiesAreRead() throws IOException {
    ServeOptions small = options.within(Bounds.DEFAULT.with(Map.of("body", 3_000_000L)));
    try (VitServer server = VitServer.open(small)) {
      Client client = new Client(server);
      for (int i = 0; i < 10; i++) {
        assertThat(client.post("/v1/predict", new byte[5_000_000]).status()).isEqualTo(413);
        assertThat(client.post("/v1/nothing", new byte[2_900_000]).status()).isEqualTo(404);
        assertThat(client.post("/v1/models", new byte[2_900_000]).status()).isEqualTo(405);
      }
      String expecting =
          "POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000001\r\n"
              .concat("Expect: 100-continue\r\nConnection: close\r\n\r\n");
      assertThat(exchange(server.port(), expecting)).startsWith("HTTP/1.1 413");
      assertThat(client.get("/metrics").text()).contains("vit4j_body_bytes 0.0");
    }
  }

  /** Beyond a limit nothing waits: the answer is 503, with a time to try again. */
  @Test
  void beyondTheQueueIs503AtOnce() throws IOException {
    ServeOptions small = options.within(Bounds.DEFAULT.with(Map.of("queue", 3L)));
    try (VitServer server = VitServer.open(small)) {
      Client client = new Client(server);
      List<CompletableFuture<Client.Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        Client.Parts parts = new Client.Parts();
        for (int p = 0; p < 3; p++) {
          parts.file(p + ".png", SmallModels.png(300, 300, p));
        }
        answers.add(client.sendAsync(parts.to(client.request("/v1/predict"))));
      }
      List<Client.Answer> all = answers.stream().map(CompletableFuture::join).toList();
      assertThat(all).extracting(Client.Answer::status).isSubsetOf(200, 503);
      for (Client.Answer answer : all) {
        assertThat(answer.header("Retry-After")).isEqualTo(answer.status() == 503 ? "1" : "");
      }
      Client.Parts four = new Client.Parts();
      for (int p = 0; p < 4; p++) {
        four.file(p + ".png", SmallModels.png(30, 30, p));
      }
      assertThat(client.post("/v1/predict", four).status()).isEqualTo(413); // never possible
      assertThat(client.post("/v1/predict", SmallModels.png(30, 30, 1)).status()).isEqualTo(200);
    }
  }

  @Test
  void aGateRefusesWhatIsBeyondItsLimitAndOnlyThat() {
    Gate gate = new Gate("pixels", 10);
    try (Gate.Pass first = gate.enter(7)) {
      assertThatThrownBy(() -> gate.enter(4))
          .isInstanceOfSatisfying(
              Problem.class,
              busy -> {
                assertThat(busy.status()).isEqualTo(503);
                assertThat(Reply.error(busy).headers()).containsEntry("Retry-After", "1");
              })
          .hasMessage("too busy: the limit of 10 pixels is reached; try again");
      gate.enter(3).close();
      assertThat(gate.used()).isEqualTo(7);
    }
    assertThat(gate.used()).isZero();
  }

  @Test
  void aModelThatCannotBeOpenedMakesTheServerNotReady() throws IOException {
    Map<String, Path> models = new LinkedHashMap<>(options.models());
    models.put("lost", dir.resolve("nothing"));
    ServeOptions both = ServeOptions.of(models).listeningOn("127.0.0.1", 0);
    try (VitServer server = VitServer.open(both)) {
      Client client = new Client(server);
      assertThat(server.isReady()).isFalse();
      assertThat(server.failures().get("lost")).contains("no such run");
      Client.Answer ready = client.get("/health/ready");
      assertThat(ready.status()).isEqualTo(503);
      assertThat(ready.json().get("ready").booleanValue()).isFalse();
      assertThat(ready.json().get("models").get("lost").stringValue()).contains("no such run");
      assertThat(client.get("/health/live").status()).isEqualTo(200);
      byte[] png = SmallModels.png(30, 30, 1);
      assertThat(client.post("/v1/predict?model=vit", png).status()).isEqualTo(200);
      assertThat(client.post("/v1/predict?model=lost", png).status()).isEqualTo(503);
      assertThat(client.post("/v1/predict", png).status()).isEqualTo(400); // which?
    }
    ServeOptions lost = ServeOptions.of(Map.of("lost", dir.resolve("nothing")));
    assertThatThrownBy(() -> VitServer.open(lost))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such run");
  }

  @Test
  void tokensAreRequiredExceptForHealth() throws IOException {
    try (VitServer server = VitServer.open(options.withTokens(List.of("s3cret", "other")))) {
      Client client = new Client(server);
      Client.Answer refused = client.get("/v1/models");
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
      for (String value : List.of("Bearer wrong", "Basic s3cret", "Bearer", "s3cret")) {
        assertThat(
                client.send(client.request("/v1/models").header("Authorization", value)).status())
            .isEqualTo(401);
      }
      for (String value : List.of("Bearer s3cret", "bearer other")) {
        assertThat(
                client.send(client.request("/v1/models").header("Authorization", value)).status())
            .isEqualTo(200);
      }
      assertThat(client.get("/health/ready").status()).isEqualTo(200);
      assertThat(client.get("/metrics").status()).isEqualTo(401);
    }
  }

  /** Pages of other sites make browsers send such requests. */
  @Test
  void requestsOfOtherOriginsAreRefused() throws IOException {
    try (VitServer server = VitServer.open(options)) {
      int port = server.port();
      assertThat(raw(port, "Host: localhost:" + port)).startsWith("HTTP/1.1 200");
      assertThat(raw(port, "Host: [::1]:" + port)).startsWith("HTTP/1.1 200");
      assertThat(raw(port, "Host: evil.example:" + port)).startsWith("HTTP/1.1 403");
      String own = "Host: localhost:%d\r\nOrigin: ".formatted(port);
      assertThat(raw(port, own + "http://localhost:" + port)).startsWith("HTTP/1.1 200");
      assertThat(raw(port, own + "https://evil.example")).startsWith("HTTP/1.1 403");
      assertThat(raw(port, own + "null")).startsWith("HTTP/1.1 403");
      assertThat(raw(port, own + "http://localhost:1")).startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void whatIsNotHttpIsRefusedWithoutATrace() throws IOException {
    try (VitServer server = VitServer.open(options)) {
      for (String text : List.of("\u0000\u0001\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9\r\n\r\n")) {
        assertThat(exchange(server.port(), text)).startsWith("HTTP/1.1 4").doesNotContain("\tat ");
      }
      String long1 =
          "GET / HTTP/1.1\r\nHost: localhost\r\nX: %s\r\n\r\n".formatted("x".repeat(20_000));
      assertThat(exchange(server.port(), long1)).startsWith("HTTP/1.1 431");
      assertThat(new Client(server).get("/health/live").status()).isEqualTo(200);
    }
  }

  private static String raw(int port, String headers) throws IOException {
    return exchange(
        port, "GET /v1/models HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n".formatted(headers));
  }

  static String exchange(int port, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.UTF_8));
      out.flush();
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void connectionsBeyondTheLimitWait() throws IOException {
    ServeOptions two = options.within(Bounds.DEFAULT.with(Map.of("connections", 2L)));
    try (VitServer server = VitServer.open(two)) {
      byte[] request =
          "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8);
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(i < 2 ? 60_000 : 500);
        socket.getOutputStream().write(request);
        sockets.add(socket);
      }
      byte[] some = new byte[4096];
      int answered = 0;
      for (Socket socket : sockets) {
        try {
          assertThat(socket.getInputStream().read(some)).isPositive();
          answered++;
        } catch (SocketTimeoutException e) {
          socket.setSoTimeout(60_000);
        }
      }
      assertThat(answered).isEqualTo(2);
      sockets.get(0).close();
      sockets.get(1).close();
      for (Socket socket : sockets.subList(2, 4)) {
        assertThat(socket.getInputStream().read(some)).isPositive(); // they have waited
      }
      for (Socket socket : sockets) {
        socket.close();
      }
      assertThat(new Client(server).get("/health/live").status()).isEqualTo(200);
    }
  }

  /** One after the other: what ends the first must not stop what watches over the others. */
  @Test
  void slowBodiesAndHeadersAreGivenUp() throws IOException {
    try (VitServer server =
        VitServer.open(options.within(Bounds.DEFAULT.with(Map.of("seconds", 1L))))) {
      for (int i = 0; i < 3; i++) {
        String answer = dripping(server.port(), SLOW_BODY);
        assertThat(answer).startsWith("HTTP/1.1 408").contains("did not arrive in time");
      }
      assertThat(dripping(server.port(), "GET /v1/models HTTP/1.1\r\nHost: ")).isEmpty();
      assertThat(new Client(server).get("/metrics").text()).contains("vit4j_body_bytes 0.0");
    }
  }

  /** Sends the beginning of a request and then a byte now and then; returns the answer. */
  private static String dripping(int port, String request) throws IOException {
    StringBuilder answer = new StringBuilder();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.UTF_8));
      socket.setSoTimeout(200);
      byte[] some = new byte[4096];
      for (int i = 0; i < 100; i++) {
        try {
          out.write('x');
          int length = socket.getInputStream().read(some);
          if (length < 0) {
            return answer.toString();
          }
          answer.append(new String(some, 0, length, StandardCharsets.UTF_8));
        } catch (IOException e) {
          if (!(e instanceof SocketTimeoutException)) {
            return answer.toString(); // it has closed the connection
          }
        }
      }
    }
    throw new AssertionError("the connection was not ended");
  }
}
