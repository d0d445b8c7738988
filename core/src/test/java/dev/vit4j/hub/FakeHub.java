package dev.vit4j.hub;

import com.sun.net.httpserver.HttpExchange;
import dev.vit4j.web.BadServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A model on a Hub of this machine, which answers as the real one does, or with forged headers. */
public final class FakeHub implements AutoCloseable {
  public static final String ID = "timm/tiny";
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  final BadServer server = new BadServer();
  final Map<String, byte[]> files = new TreeMap<>();
  final Map<String, Map<String, String>> forged = new HashMap<>();
  String commit = COMMIT;
  String secret = "";

  public FakeHub() throws IOException {
    server.at("/", e -> refuse(e, 401, "RepoNotFound"));
    server.at("/" + ID + "/resolve/", this::answer);
    server.at("/cdn/", e -> BadServer.sendPart(e, files.get(name(e))));
  }

  /** Publishes a file. */
  public FakeHub with(String name, byte[] content) {
    files.put(name, content);
    return this;
  }

  FakeHub with(String name, String content) {
    return with(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds or replaces a header of a file's answers. */
  FakeHub forge(String name, String header, String value) {
    forged.computeIfAbsent(name, n -> new LinkedHashMap<>()).put(header, value);
    return this;
  }

  /** What a user must set to be here, with a cache of its own. */
  public Map<String, String> environment(Path home) {
    Map<String, String> environment = new HashMap<>();
    environment.put("HF_ENDPOINT", server.address("").toString());
    environment.put("HF_HOME", home.toString());
    return environment;
  }

  HubSettings settings(Path home) {
    return HubSettings.of(environment(home), home);
  }

  HubSettings settings(Path home, String variable, String value) {
    Map<String, String> environment = environment(home);
    environment.put(variable, value);
    return HubSettings.of(environment, home);
  }

  /** The files whose bodies were asked for, in turn. */
  List<String> fetched() {
    return server.asked().stream()
        .filter(line -> line.startsWith("GET") && !line.contains("/cdn/"))
        .map(line -> line.replaceAll(".*/([^/ ]+) range.*", "$1"))
        .toList();
  }

  private static String name(HttpExchange e) {
    String path = e.getRequestURI().getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private void answer(HttpExchange e) throws IOException {
    String revision = e.getRequestURI().getRawPath().replaceAll(".*/resolve/([^/]+)/.*", "$1");
    if (!secret.isEmpty()
        && !("Bearer " + secret).equals(e.getRequestHeaders().getFirst("Authorization"))) {
      refuse(e, 401, "GatedRepo");
    } else if (!List.of("main", commit, "refs%2Fpr%2F1").contains(revision)) {
      refuse(e, 404, "RevisionNotFound");
    } else if (!files.containsKey(name(e))) {
      e.getResponseHeaders().set("X-Repo-Commit", commit);
      refuse(e, 404, "EntryNotFound");
    } else {
      describe(e, files.get(name(e)));
    }
  }

  private void describe(HttpExchange e, byte[] content) throws IOException {
    String name = name(e);
    boolean large = !name.endsWith(".json");
    e.getResponseHeaders().set("X-Repo-Commit", commit);
    if (large) {
      e.getResponseHeaders().set("X-Linked-Etag", '"' + sha256(content) + '"');
      e.getResponseHeaders().set("X-Linked-Size", Integer.toString(content.length));
      e.getResponseHeaders().set("Location", "/cdn/" + name);
    } else {
      e.getResponseHeaders().set("ETag", '"' + gitBlob(content) + '"');
    }
    forged.getOrDefault(name, Map.of()).forEach(e.getResponseHeaders()::set);
    if (large) {
      e.sendResponseHeaders(302, -1);
    } else {
      BadServer.send(e, 200, content);
    }
  }

  private static void refuse(HttpExchange e, int status, String error) throws IOException {
    e.getResponseHeaders().set("X-Error-Code", error);
    BadServer.send(e, status, new byte[0]);
  }

  static String sha256(byte[] content) {
    return HexFormat.of().formatHex(digest("SHA-256").digest(content));
  }

  static String gitBlob(byte[] content) {
    MessageDigest digest = digest("SHA-1");
    digest.update(("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().formatHex(digest.digest(content));
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
