package dev.vit4j.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebTest {
  private static final byte[] BODY = "hello".getBytes(StandardCharsets.US_ASCII);
  private static final DownloadProgress SILENT = (from, bytes, total) -> {};

  private final Web web = new Web(Duration.ofSeconds(20));
  private BadServer server;
  private BadServer other;

  @BeforeEach
  void start() throws IOException {
    server = new BadServer();
    other = new BadServer();
    server.at("/here", e -> BadServer.send(e, 200, BODY));
    other.at("/there", e -> BadServer.send(e, 200, BODY));
  }

  @AfterEach
  void stop() {
    server.close();
    other.close();
  }

  private byte[] read(String path) throws IOException {
    return web.read(new Address(server.address(path), "secret"), BODY.length, SILENT);
  }

  @Test
  void aTokenStaysWithItsServer() throws IOException {
    server.at("/near", e -> BadServer.redirect(e, "/here"));
    server.at("/far", e -> BadServer.redirect(e, other.address("/there").toString()));
    other.at("/back", e -> BadServer.redirect(e, server.address("/here").toString()));
    server.at("/round", e -> BadServer.redirect(e, other.address("/back").toString()));
    assertThat(read("/near")).isEqualTo(BODY);
    assertThat(server.asked()).allMatch(line -> line.endsWith("token=Bearer secret")).hasSize(2);
    assertThat(read("/far")).isEqualTo(BODY);
    server.asked().clear();
    assertThat(read("/round")).isEqualTo(BODY);
    assertThat(other.asked()).allMatch(line -> line.endsWith("token=null")).hasSize(2);
    assertThat(server.asked())
        .containsExactly(
            "GET /round range=null token=Bearer secret", "GET /here range=null token=null");
  }

  @Test
  void redirectsEndSomewhereOnTheWeb() {
    server.at("/loop", e -> BadServer.redirect(e, "/loop"));
    server.at("/file", e -> BadServer.redirect(e, "file:///etc/passwd"));
    server.at("/words", e -> BadServer.redirect(e, "http://a b"));
    assertThatThrownBy(() -> read("/loop")).hasMessage("redirected more than 10 times");
    assertThatThrownBy(() -> read("/file"))
        .hasMessage("redirected to 'file:///etc/passwd', which is not followed");
    assertThatThrownBy(() -> read("/words")).hasMessageContaining("which is not followed");
    assertThat(server.asked()).hasSize(13);
  }

  @Test
  void headStopsWhereItIsTold() throws IOException {
    server.at(
        "/linked",
        e -> {
          e.getResponseHeaders().set("X-Linked-Etag", "\"abc\"");
          BadServer.redirect(e, other.address("/there").toString());
        });
    Address address = Address.open(server.address("/linked"));
    try (Answer first = web.head(address, a -> a.header("X-Linked-Etag").isPresent());
        Answer last = web.head(address, a -> false)) {
      assertThat(first.status()).isEqualTo(302);
      assertThat(last.from()).isEqualTo(other.address("/there"));
      assertThat(last.bytes("Content-Length")).isEqualTo(BODY.length);
      assertThat(last.bytes("Age")).isEqualTo(-1);
    }
  }

  @Test
  void aTokenIsNeverPrinted() {
    assertThat(new Address(server.address("/here"), "secret").toString()).doesNotContain("secret");
  }

  @Test
  void etagsAreChecksumsOrNothing() {
    String sha1 = "0123456789abcdef0123456789abcdef01234567";
    String sha256 = "0123456789abcdef".repeat(4);
    assertThat(Checksum.ofEtag("\"" + sha256 + "\"")).contains(Checksum.sha256(sha256));
    assertThat(Checksum.ofEtag("W/\"" + sha1 + "\""))
        .contains(new Checksum(Checksum.Kind.GIT_BLOB, sha1));
    assertThat(Checksum.ofEtag("../../etc/passwd")).isEmpty();
    assertThat(Checksum.ofEtag("\"" + sha256 + "/..\"")).isEqualTo(Optional.empty());
  }

  @Test
  void downloadsAreForbiddenByTheEnvironment() {
    assertThat(Web.isForbidden(Map.of())).isFalse();
    assertThat(Web.isForbidden(Map.of("HF_HUB_OFFLINE", "0"))).isFalse();
    assertThat(Web.isForbidden(Map.of("HF_HUB_OFFLINE", "TRUE"))).isTrue();
    assertThat(Web.isForbidden(Map.of("VIT4J_OFFLINE", "1"))).isTrue();
  }
}
