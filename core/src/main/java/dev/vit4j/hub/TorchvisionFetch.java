package dev.vit4j.hub;

import dev.vit4j.format.FormatException;
import dev.vit4j.web.Address;
import dev.vit4j.web.Answer;
import dev.vit4j.web.Checksum;
import dev.vit4j.web.DownloadProgress;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Downloads one of torchvision's files into torch.hub's cache folder. */
public final class TorchvisionFetch implements Fetch {
  private final TorchvisionModel model;
  private final HubSettings settings;
  private final Web web;
  private final RemoteFile file;
  private final Path path;

  TorchvisionFetch(
      TorchvisionModel model, HubSettings settings, Web web, RemoteFile file, Path path) {
    this.model = model;
    this.settings = settings;
    this.web = web;
    this.file = file;
    this.path = path;
  }

  /** Requests the file's size, unless it is already cached: then no request is made. */
  static TorchvisionFetch plan(TorchvisionModel model, HubSettings settings, Web web)
      throws IOException {
    Path path = model.path(settings);
    URI from = model.address(settings);
    boolean isHere = Files.isRegularFile(path);
    if (!isHere && settings.isOffline()) {
      throw failed(model, settings, "downloads are disabled by HF_HUB_OFFLINE or VIT4J_OFFLINE");
    }
    long bytes = isHere ? Files.size(path) : size(model, settings, web);
    RemoteFile file = new RemoteFile(model.file(), from, bytes, Checksum.sha256(model.hash()));
    return new TorchvisionFetch(model, settings, web, file, path);
  }

  private static long size(TorchvisionModel model, HubSettings settings, Web web)
      throws IOException {
    URI from = model.address(settings);
    try (Answer answer = web.head(Address.open(from), a -> false)) {
      if (answer.status() != 200) {
        throw new IOException("HTTP status " + answer.status());
      }
      long bytes = answer.bytes("Content-Length");
      if (bytes < 0) {
        throw new IOException("the response has no size");
      }
      return bytes;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw failed(model, settings, from + ": " + e.getMessage());
    }
  }

  private static FormatException failed(
      TorchvisionModel model, HubSettings settings, String reason) {
    return new FormatException(
        model.name(),
        -1,
        "cannot be fetched: %s; or put %s".formatted(reason, model.byHand(settings)));
  }

  @Override
  public List<Item> items() {
    boolean isHere = Files.isRegularFile(path);
    return List.of(new Item(file.name(), file.from(), file.bytes(), isHere, path));
  }

  @Override
  public String version() {
    return "";
  }

  @Override
  public Path place() {
    return path;
  }

  @Override
  public void run(DownloadProgress progress) throws IOException {
    if (Files.isRegularFile(path)) {
      return;
    }
    Path part = path.resolveSibling(file.name() + ".incomplete");
    Path lock = path.resolveSibling("." + file.name() + ".lock");
    try {
      new OneFile(web, file, null, part, path, lock).fetch(progress);
    } catch (FileSystemException | InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw failed(model, settings, file.from() + ": " + e.getMessage());
    }
  }
}
