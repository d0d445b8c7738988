package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ServeCommandTest {
  @TempDir Path dir;

  /** Receives the first line of stdout. */
  private static final class FirstLine extends StringWriter {
    private final CompletableFuture<String> line = new CompletableFuture<>();

    @Override
    public void flush() {
      int end = getBuffer().indexOf("\n");
      if (end >= 0) {
        line.complete(getBuffer().substring(0, end));
      }
    }
  }

  @Test
  void servesUntilItIsInterrupted() throws Exception {
    Path clip = ClipFolder.write(dir.resolve("clip"));
    Path tokens = Files.writeString(dir.resolve("tokens"), "s3cret\n");
    FirstLine out = new FirstLine();
    StringWriter err = new StringWriter();
    CompletableFuture<Integer> code = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              CommandLine vit = Main.commandLine();
              vit.setOut(new PrintWriter(out, true));
              vit.setErr(new PrintWriter(err, true));
              code.complete(
                  Main.execute(
                      vit,
                      "serve",
                      "--name",
                      "m=" + clip,
                      "--port",
                      "0",
                      "--token-file",
                      tokens.toString(),
                      "--json"));
            });
    thread.start();
    JsonNode ready = JsonMapper.shared().readTree(out.line.join());
    assertThat(ready.get("models").toString()).isEqualTo("[\"m\"]");
    String url = ready.get("urls").get(0).stringValue();
    assertThat(url).startsWith("http://127.0.0.1:");
    assertThat(status(url + "v1/models", "s3cret")).isEqualTo(200);
    assertThat(status(url + "v1/models", "wrong")).isEqualTo(401);
    thread.interrupt();
    assertThat(code.join()).isZero();
    assertThat(err.toString()).contains("GET /v1/models 200 ").contains("GET /v1/models 401 ");
  }

  private static int status(String url, String token) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + token)
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          serve                                | 2 | there is no model to serve
          serve NOTHING --port 0               | 1 | no such run, weights folder or weights file
          serve NOTHING NOTHING                | 2 | two models are called nothing
          serve NOTHING --port 70000           | 2 | port must be from 0 to 65535
          serve NOTHING --limit x=1            | 2 | no limit 'x': use one of requests, queue
          serve NOTHING --limit batch=0        | 2 | a limit must be at least 1
          serve NOTHING --token-file NOTHING   | 1 | no such file
          serve NOTHING --search NOTHING       | 1 | no such
          """)
  void saysWhatIsWrong(String words, int code, String message) {
    String path = dir.resolve("nothing").toString();
    Vit vit = Vit.run(words.replace("NOTHING", path).strip().split(" +"));
    assertThat(vit.err()).contains(message);
    assertThat(vit.err().lines()).hasSize(1);
    assertThat(vit.code()).isEqualTo(code);
  }
}
