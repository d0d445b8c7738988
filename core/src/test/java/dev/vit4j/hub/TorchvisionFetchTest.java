package dev.vit4j.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.web.BadServer;
import dev.vit4j.web.Checksum;
import dev.vit4j.web.DownloadProgress;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchvisionFetchTest {
  private static final DownloadProgress SILENT = (from, bytes, total) -> {};
  private static final byte[] CONTENT = "weights".getBytes(StandardCharsets.US_ASCII);
  private static final TorchvisionModel MODEL = new TorchvisionModel("resnet18", "IMAGENET1K_V1");

  private final Web web = new Web(Duration.ofSeconds(20));
  @TempDir private Path home;
  private BadServer server;
  private HubSettings settings;
  private Path path;

  @BeforeEach
  void start() throws IOException {
    server = new BadServer().at("/m/", e -> BadServer.send(e, 200, CONTENT));
    settings =
        HubSettings.of(Map.of("VIT4J_TORCHVISION_MIRROR", server.address("/m/").toString()), home);
    path = MODEL.path(settings);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aFileOfTheRightHashIsKeptWhereTorchHubLooks() throws IOException {
    Fetch plan = MODEL.plan(settings, web);
    assertThat(plan.missing()).isEqualTo(CONTENT.length);
    assertThat(plan.version()).isEmpty();
    RemoteFile file =
        new RemoteFile(
            MODEL.file(),
            MODEL.address(settings),
            CONTENT.length,
            Checksum.sha256(FakeHub.sha256(CONTENT).substring(0, 8)));
    Fetch fetch = new TorchvisionFetch(MODEL, settings, web, file, path);
    fetch.run(SILENT);
    assertThat(path).hasBinaryContent(CONTENT);
    assertThat(fetch.missing()).isZero();
    assertThat(path.resolveSibling(MODEL.file() + ".incomplete")).doesNotExist();
  }

  @Test
  void anotherFileIsRefused() throws IOException {
    Fetch fetch = MODEL.plan(settings, web);
    assertThatThrownBy(() -> fetch.run(SILENT))
        .hasMessageStartingWith("torchvision/resnet18.IMAGENET1K_V1: cannot be fetched: http")
        .hasMessageContaining("wrong content: SHA-256 ")
        .hasMessageContaining(", not f37072fd; or put http")
        .hasMessageEndingWith("resnet18-f37072fd.pth into " + path.getParent());
    assertThat(path).doesNotExist();
  }

  @Test
  void whatIsHereIsUsedWithoutAskingAnybody() throws IOException {
    Files.createDirectories(path.getParent());
    Files.write(path, CONTENT);
    Fetch fetch = MODEL.plan(settings, web);
    fetch.run(SILENT);
    assertThat(fetch.items().get(0).isHere()).isTrue();
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void failuresSayWhatToPutWhere() {
    server.at("/m/resnet34", e -> BadServer.send(e, 404, new byte[0]));
    TorchvisionModel other = new TorchvisionModel("resnet34", "IMAGENET1K_V1");
    assertThatThrownBy(() -> other.plan(settings, web))
        .hasMessageContaining("HTTP status 404; or put http");
    HubSettings offline = HubSettings.of(Map.of("HF_HUB_OFFLINE", "1"), home);
    assertThatThrownBy(() -> MODEL.plan(offline, web))
        .hasMessageContaining("HF_HUB_OFFLINE or VIT4J_OFFLINE; or put https://");
  }
}
