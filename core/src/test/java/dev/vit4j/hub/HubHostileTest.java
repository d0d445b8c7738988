package dev.vit4j.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.web.BadServer;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A Hub, or somebody between, that wants more than to send weights. */
class HubHostileTest {
  private static final HubModel MODEL = new HubModel(FakeHub.ID, HubModel.MAIN);
  private static final String INDEX = "model.safetensors.index.json";

  private final Web web = new Web(Duration.ofSeconds(60));
  @TempDir private Path dir;
  private Path home;
  private FakeHub hub;

  @BeforeEach
  void start() throws IOException {
    home = dir.resolve("home");
    hub = new FakeHub().with("config.json", "{}").with("model.safetensors", "weights");
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
    try (Stream<Path> files = Files.list(dir)) { // nothing ever appears beside the cache
      assertThat(files.filter(f -> !f.equals(home))).isEmpty();
    }
  }

  private void assertRefused(String reason) {
    assertThatThrownBy(() -> MODEL.plan(hub.settings(home), web).run((from, bytes, total) -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("timm/tiny: cannot be fetched: ")
        .hasMessageContaining(reason)
        .hasMessageMatching(".*");
    assertThat(home.resolve("hub/models--timm--tiny/refs/main")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../../../../../etc", "main", "0123", "0123456789ABCDEF0123456789abcdef0123456/"})
  void commitsAreNoPaths(String commit) {
    hub.commit = commit;
    assertRefused("does not respond as the Hub does (no X-Repo-Commit)");
  }

  @ParameterizedTest
  @CsvSource({
    "X-Linked-Etag, ../../../../x, has no checksum",
    "X-Linked-Etag, '', has no checksum",
    "X-Linked-Size, -1, has no size",
    "X-Linked-Size, 99999999999999999999, has no size",
    "X-Linked-Size, 999999999999999999, MB on the disk of",
    "X-Linked-Size, 3, 'has 7 bytes, not the 3 expected'",
    "X-Repo-Commit, ffffffffffffffffffffffffffffffffffffffff, is from another commit than requested",
    "Location, file:///etc/passwd, which is not followed",
    "Location, /timm/tiny/resolve/main/model.safetensors, redirected more than 10 times"
  })
  void headersAreNotBelieved(String header, String value, String reason) {
    hub.forge("model.safetensors", header, value);
    assertRefused(reason);
  }

  @Test
  void configurationsAreSmall() {
    hub.forge("config.json", "Content-Length", "200000000");
    hub.server.asked().clear();
    assertRefused("config.json has 200,000,000 bytes, too many for JSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../../x.safetensors",
        "/etc/x.safetensors",
        "a/b.safetensors",
        ".x.safetensors",
        "pickle.bin",
        "run.sh"
      })
  void shardsLieBesideTheIndex(String shard) {
    hub.files.remove("model.safetensors");
    hub.with(INDEX, "{\"weight_map\": {\"a\": \"%s\"}}".formatted(shard));
    assertRefused("its index names '%s', which is not a file in the same folder".formatted(shard));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../../x.bin", "/etc/x.bin", "a/b.bin", "x.safetensors", "x.bin.index.json"})
  void picklesInSeveralFilesLieBesideTheirs(String shard) {
    hub.files.remove("model.safetensors");
    hub.with("pytorch_model.bin.index.json", "{\"weight_map\": {\"a\": \"%s\"}}".formatted(shard));
    assertRefused("its index names '%s', which is not a file in the same folder".formatted(shard));
  }

  @Test
  void shardsAreThereAndNotTooMany() {
    hub.files.remove("model.safetensors");
    hub.with(INDEX, "{\"weight_map\": {\"a\": \"missing.safetensors\"}}");
    assertRefused("its index names missing.safetensors, which does not exist");
    String many =
        IntStream.range(0, 1001)
            .mapToObj("\"%1$d\": \"%1$d.safetensors\""::formatted)
            .collect(Collectors.joining(", "));
    hub.with(INDEX, "{\"weight_map\": {" + many + "}}");
    assertRefused("its index names more than 1000 files");
  }

  @Test
  void aLoginPageIsNoHub() throws IOException {
    try (BadServer page = new BadServer()) {
      page.at("/", e -> BadServer.send(e, 200, "<html>".getBytes(StandardCharsets.UTF_8)));
      HubSettings settings = hub.settings(home, "HF_ENDPOINT", page.address("/").toString());
      assertThatThrownBy(() -> MODEL.plan(settings, web))
          .hasMessageContaining("check HF_ENDPOINT, and whether the network requires a login");
    }
  }

  @Test
  void aCacheWithNonsenseSaysSo() throws IOException {
    Path refs = Files.createDirectories(home.resolve("hub/models--timm--tiny/refs"));
    Files.writeString(refs.resolve("main"), "../../../..");
    assertThatThrownBy(() -> MODEL.cached(hub.settings(home)))
        .hasMessage(refs.resolve("main") + ": contains no commit: delete it and fetch again");
  }
}
