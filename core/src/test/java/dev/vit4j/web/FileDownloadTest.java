package dev.vit4j.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDownloadTest {
  private static final byte[] CONTENT =
      "weights ".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
  private static final int HALF = CONTENT.length / 2;
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SOON = Duration.ofMillis(300);
  private static final DownloadProgress SILENT = (from, bytes, total) -> {};

  @TempDir private Path dir;
  private BadServer server;
  private Path part;

  @BeforeEach
  void start() throws IOException {
    server = new BadServer();
    part = dir.resolve("file.incomplete");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Checksum checksum() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(CONTENT);
    return Checksum.sha256(HexFormat.of().formatHex(digest));
  }

  private FileDownload download(String path) throws Exception {
    return download(path, LONG);
  }

  private FileDownload download(String path, Duration patience) throws Exception {
    Address address = new Address(server.address(path), "secret");
    Web web = new Web(patience, Duration.ofMillis(1));
    return new FileDownload(web, address, part, CONTENT.length, checksum());
  }

  private void assertFails(String path, String reason) throws Exception {
    assertFails(download(path), reason);
  }

  private static void assertFails(FileDownload download, String reason) {
    assertThatThrownBy(() -> download.run(SILENT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void writesTheFileAndTellsHowItGoes() throws Exception {
    server.at("/good", e -> BadServer.send(e, 200, CONTENT));
    List<Long> heard = new ArrayList<>();
    download("/good").run((from, bytes, total) -> heard.add(bytes));
    assertThat(part).hasBinaryContent(CONTENT);
    assertThat(heard.get(0)).isZero();
    assertThat(heard.get(heard.size() - 1)).isEqualTo(CONTENT.length);
    assertThat(heard).isSorted();
  }

  @Test
  void goesOnWhereAnEarlierDownloadEnded() throws Exception {
    server.at("/good", e -> BadServer.sendPart(e, CONTENT));
    Files.write(part, Arrays.copyOf(CONTENT, HALF));
    List<Long> heard = new ArrayList<>();
    download("/good").run((from, bytes, total) -> heard.add(bytes));
    assertThat(part).hasBinaryContent(CONTENT);
    assertThat(heard.get(0)).isEqualTo(HALF);
    assertThat(server.asked())
        .containsExactly("GET /good range=bytes=%d- token=Bearer secret".formatted(HALF));
  }

  @Test
  void aFileThatIsWholeIsOnlyChecked() throws Exception {
    Files.write(part, CONTENT);
    download("/nowhere").run(SILENT);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void aConnectionThatEndsIsTakenUpAgain() throws Exception {
    server.at(
        "/cut",
        e -> {
          if (e.getRequestHeaders().containsKey("Range")) {
            BadServer.sendPart(e, CONTENT);
          } else {
            e.sendResponseHeaders(200, CONTENT.length);
            e.getResponseBody().write(CONTENT, 0, HALF);
            e.getResponseBody().flush();
          }
        });
    download("/cut").run(SILENT);
    assertThat(part).hasBinaryContent(CONTENT);
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void aServerThatKnowsNoPartsSendsAllAgain() throws Exception {
    server.at("/whole", e -> BadServer.send(e, 200, CONTENT));
    Files.write(part, new byte[HALF]);
    download("/whole").run(SILENT);
    assertThat(part).hasBinaryContent(CONTENT);
  }

  @Test
  void anotherVersionsBeginningIsThrownAway() throws Exception {
    server.at("/good", e -> BadServer.sendPart(e, CONTENT));
    Files.write(part, new byte[HALF]);
    download("/good").run(SILENT);
    assertThat(part).hasBinaryContent(CONTENT);
    Files.write(part, new byte[CONTENT.length + 5]);
    download("/good").run(SILENT);
    assertThat(part).hasBinaryContent(CONTENT);
  }

  @Test
  void aServerThatRefusesOrForgesAPartIsAskedForAll() throws Exception {
    server.at(
        "/no-part",
        e -> {
          boolean asksForPart = e.getRequestHeaders().containsKey("Range");
          BadServer.send(e, asksForPart ? 416 : 200, asksForPart ? new byte[0] : CONTENT);
        });
    server.at(
        "/forged",
        e -> {
          boolean asksForPart = e.getRequestHeaders().containsKey("Range");
          e.getResponseHeaders().set("Content-Range", "bytes 0-9/10");
          BadServer.send(e, asksForPart ? 206 : 200, CONTENT);
        });
    for (String path : List.of("/no-part", "/forged")) {
      Files.write(part, Arrays.copyOf(CONTENT, HALF));
      download(path).run(SILENT);
      assertThat(part).hasBinaryContent(CONTENT);
    }
  }

  @Test
  void busyServersAreAskedAgainButNotForEver() throws Exception {
    server.at("/busy", e -> BadServer.send(e, server.asked().size() < 3 ? 503 : 200, CONTENT));
    download("/busy").run(SILENT);
    assertThat(server.asked()).hasSize(3);
    Files.delete(part);
    server.at("/down", e -> BadServer.send(e, 500, new byte[0]));
    server.asked().clear();
    assertFails("/down", "HTTP status 500");
    assertThat(server.asked()).hasSize(5);
    server.asked().clear();
    assertFails("/unknown", "HTTP status 404");
    assertThat(server.asked()).isEmpty(); // no such path there, and so nobody who remembers
  }

  @Test
  void liesAreSeen() throws Exception {
    server.at("/html", e -> BadServer.send(e, 200, "<html>".getBytes(StandardCharsets.UTF_8)));
    server.at("/huge", e -> e.sendResponseHeaders(200, 1L << 50));
    server.at("/wrong", e -> BadServer.send(e, 200, new byte[CONTENT.length]));
    server.at(
        "/endless",
        e -> {
          e.sendResponseHeaders(200, 0);
          while (true) {
            e.getResponseBody().write(CONTENT);
          }
        });
    server.at(
        "/gzip",
        e -> {
          e.getResponseHeaders().set("Content-Encoding", "gzip");
          BadServer.send(e, 200, CONTENT);
        });
    assertFails("/html", "has 6 bytes, not the " + CONTENT.length);
    assertFails("/huge", "has " + (1L << 50) + " bytes, not the");
    assertFails("/wrong", "wrong content: SHA-256 ");
    assertThat(part).doesNotExist();
    assertFails("/endless", "longer than the " + CONTENT.length + " bytes expected");
    assertThat(Files.size(part)).isEqualTo(CONTENT.length);
    Files.delete(part);
    assertFails("/gzip", "sent compressed data (gzip)");
  }

  @Test
  void doesNotWaitForEver() throws Exception {
    server.at(
        "/stalled",
        e -> {
          e.sendResponseHeaders(200, CONTENT.length);
          e.getResponseBody().write(CONTENT, 0, 1000);
          e.getResponseBody().flush();
          server.stall();
        });
    assertFails(download("/stalled", SOON), "no data for 0.3 s after 1000 of");
    assertThat(Files.size(part)).isEqualTo(1000);
    server.at("/silent", e -> server.stall());
    assertFails(download("/silent", SOON), "no answer for 0.3 s");
    server.close();
    assertFails("/gone", "no connection");
  }

  @Test
  void aFileThatFitsOnNoDiskIsRefusedBeforeAnythingIsAsked() throws Exception {
    Address address = Address.open(server.address("/good"));
    FileDownload download = new FileDownload(new Web(LONG), address, part, 1L << 60, checksum());
    assertThatThrownBy(() -> download.run(SILENT))
        .hasMessageMatching("needs [\\d,]+ MB on the disk of .* MB left");
    assertThat(server.asked()).isEmpty();
    assertThat(part).doesNotExist();
  }
}
