package dev.vit4j.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Golden pictures made by Pillow. */
final class Fixtures {
  private Fixtures() {}

  static Path path(String name) {
    URL url = Objects.requireNonNull(Fixtures.class.getResource("/fixtures/images/" + name));
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Path> files(String folder) {
    try (Stream<Path> files = Files.list(path(folder))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The cases that a JSON file lists. */
  static Stream<JsonNode> list(String name) {
    return StreamSupport.stream(JsonMapper.shared().readTree(path(name)).spliterator(), false);
  }

  /** Largest difference of two pictures of the same size. */
  static int difference(Image a, Image b) {
    int most = 0;
    for (int i = 0; i < a.pixels().length; i++) {
      most = Math.max(most, Math.abs((a.pixels()[i] & 0xff) - (b.pixels()[i] & 0xff)));
    }
    return most;
  }
}
