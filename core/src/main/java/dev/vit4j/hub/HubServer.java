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
 * What the Hub says about the files of one model. {@code HEAD
 * ENDPOINT/ORG/NAME/resolve/REVISION/FILE} is answered with headers: {@code X-Repo-Commit}, and
 * {@code X-Linked-Etag} and {@code X-Linked-Size} of a large file, which is then elsewhere, or
 * {@code ETag} and {@code Content-Length}. An ETag is the SHA-256 of a large file, Git's SHA-1 of a
 * small one.
 */
final class HubServer {
  private static final String COMMIT_HEADER = "X-Repo-Commit";
  private static final String LINKED_ETAG = "X-Linked-Etag";

  private final HubModel model;
  private final HubSettings settings;
  private final Web web;
  private final @Nullable String token;

  HubServer(HubModel model, HubSettings settings, Web web) throws IOException {
    this.model = model;
    this.settings = settings;
    this.web = web;
    this.token = settings.token();
  }

  /**
   * A file and the commit that it is of.
   *
   * @param file as described
   * @param commit of the revision that was asked for
   */
  record Found(RemoteFile file, String commit) {}

  /** The token that the files are asked for with; null without one. */
  @Nullable String token() {
    return token;
  }

  /**
   * Asks about a file.
   *
   * @param revision branch, tag or commit
   * @return empty if the revision has no such file
   * @throws IOException in one line, if there is no such model or the server will not say
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
          "%s does not answer as the Hub does (no %s): is HF_ENDPOINT right, or is there a login page between?"
              .formatted(uri, COMMIT_HEADER));
    }
    String etag = answer.header(LINKED_ETAG).or(() -> answer.header("ETag")).orElse("");
    Checksum checksum =
        Checksum.ofEtag(etag)
            .orElseThrow(() -> failed("%s comes without a checksum".formatted(uri)));
    long linked = answer.bytes("X-Linked-Size");
    long bytes = linked >= 0 || answer.isRedirect() ? linked : answer.bytes("Content-Length");
    if (bytes < 0) {
      throw failed("%s comes without its size".formatted(uri));
    }
    return new Found(new RemoteFile(name, address(commit, name), bytes, checksum), commit);
  }

  /** The one line of what no other way would bring either. */
  FormatException refused(String reason) {
    return new FormatException(model.name(), -1, "cannot be fetched: " + reason);
  }

  /** The one line of a failure, with the way around it. */
  FormatException failed(String reason) {
    return refused("%s; or put %s".formatted(reason, model.byHand(settings)));
  }

  /** The one line of a failed request. */
  FormatException failed(URI uri, IOException e) {
    return failed("%s: %s".formatted(uri, e.getMessage()));
  }
}
