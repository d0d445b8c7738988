package dev.vit4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.vit4j.data.source.RemoteSet.RemoteFile;
import dev.vit4j.web.DownloadProgress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetFetcherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final DownloadProgress SILENT = (from, bytes, total) -> {};

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch over = new CountDownLatch(1);
  private HttpServer server;
  private ExecutorService threads;
  private RemoteSet source;
  @TempDir private Path dir;

  private static byte[] content(String name) {
    return ("content of " + name).repeat(5000).getBytes(StandardCharsets.UTF_8);
  }

  @BeforeEach
  void start() throws Exception {
    List<RemoteFile> files = new ArrayList<>();
    for (RemoteFile real : RemoteSet.MNIST.files()) {
      byte[] content = content(real.name());
      byte[] md5 = MessageDigest.getInstance("MD5").digest(content);
      files.add(new RemoteFile(real.name(), content.length, HexFormat.of().formatHex(md5)));
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    source =
        new RemoteSet(
            "mnist",
            "MNIST",
            List.of("0"),
            List.of(mirror("good")),
            "VIT4J_MNIST_MIRROR",
            List.copyOf(files));
    server.createContext("/good/", e -> answer(e, 200, content(file(e))));
    server.createContext("/none/", e -> answer(e, 404, new byte[0]));
    server.createContext("/wrong/", e -> answer(e, 200, new byte[content(file(e)).length]));
    server.createContext("/long/", e -> answer(e, 200, content(file(e) + " and more")));
    server.createContext("/moved/", this::redirect);
    server.createContext("/cut/", this::cut);
    server.createContext("/stalled/", this::stall);
    server.createContext("/silent/", this::await);
    threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private URI mirror(String name) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + name);
  }

  private static String file(HttpExchange e) {
    String path = e.getRequestURI().getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private void answer(HttpExchange e, int status, byte[] body) throws IOException {
    asked.add(e.getRequestURI().getPath());
    try (e) {
      e.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      e.getResponseBody().write(body);
    }
  }

  private void redirect(HttpExchange e) throws IOException {
    e.getResponseHeaders().add("Location", mirror("good") + "/" + file(e));
    answer(e, 302, new byte[0]);
  }

  /** Half of the body, without its length, then the end of the connection. */
  private void cut(HttpExchange e) throws IOException {
    try (e) {
      e.sendResponseHeaders(200, 0);
      byte[] body = content(file(e));
      e.getResponseBody().write(body, 0, body.length / 2);
    }
  }

  private void stall(HttpExchange e) throws IOException {
    byte[] body = content(file(e));
    e.sendResponseHeaders(200, body.length);
    e.getResponseBody().write(body, 0, 1000);
    e.getResponseBody().flush();
    await(e);
  }

  private void await(HttpExchange e) {
    try (e) {
      over.await();
    } catch (InterruptedException x) {
      Thread.currentThread().interrupt();
    }
  }

  private DatasetFetcher fetcher(Duration patience, String... mirrors) {
    return new DatasetFetcher(Stream.of(mirrors).map(this::mirror).toList(), patience, Map.of());
  }

  private void assertFetched() throws IOException {
    for (RemoteFile file : source.files()) {
      assertThat(dir.resolve(file.name())).hasBinaryContent(content(file.name()));
    }
    try (Stream<Path> files = Files.list(dir)) {
      assertThat(files).hasSize(4);
    }
  }

  private void assertFails(DatasetFetcher fetcher, String reason) throws IOException {
    assertThatThrownBy(() -> fetcher.fetch(source, dir, SILENT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining("put train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz,")
        .hasMessageContaining("into " + dir)
        .hasMessageMatching(".*");
    try (Stream<Path> files = Files.list(dir)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void fetchesTheFourFilesAndTellsHowItGoes() throws IOException {
    List<String> heard = new ArrayList<>();
    List<Path> fetched =
        new DatasetFetcher(List.of(), PATIENCE, Map.of())
            .fetch(
                source, dir, (from, bytes, total) -> heard.add(from + " " + bytes + "/" + total));
    assertThat(fetched).hasSize(4);
    assertFetched();
    RemoteFile first = source.files().get(0);
    assertThat(heard)
        .contains(mirror("good") + "/" + first.name() + " 0/" + first.bytes())
        .contains(mirror("good") + "/" + first.name() + " " + first.bytes() + "/" + first.bytes());
  }

  @Test
  void leavesAloneWhatIsThere() throws IOException {
    fetcher(PATIENCE, "good").fetch(source, dir, SILENT);
    asked.clear();
    assertThat(fetcher(PATIENCE, "good").fetch(source, dir, SILENT)).isEmpty();
    assertThat(asked).isEmpty();
    Files.writeString(dir.resolve(source.files().get(3).name()), "damaged");
    assertThat(fetcher(PATIENCE, "good").fetch(source, dir, SILENT)).hasSize(1);
    assertFetched();
  }

  @Test
  void followsRedirects() throws IOException {
    fetcher(PATIENCE, "moved").fetch(source, dir, SILENT);
    assertFetched();
  }

  @Test
  void aMirrorThatFailsIsFollowedByTheNext() throws IOException {
    fetcher(PATIENCE, "none", "wrong", "cut", "long", "good").fetch(source, dir, SILENT);
    assertFetched();
  }

  @Test
  void saysWhatEachMirrorAnswered() throws IOException {
    assertFails(fetcher(PATIENCE, "none"), "HTTP status 404");
    assertFails(fetcher(PATIENCE, "cut"), "ended after");
    assertFails(fetcher(PATIENCE, "wrong"), "wrong content: MD5");
    assertFails(fetcher(PATIENCE, "long"), "longer than");
    assertFails(fetcher(PATIENCE, "none", "wrong"), "404; http://127.0.0.1");
  }

  @Test
  void doesNotWaitForEverForAServerThatStalls() throws IOException {
    assertFails(fetcher(Duration.ofMillis(300), "stalled"), "no data for 0.3 s after 1000 of");
    assertFails(fetcher(Duration.ofMillis(300), "silent"), "no answer for 0.3 s");
  }

  @Test
  void aClosedPortIsOneClearLine() throws IOException {
    server.stop(0);
    assertFails(fetcher(PATIENCE, "good"), "no connection");
  }

  @Test
  void theEnvironmentNamesAMirrorOrForbidsTheNetwork() throws IOException {
    Map<String, String> named = Map.of("VIT4J_MNIST_MIRROR", mirror("good").toString());
    new DatasetFetcher(List.of(), PATIENCE, named).fetch(source, dir, SILENT);
    assertFetched();
    for (String variable : List.of("VIT4J_OFFLINE", "HF_HUB_OFFLINE")) {
      Path empty = Files.createDirectory(dir.resolve(variable));
      DatasetFetcher offline = new DatasetFetcher(List.of(), PATIENCE, Map.of(variable, "1"));
      assertThatThrownBy(() -> offline.fetch(source, empty, SILENT))
          .hasMessageContaining("disables downloads")
          .hasMessageContaining("into " + empty);
    }
    DatasetFetcher bad =
        new DatasetFetcher(List.of(), PATIENCE, Map.of("VIT4J_MNIST_MIRROR", "ftp://x"));
    assertThatThrownBy(() -> bad.fetch(source, dir.resolve("new"), SILENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("VIT4J_MNIST_MIRROR is 'ftp://x'");
  }

  @Test
  void namesAFolderThatCannotBeMade() throws IOException {
    Path file = Files.createFile(dir.resolve("file"));
    assertThatThrownBy(() -> fetcher(PATIENCE, "good").fetch(source, file.resolve("x"), SILENT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the folder cannot be created");
    assertThatThrownBy(() -> fetcher(PATIENCE, "good").fetch("mnist-sample", dir, SILENT))
        .hasMessageContaining("need not be downloaded");
  }

  @Test
  void cifarIsOneArchiveOfKnownSizeAndChecksum() throws Exception {
    RemoteSet real = RemoteSet.CIFAR100;
    assertThat(real.files())
        .containsExactly(
            new RemoteFile(
                "cifar-100-binary.tar.gz", 168_513_733, "03b5dce01913d631647c71ecec9e9cb8"));
    assertThat(RemoteSet.CIFAR10.files())
        .containsExactly(
            new RemoteFile(
                "cifar-10-binary.tar.gz", 170_052_171, "c32a1d4ab5d03f1284b67883e8d87530"));
    assertThat(real.mirrors().get(0)).hasToString("https://www.cs.toronto.edu/~kriz/");
    byte[] content = content("cifar-100-binary.tar.gz");
    String md5 = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    RemoteSet small =
        new RemoteSet(
            real.name(),
            real.folder(),
            real.classes(),
            List.of(mirror("good")),
            real.mirrorVariable(),
            List.of(new RemoteFile("cifar-100-binary.tar.gz", content.length, md5)));
    DatasetFetcher fetcher = new DatasetFetcher(List.of(), Duration.ofSeconds(20), Map.of());
    assertThat(fetcher.fetch(small, dir, (from, bytes, total) -> {}))
        .containsExactly(dir.resolve("cifar-100-binary.tar.gz"));
    assertThat(fetcher.fetch(small, dir, (from, bytes, total) -> {})).isEmpty();
    assertThat(Datasets.folder("cifar100-coarse", Path.of("/c")))
        .isEqualTo(Datasets.folder("cifar100", Path.of("/c")));
  }
}
