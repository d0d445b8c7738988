package dev.vit4j.serve;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real HTTP over loopback. */
final class Client {
  private static final String BOUNDARY = "----a5b9c";

  private final HttpClient http = HttpClient.newHttpClient();
  private final String base;

  Client(VitServer server) {
    base = "http://127.0.0.1:" + server.port();
  }

  /** An answer. */
  record Answer(HttpResponse<byte[]> response) {
    int status() {
      return response.statusCode();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    byte[] bytes() {
      return response.body();
    }

    String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    JsonNode json() {
      return JsonMapper.shared().readTree(response.body());
    }
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path));
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  Answer post(String path, byte[] body) {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  Answer post(String path, Parts parts) {
    return send(parts.to(request(path)));
  }

  Answer send(HttpRequest.Builder request) {
    return send(request.build());
  }

  CompletableFuture<Answer> sendAsync(HttpRequest.Builder request) {
    return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(Answer::new);
  }

  private Answer send(HttpRequest request) {
    try {
      return new Answer(http.send(request, HttpResponse.BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** multipart/form-data. */
  static final class Parts {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Parts field(String name, String value) {
      return part("name=\"%s\"".formatted(name), value.getBytes(StandardCharsets.UTF_8));
    }

    Parts file(String file, byte[] bytes) {
      return part("name=\"image\"; filename=\"%s\"".formatted(file), bytes);
    }

    private Parts part(String disposition, byte[] bytes) {
      out.writeBytes(
          "--%s\r\nContent-Disposition: form-data; %s\r\n\r\n"
              .formatted(BOUNDARY, disposition)
              .getBytes(StandardCharsets.UTF_8));
      out.writeBytes(bytes);
      out.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
      return this;
    }

    HttpRequest.Builder to(HttpRequest.Builder request) {
      byte[] end = "--%s--\r\n".formatted(BOUNDARY).getBytes(StandardCharsets.UTF_8);
      out.writeBytes(end);
      return request
          .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
          .POST(HttpRequest.BodyPublishers.ofByteArray(out.toByteArray()));
    }
  }
}
