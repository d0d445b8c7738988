package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TorchFile;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.DType;
import dev.vit4j.weights.WeightsFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole app as a process with an environment of its own, and a Hub on this machine. */
class FetchCommandTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  @TempDir Path dir;
  private HttpServer server;

  @BeforeEach
  void publish() throws IOException {
    Path model = Files.createDirectories(dir.resolve("hub/org/digits"));
    try (Model net = Models.create("vit_mnist_1850", Map.of(), Init.seeded(1))) {
      Preprocess preprocess =
          new Preprocess(1, 28, 28, "bicubic", 1, "squash", List.of(0.5), List.of(0.5), "digit");
      WeightsFolder.writeConfig(model, new WeightsFolder.Loaded(net, preprocess, List.of()));
      WeightsFolder.writeWeights(model, net, Map.of());
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange e) throws IOException {
    try (e) {
      String path = e.getRequestURI().getPath();
      asked.add(e.getRequestMethod() + path.replaceFirst(".*/", " "));
      Path file = dir.resolve("hub" + path.replaceFirst("/resolve/[^/]+", ""));
      e.getResponseHeaders().set("X-Repo-Commit", COMMIT);
      if (!Files.isRegularFile(file)) {
        e.getResponseHeaders().set("X-Error-Code", "EntryNotFound");
        e.sendResponseHeaders(404, -1);
        return;
      }
      byte[] content = Files.readAllBytes(file);
      e.getResponseHeaders().set("ETag", '"' + sha256(content) + '"');
      if (e.getRequestMethod().equals("HEAD")) {
        e.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
        e.sendResponseHeaders(200, -1);
        return;
      }
      e.sendResponseHeaders(200, content.length);
      e.getResponseBody().write(content);
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private Vit vit(String offline, String... args) throws IOException, InterruptedException {
    String endpoint = "http://127.0.0.1:" + server.getAddress().getPort();
    return vit(Map.of("HF_HUB_OFFLINE", offline, "HF_ENDPOINT", endpoint), args);
  }

  private Vit vit(Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(args));
    Path out = dir.resolve("out");
    Path err = dir.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("HF_HOME", dir.resolve("home").toString());
    builder.environment().remove("HF_HUB_CACHE");
    builder.environment().remove("JAVA_TOOL_OPTIONS"); // the JVM would remark on it
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    return new Vit(
        code,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  @Test
  void aModelIsFetchedOnceAndThenUsedByItsName() throws Exception {
    Vit dry = vit("0", "fetch", "org/digits", "--dry-run");
    assertThat(dry.code()).as(dry.err()).isZero();
    assertThat(dry.out()).contains("missing  config.json", "missing  model.safetensors");
    assertThat(dry.err()).contains("org/digits (commit " + COMMIT + "): 2 files, ");
    assertThat(dir.resolve("home")).doesNotExist();
    assertThat(asked).allMatch(line -> line.startsWith("HEAD"));

    JsonNode json = JsonMapper.shared().readTree(vit("0", "fetch", "org/digits", "--json").out());
    Path place = dir.resolve("home/hub/models--org--digits/snapshots").resolve(COMMIT);
    assertThat(json.get("path").asString()).isEqualTo(place.toString());
    assertThat(json.get("commit").asString()).isEqualTo(COMMIT);
    assertThat(json.get("files").get(1).get("status").asString()).isEqualTo("fetched");
    assertThat(place.resolve("model.safetensors")).exists();

    server.stop(0);
    Vit summary = vit("1", "summary", "org/digits", "--json");
    assertThat(summary.code()).as(summary.err()).isZero();
    assertThat(JsonMapper.shared().readTree(summary.out()).get("params").asInt()).isEqualTo(1850);
  }

  @Test
  void failuresAreOneLine() throws Exception {
    Vit missing = vit("0", "inspect", "org/digits");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err())
        .isEqualTo(
            "vit: org/digits: is not a file or folder, nor a model in the local cache: run `vit fetch org/digits`%n"
                .formatted());
    Vit offline = vit("1", "fetch", "org/digits");
    assertThat(offline.code()).isEqualTo(1);
    assertThat(offline.err())
        .contains(
            "HF_HUB_OFFLINE or VIT4J_OFFLINE; or put config.json and model.safetensors of http://127.0.0.1")
        .hasLineCount(1);
    assertThat(asked).isEmpty();
    assertThat(Vit.run("fetch", "digits").err())
        .contains("vit: 'digits' is not a name of published weights");
    assertThat(Vit.run("fetch", "torchvision/resnet18", "--revision", "x").code()).isEqualTo(2);
  }

  @Test
  void clipIsFetchedAndShownAndNoClassifier() throws Exception {
    Path clip = Files.createDirectories(dir.resolve("hub/laion/clip"));
    Files.writeString(clip.resolve("config.json"), "{\"model_type\": \"clip\"}");
    Files.writeString(clip.resolve("open_clip_config.json"), "{\"model_cfg\": {}}");
    List<Safetensors.Entry> tensors = new ArrayList<>();
    for (String name :
        List.of("text_projection", "logit_scale", "visual.proj", "visual.conv1.weight")) {
      tensors.add(new Safetensors.Entry(name, DType.F32, new long[] {2}, ByteBuffer.allocate(8)));
    }
    TorchFile.write(clip.resolve("open_clip_pytorch_model.bin"), tensors);
    Vit fetched = vit("0", "fetch", "laion/clip");
    assertThat(fetched.out())
        .contains("fetched  open_clip_config.json", "fetched  open_clip_pytorch_model.bin");
    Vit shown = vit("1", "inspect", "laion/clip", "--json");
    assertThat(shown.json().get("tensors")).as(shown.err()).hasSize(4);
    Vit refused = vit("1", "predict", "laion/clip", "picture.png");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains(
            "open_clip_pytorch_model.bin: contains only an image tower: a model of images and texts is needed");
    // From JDK 24 on the JVM remarks on native code.
    assertThat(refused.err().lines().filter(line -> line.startsWith("vit: "))).hasSize(1);
  }

  /** The proxy is an ordinary server here, whose addresses are whole ones. */
  @Test
  void aProxyIsAskedInPlaceOfTheHub() throws Exception {
    String proxy = "http://127.0.0.1:" + server.getAddress().getPort();
    Map<String, String> environment =
        Map.of("HF_ENDPOINT", "http://hub.example", "HTTP_PROXY", proxy, "no_proxy", "");
    Vit fetched = vit(environment, "fetch", "org/digits");
    assertThat(fetched.code()).as(fetched.err()).isZero();
    assertThat(dir.resolve("home/hub/models--org--digits/refs/main")).hasContent(COMMIT);
    Vit bad =
        vit(
            Map.of("ALL_PROXY", "socks5://u:hidden@127.0.0.1:1", "no_proxy", ""),
            "fetch",
            "org/digits");
    assertThat(bad.code()).isEqualTo(2);
    assertThat(bad.err())
        .startsWith(
            "vit: ALL_PROXY is 'socks5://***@127.0.0.1:1', which has the unsupported scheme")
        .hasLineCount(1);
  }

  @Test
  void aProxyThatCarriesHttpsHearsItsPasswordAndNoToken() throws Exception {
    try (ServerSocket door = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      CompletableFuture<List<String>> head = CompletableFuture.supplyAsync(() -> refuseOne(door));
      Vit refused =
          vit(
              Map.of(
                  "HF_ENDPOINT",
                  "https://hub.example",
                  "HF_TOKEN",
                  "hf_secret",
                  "HTTPS_PROXY",
                  "http://user:p%40ss@127.0.0.1:" + door.getLocalPort(),
                  "no_proxy",
                  ""),
              "fetch",
              "org/digits");
      assertThat(head.join())
          .contains("CONNECT hub.example:443 HTTP/1.1")
          .contains("Proxy-Authorization: Basic dXNlcjpwQHNz") // user:p@ss
          .noneMatch(line -> line.contains("secret"));
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err())
          .contains(" of HTTPS_PROXY rejects the user and password")
          .hasLineCount(1);
    }
  }

  /** The lines of the first request, which is answered with 407. */
  private static List<String> refuseOne(ServerSocket door) {
    try (Socket client = door.accept()) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
      List<String> lines = new ArrayList<>();
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        lines.add(line);
      }
      client
          .getOutputStream()
          .write(
              "HTTP/1.1 407 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
