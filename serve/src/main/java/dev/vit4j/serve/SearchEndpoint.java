package dev.vit4j.serve;

import dev.vit4j.image.Image;
import dev.vit4j.search.Match;
import dev.vit4j.search.Searchable;
import dev.vit4j.search.SourceImages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/search}: the images of a feature file or index that are nearest to an image or a
 * text, with thumbnails of those that can be read. Only images that it names are read.
 */
final class SearchEndpoint implements Endpoint, AutoCloseable {
  private static final int NEAREST = 12;
  private static final int MOST = 100;
  private static final int SIDE = 160; // pixels
  private static final int MOST_KEPT = 1000; // thumbnails, of about 5 kB

  private final Engine engine;
  private final ServedModel model;
  private final Searchable index;
  private final SourceImages images;
  private final Map<Integer, Optional<String>> thumbnails =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Optional<String>> eldest) {
          return size() > MOST_KEPT;
        }
      };

  /**
   * Opens a feature file or index.
   *
   * @throws IOException if it is missing or damaged
   * @throws IllegalArgumentException if no model of the engine computed it
   */
  static SearchEndpoint open(Path features, Engine engine, int threads) throws IOException {
    Searchable index = Searchable.open(features, threads);
    String fingerprint = index.origin().fingerprint();
    for (ServedModel model : engine.models()) {
      boolean same =
          fingerprint.isEmpty()
              ? model.dim() == index.dim()
              : model.fingerprint().equals(fingerprint);
      if (same) {
        model.isSearched();
        return new SearchEndpoint(engine, model, index);
      }
    }
    index.close();
    throw new IllegalArgumentException(
        "%s was computed by another model (%s): serve that one too"
            .formatted(features, index.origin().model()));
  }

  private SearchEndpoint(Engine engine, ServedModel model, Searchable index) {
    this.engine = engine;
    this.model = model;
    this.index = index;
    this.images = new SourceImages(index.folders());
  }

  @Override
  public Reply answer(Call call) {
    int k = call.number("k", Math.min(NEAREST, index.size()), 1, MOST);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Match match : nearest(query(call), Math.min(k, index.size()))) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("source", match.source());
      row.put("score", match.score());
      thumbnail(match).ifPresent(picture -> row.put("thumbnail", picture));
      rows.add(row);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model.name());
    json.put("results", rows);
    return Reply.json(json);
  }

  private List<Match> nearest(float[] query, int k) {
    try {
      return index.search(query, k);
    } catch (IOException e) { // of the server's own files: not the client's fault
      throw new UncheckedIOException(e);
    }
  }

  private float[] query(Call call) {
    String text = call.parameter("text");
    if (text != null && !call.hasUpload()) {
      return engine.pictures().run(List.of(text), model.texts(), model.batcher()).get(0);
    }
    Pictures.Result<float[]> result =
        engine.pictures().run(List.of(call.upload()), model.embedding(), false).get(0);
    if (result.problem() != null) {
      throw result.problem();
    }
    return Objects.requireNonNull(result.value());
  }

  private Optional<String> thumbnail(Match match) {
    synchronized (thumbnails) { // archives are read by one thread
      return thumbnails.computeIfAbsent(
          match.row(), row -> Optional.ofNullable(read(match.source())));
    }
  }

  private @Nullable String read(String source) {
    try {
      Image small = images.thumbnail(source, SIDE);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(small.toBufferedImage(), "jpg", out);
      return "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(out.toByteArray());
    } catch (IOException | IllegalArgumentException e) {
      return null; // moved or deleted since
    }
  }

  @Override
  public void close() {
    index.close();
  }
}
