package dev.vit4j.hub;

import dev.vit4j.format.FormatException;
import dev.vit4j.web.Address;
import dev.vit4j.web.Answer;
import dev.vit4j.web.Checksum;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Hub's metadata of one model's files. The response to {@code HEAD
 * ENDPOINT/ORG/NAME/resolve/REVISION/FILE} has the headers {@code X-Repo-Commit} and, for large
 * files, which are stored elsewhere, {@code X-Linked-Etag} and {@code X-Linked-Size}; for small
 * files {@code ETag} and {@code Content-Length}. The ETag of a large file is its SHA-256, that of a
 * small one Git's SHA-1.
 */
final class HubServer {
  private static final String COMMIT_HEADER = "X-Repo-Commit";
  private static final String LINKED_ETAG = "X-Linked-Etag";

  private final HubModel model;
  private final String byHand;
  private final HubSettings settings;
  private final Web web;
  private final @Nullable String token;

  /**
   * @param byHand the instructions for a manual download
   */
  HubServer(HubModel model, String byHand, HubSettings settings, Web web) throws IOException {
    this.model = model;
    this.byHand = byHand;
    this.settings = settings;
    this.web = web;
    this.token = settings.token();
  }

  /**
   * A file and its commit.
   *
   * @param file the file's metadata
   * @param commit the commit of the requested revision
   */
  record Found(RemoteFile file, String commit) {}

  /** The token sent with requests; null for none. */
  @Nullable String token() {
    return token;
  }

  /**
   * Requests a file's metadata.
   *
   * @param revision branch, tag or commit
   * @return empty if the revision has no such file
   * @throws IOException in one line, if the model does not exist or the server refuses
   */
  Optional<Found> find(String revision, String name) throws IOException {
    URI uri = address(revision, name);
    try (Answer answer =
        web.head(new Address(uri, token), a -> a.header(LINKED_ETAG).isPresent())) {
      String error = answer.header("X-Error-Code").orElse("");
      boolean known = error.isEmpty() || error.equals("EntryNotFound");
      if (answer.status() == 404 && known) {
        return Optional.empty();
      }
      if (answer.status() >= 400) {
        throw refused(HubAnswer.words(answer.status(), error, model, settings, token != null));
      }
      return Optional.of(found(answer, uri, name));
    } catch (FormatException | InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw failed(uri, e);
    }
  }

  private URI address(String revision, String name) {
    String encoded = URLEncoder.encode(revision, StandardCharsets.UTF_8);
    return URI.create(
        "%s/%s/resolve/%s/%s".formatted(settings.endpoint(), model.id(), encoded, name));
  }

  private Found found(Answer answer, URI uri, String name) throws IOException {
    String commit = answer.header(COMMIT_HEADER).orElse("");
    if (!commit.matches(HubCache.COMMIT)) {
      throw failed(
          "%s does not respond as the Hub does (no %s): check HF_ENDPOINT, and whether the network requires a login"
              .formatted(uri, COMMIT_HEADER));
    }
    String etag = answer.header(LINKED_ETAG).or(() -> answer.header("ETag")).orElse("");
    Checksum checksum =
        Checksum.ofEtag(etag).orElseThrow(() -> failed("%s has no checksum".formatted(uri)));
    long linked = answer.bytes("X-Linked-Size");
    long bytes = linked >= 0 || answer.isRedirect() ? linked : answer.bytes("Content-Length");
    if (bytes < 0) {
      throw failed("%s has no size".formatted(uri));
    }
    return new Found(new RemoteFile(name, address(commit, name), bytes, checksum), commit);
  }

  /** Returns the error for a failure that a manual download cannot solve. */
  FormatException refused(String reason) {
    return new FormatException(model.name(), -1, "cannot be fetched: " + reason);
  }

  /** Returns the error for a failure, with the instructions for a manual download. */
  FormatException failed(String reason) {
    return refused("%s; or put %s".formatted(reason, byHand));
  }

  /** Returns the error for a failed request. */
  FormatException failed(URI uri, IOException e) {
    return failed("%s: %s".formatted(uri, e.getMessage()));
  }
}
