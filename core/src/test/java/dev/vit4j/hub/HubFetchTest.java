package dev.vit4j.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.web.DownloadProgress;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubFetchTest {
  private static final DownloadProgress SILENT = (from, bytes, total) -> {};
  private static final HubModel MODEL = new HubModel(FakeHub.ID, HubModel.MAIN);
  private static final byte[] WEIGHTS = new byte[100_000];
  private static final String CONFIG = "{\"architecture\": \"vit\"}";

  static {
    Arrays.fill(WEIGHTS, (byte) 7);
  }

  private final Web web = new Web(Duration.ofSeconds(20));
  @TempDir private Path home;
  private FakeHub hub;
  private HubSettings settings;
  private Path folder;

  @BeforeEach
  void start() throws IOException {
    hub = new FakeHub().with("config.json", CONFIG).with("model.safetensors", WEIGHTS);
    settings = hub.settings(home);
    folder = home.resolve("hub/models--timm--tiny");
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private Fetch fetch(HubModel model) throws IOException {
    Fetch fetch = model.plan(settings, web);
    fetch.run(SILENT);
    return fetch;
  }

  private Path snapshot() {
    return folder.resolve("snapshots").resolve(FakeHub.COMMIT);
  }

  @Test
  void laysTheCacheOutAsHuggingFaceHubDoes() throws IOException {
    Fetch fetch = fetch(MODEL);
    String config = FakeHub.gitBlob(hub.files.get("config.json"));
    String weights = FakeHub.sha256(WEIGHTS);
    assertThat(folder.resolve("refs/main")).hasContent(FakeHub.COMMIT);
    assertThat(folder.resolve("blobs").resolve(config)).hasContent(CONFIG);
    assertThat(folder.resolve("blobs").resolve(weights)).hasBinaryContent(WEIGHTS);
    assertThat(Files.readSymbolicLink(snapshot().resolve("model.safetensors")))
        .isEqualTo(Path.of("../../blobs", weights));
    assertThat(Files.readSymbolicLink(snapshot().resolve("config.json")))
        .isEqualTo(Path.of("../../blobs", config));
    assertThat(
            folder.resolve(".no_exist").resolve(FakeHub.COMMIT).resolve("preprocessor_config.json"))
        .isEmptyFile();
    assertThat(home.resolve("hub/.locks/models--timm--tiny").resolve(weights + ".lock")).exists();
    assertThat(fetch.place()).isEqualTo(snapshot());
    assertThat(MODEL.cached(settings)).contains(snapshot());
  }

  @Test
  void planSaysAllAndFetchesNothing() throws IOException {
    Fetch plan = MODEL.plan(settings, web);
    assertThat(plan.version()).isEqualTo(FakeHub.COMMIT);
    assertThat(plan.missing()).isEqualTo(WEIGHTS.length + CONFIG.length());
    assertThat(plan.items())
        .extracting(Fetch.Item::name)
        .containsExactly("config.json", "model.safetensors");
    assertThat(plan.items()).allMatch(item -> !item.isHere());
    assertThat(hub.fetched()).isEmpty();
    try (Stream<Path> files = Files.list(home)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void whatIsHereIsLeftAlone() throws IOException {
    fetch(MODEL);
    hub.server.asked().clear();
    Fetch again = fetch(MODEL);
    assertThat(again.missing()).isZero();
    assertThat(hub.fetched()).isEmpty();
    Files.write(folder.resolve("blobs").resolve(FakeHub.sha256(WEIGHTS)), new byte[5]);
    fetch(MODEL);
    assertThat(hub.fetched()).containsExactly("model.safetensors");
    assertThat(snapshot().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
  }

  @Test
  void aNewCommitOnlyBringsWhatChanged() throws IOException {
    fetch(MODEL);
    hub.server.asked().clear();
    hub.commit = "f".repeat(40);
    hub.with("config.json", "{}");
    fetch(MODEL);
    assertThat(hub.fetched()).containsExactly("config.json");
    assertThat(folder.resolve("refs/main")).hasContent(hub.commit);
    assertThat(new HubModel(FakeHub.ID, FakeHub.COMMIT).cached(settings)).contains(snapshot());
    assertThat(MODEL.cached(settings)).contains(snapshot().resolveSibling(hub.commit));
  }

  @Test
  void goesOnWithAPartialFile() throws IOException {
    String weights = FakeHub.sha256(WEIGHTS);
    Files.createDirectories(folder.resolve("blobs"));
    Files.write(
        folder.resolve("blobs").resolve(weights + ".incomplete"), Arrays.copyOf(WEIGHTS, 60_000));
    fetch(MODEL);
    assertThat(hub.server.asked())
        .contains("GET /cdn/model.safetensors range=bytes=60000- token=null");
    assertThat(snapshot().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(folder.resolve("blobs").resolve(weights + ".incomplete")).doesNotExist();
  }

  @Test
  void revisionsHaveRefsOfTheirOwn() throws IOException {
    fetch(MODEL.at("refs/pr/1"));
    assertThat(folder.resolve("refs/refs/pr/1")).hasContent(FakeHub.COMMIT);
    assertThat(MODEL.at("refs/pr/1").cached(settings)).contains(snapshot());
    assertThat(MODEL.cached(settings)).isEmpty();
    fetch(MODEL.at(FakeHub.COMMIT));
    assertThat(folder.resolve("refs").resolve(FakeHub.COMMIT)).doesNotExist();
    assertThatThrownBy(() -> fetch(MODEL.at("v9")))
        .hasMessage("timm/tiny@v9: cannot be fetched: it has no revision 'v9'");
  }

  @Test
  void weightsInSeveralFilesComeWithAllOfThem() throws IOException {
    hub.files.remove("model.safetensors");
    hub.with(
        "model.safetensors.index.json",
        "{\"weight_map\": {\"a\": \"model-1.safetensors\", \"b\": \"model-2.safetensors\", \"c\": \"model-1.safetensors\"}}");
    hub.with("model-1.safetensors", "one").with("model-2.safetensors", "two");
    fetch(MODEL);
    assertThat(snapshot().resolve("model-2.safetensors")).hasContent("two");
    assertThat(MODEL.cached(settings)).contains(snapshot());
    Files.delete(snapshot().resolve("model-1.safetensors"));
    assertThat(MODEL.cached(settings)).isEmpty();
  }

  @Test
  void picklesInSeveralFilesComeToo() throws IOException {
    hub.files.remove("model.safetensors");
    hub.with(
        "pytorch_model.bin.index.json",
        "{\"weight_map\": {\"a\": \"pytorch_model-1.bin\", \"b\": \"pytorch_model-2.bin\"}}");
    hub.with("pytorch_model-1.bin", "one").with("pytorch_model-2.bin", "two");
    fetch(MODEL);
    assertThat(snapshot().resolve("pytorch_model-2.bin")).hasContent("two");
    assertThat(MODEL.cached(settings)).contains(snapshot());
    Files.delete(snapshot().resolve("pytorch_model-1.bin"));
    assertThat(MODEL.cached(settings)).isEmpty();
  }

  /** As laion's repositories are: transformers' form of the same model lies beside it. */
  @Test
  void openClipsFilesComeWhereTheyAre() throws IOException {
    hub.with("config.json", "{\"model_type\": \"clip\"}")
        .with("open_clip_config.json", "{\"model_cfg\": {}}")
        .with("open_clip_pytorch_model.bin", "both towers");
    Fetch fetch = fetch(MODEL);
    assertThat(fetch.items())
        .extracting(Fetch.Item::name)
        .containsExactly("config.json", "open_clip_config.json", "open_clip_pytorch_model.bin");
    assertThat(snapshot().resolve("open_clip_pytorch_model.bin")).hasContent("both towers");
    assertThat(MODEL.cached(settings)).contains(snapshot());
    hub.with("open_clip_model.safetensors", "safer").files.remove("config.json");
    hub.commit = "d".repeat(40);
    assertThat(fetch(MODEL).items())
        .extracting(Fetch.Item::name)
        .containsExactly("open_clip_config.json", "open_clip_model.safetensors");
  }

  /** timm's image models of CLIP have open_clip's whole model beside them. */
  @Test
  void timmsImageModelIsMeantWhereItIs() throws IOException {
    hub.with("open_clip_config.json", "{}").with("open_clip_model.safetensors", "both towers");
    assertThat(fetch(MODEL).items())
        .extracting(Fetch.Item::name)
        .containsExactly("config.json", "model.safetensors");
    hub.with("config.json", "[");
    assertThatThrownBy(() -> MODEL.plan(settings, web))
        .hasMessageContaining("/config.json is not JSON: ");
  }

  /** Of a pair of open_clip, both towers are meant, even in timm's repositories. */
  @Test
  void openClipsPairsAreItsFiles() throws IOException {
    assertThatThrownBy(() -> HubFetch.planOpenClip(MODEL, "FILES", settings, web))
        .hasMessageContaining(
            "it has no open_clip_config.json with open_clip_model.safetensors or open_clip_pytorch_model.bin at 'main'");
    hub.with("open_clip_config.json", "{}").with("open_clip_model.safetensors", "both towers");
    fetch(MODEL);
    HubCache cache = new HubCache(settings.hubCache(), MODEL.id());
    assertThat(cache.openClip(HubModel.MAIN)).isEmpty();
    Fetch fetch = HubFetch.planOpenClip(MODEL, "FILES", settings, web);
    assertThat(fetch.items())
        .extracting(Fetch.Item::name)
        .containsExactly("open_clip_config.json", "open_clip_model.safetensors");
    fetch.run((from, bytes, total) -> {});
    assertThat(cache.openClip(HubModel.MAIN))
        .contains(snapshot().resolve("open_clip_model.safetensors"));
  }

  @Test
  void picklesAreTheLastChoice() throws IOException {
    hub.with("pytorch_model.bin", "a pickle").with("preprocessor_config.json", "{}");
    fetch(MODEL);
    assertThat(snapshot().resolve("pytorch_model.bin")).doesNotExist();
    assertThat(snapshot().resolve("preprocessor_config.json")).hasContent("{}");
    hub.files.remove("model.safetensors");
    hub.commit = "e".repeat(40);
    assertThat(fetch(MODEL).place().resolve("pytorch_model.bin")).hasContent("a pickle");
    hub.files.remove("pytorch_model.bin");
    assertThatThrownBy(() -> MODEL.plan(settings, web))
        .hasMessageContaining(
            "it has none of model.safetensors, model.safetensors.index.json, pytorch_model.bin, pytorch_model.bin.index.json at 'main'");
  }

  @Test
  void withoutLinksTheFilesThemselvesAreThere() throws IOException {
    settings = hub.settings(home, "HF_HUB_DISABLE_SYMLINKS", "1");
    fetch(MODEL);
    assertThat(Files.isSymbolicLink(snapshot().resolve("model.safetensors"))).isFalse();
    assertThat(snapshot().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    hub.server.asked().clear();
    fetch(MODEL);
    assertThat(hub.fetched()).isEmpty();
  }

  @Test
  void tokensOpenGatedModels() throws IOException {
    hub.secret = "hf_abc";
    assertThatThrownBy(() -> MODEL.plan(settings, web))
        .hasMessageMatching(
            "timm/tiny: cannot be fetched: it is gated: request access on http.*/timm/tiny, then set HF_TOKEN");
    settings = hub.settings(home, "HF_TOKEN", "hf_wrong");
    assertThatThrownBy(() -> MODEL.plan(settings, web))
        .hasMessageContaining("the account of HF_TOKEN has no access");
    Files.writeString(home.resolve("token"), "hf_abc\n");
    settings = hub.settings(home);
    fetch(MODEL);
    assertThat(MODEL.cached(settings)).isPresent();
    assertThatThrownBy(() -> new HubModel("timm/none", "main").plan(settings, web))
        .hasMessageContaining("it does not exist, or the account of HF_TOKEN has no access (401)");
  }

  @Test
  void forbiddenDownloadsSayWhichFilesToPutWhere() throws IOException {
    HubSettings offline = hub.settings(home, "HF_HUB_OFFLINE", "1");
    Path byHand = folder.resolve("snapshots/main");
    String put =
        "put config.json and model.safetensors of %s/tree/main into %s"
            .formatted(hub.server.address("/timm/tiny"), byHand);
    assertThatThrownBy(() -> MODEL.plan(offline, web))
        .hasMessageContaining("HF_HUB_OFFLINE or VIT4J_OFFLINE; or " + put);
    assertThatThrownBy(() -> MODEL.require(offline))
        .hasMessageContaining("downloads are disabled: " + put);
    assertThatThrownBy(() -> MODEL.require(settings))
        .hasMessageContaining("nor a model in the local cache: run `vit fetch timm/tiny`");
    assertThat(hub.server.asked()).isEmpty();
    Files.createDirectories(byHand);
    Files.write(byHand.resolve("model.safetensors"), WEIGHTS);
    assertThat(MODEL.require(offline)).isEqualTo(byHand);
  }

  @Test
  void offlineMessagesNameOpenClipsFiles() throws IOException {
    HubSettings offline = hub.settings(home, "VIT4J_OFFLINE", "1");
    assertThatThrownBy(() -> new OpenClipModel("ViT-B-32", "openai").plan(offline, web))
        .hasMessageContaining(
            "VIT4J_OFFLINE; or put open_clip_config.json and open_clip_model.safetensors of ");
  }

  @Test
  void aFailureKeepsTheSnapshotThatWas() throws IOException {
    fetch(MODEL);
    hub.commit = "f".repeat(40);
    hub.with("model.safetensors", "new")
        .forge("model.safetensors", "X-Linked-Etag", "1".repeat(64));
    assertThatThrownBy(() -> fetch(MODEL))
        .hasMessageContaining("wrong content: SHA-256 ")
        .hasMessageContaining("not " + "1".repeat(64));
    assertThat(MODEL.cached(settings)).contains(snapshot());
    try (Stream<Path> blobs = Files.list(folder.resolve("blobs"))) {
      assertThat(blobs.map(p -> p.getFileName().toString()).toList())
          .containsExactlyInAnyOrderElementsOf(
              List.of(FakeHub.sha256(WEIGHTS), FakeHub.gitBlob(hub.files.get("config.json"))));
    }
  }
}
