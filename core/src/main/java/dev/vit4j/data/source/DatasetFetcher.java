package dev.vit4j.data.source;

import dev.vit4j.data.source.RemoteSet.RemoteFile;
import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.FormatException;
import dev.vit4j.web.Address;
import dev.vit4j.web.DownloadProgress;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Downloads the four files of an MNIST-like data set and verifies their size and MD5.
 *
 * <p>Tries the mirrors in turn. Does not access the network if {@code VIT4J_OFFLINE} or {@code
 * HF_HUB_OFFLINE} is set.
 */
public final class DatasetFetcher {
  private final List<URI> mirrors;
  private final Duration patience;
  private final Map<String, String> environment;

  /** Uses the published mirrors, or the one in {@code VIT4J_MNIST_MIRROR}. */
  public DatasetFetcher() {
    this(List.of(), Web.PATIENCE, System.getenv());
  }

  /**
   * Uses other mirrors.
   *
   * @param mirrors base URLs, tried in turn; empty for the published ones
   * @param patience timeout for connecting, for the response, and for further data
   * @param environment environment variables, see {@link System#getenv()}
   */
  public DatasetFetcher(List<URI> mirrors, Duration patience, Map<String, String> environment) {
    this.mirrors = List.copyOf(mirrors);
    this.patience = patience;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Downloads the missing files.
   *
   * @param name {@code mnist} or {@code fashion-mnist}
   * @param dir destination folder; created if it does not exist
   * @return the downloaded files; empty if all exist with the right checksum
   * @throws IOException if all mirrors fail; the message contains their errors and the files to
   *     download manually
   * @throws IllegalArgumentException if the name is unknown or a mirror is not a URL
   */
  public List<Path> fetch(String name, Path dir, DownloadProgress progress) throws IOException {
    return fetch(Datasets.source(name), dir, progress);
  }

  List<Path> fetch(RemoteSet source, Path dir, DownloadProgress progress) throws IOException {
    List<RemoteFile> missing = missing(source, dir);
    if (missing.isEmpty()) {
      return List.of();
    }
    if (Web.isForbidden(environment)) {
      throw failed(source, dir, "VIT4J_OFFLINE or HF_HUB_OFFLINE disables downloads");
    }
    List<URI> from = mirrors(source);
    makeFolder(dir);
    Web web = new Web(patience);
    List<Path> fetched = new ArrayList<>();
    for (RemoteFile file : missing) {
      byte[] content = fromAnyMirror(web, source, from, file, dir, progress);
      Path target = dir.resolve(file.name());
      AtomicFile.write(target, out -> out.write(content));
      fetched.add(target);
    }
    return fetched;
  }

  private static List<RemoteFile> missing(RemoteSet source, Path dir) throws IOException {
    List<RemoteFile> missing = new ArrayList<>();
    for (RemoteFile file : source.files()) {
      Path there = dir.resolve(file.name());
      if (!Files.isRegularFile(there)
          || Files.size(there) != file.bytes()
          || !md5(Files.readAllBytes(there)).equals(file.md5())) {
        missing.add(file);
      }
    }
    return missing;
  }

  private List<URI> mirrors(RemoteSet source) {
    String set = environment.getOrDefault(source.mirrorVariable(), "");
    List<URI> chosen =
        !mirrors.isEmpty()
            ? mirrors
            : set.isBlank()
                ? source.mirrors()
                : List.of(Address.parse(source.mirrorVariable(), set));
    return chosen.stream()
        .map(uri -> uri.toString().endsWith("/") ? uri : URI.create(uri + "/"))
        .toList();
  }

  private static void makeFolder(Path dir) throws IOException {
    try {
      Files.createDirectories(dir);
    } catch (IOException e) {
      throw new IOException(dir + ": the folder cannot be created: " + e.getMessage(), e);
    }
  }

  private byte[] fromAnyMirror(
      Web web,
      RemoteSet source,
      List<URI> from,
      RemoteFile file,
      Path dir,
      DownloadProgress progress)
      throws IOException {
    List<String> reasons = new ArrayList<>();
    for (URI mirror : from) {
      URI address = mirror.resolve(file.name());
      try {
        return verified(web.read(Address.open(address), file.bytes(), progress), file);
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        reasons.add(address + ": " + e.getMessage());
      }
    }
    throw failed(source, dir, String.join("; ", reasons));
  }

  private static byte[] verified(byte[] content, RemoteFile file) throws IOException {
    if (!md5(content).equals(file.md5())) {
      throw new IOException("wrong content: MD5 " + md5(content) + ", not " + file.md5());
    }
    return content;
  }

  private static String md5(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has MD5", e);
    }
  }

  private static IOException failed(RemoteSet source, Path dir, String reason) {
    return new FormatException(
        source.name(),
        -1,
        "download failed: put %s into %s manually (%s)".formatted(source.fileNames(), dir, reason));
  }
}
