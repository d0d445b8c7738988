package dev.vit4j.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;

/**
 * The index of {@link ShardedTensors}.
 *
 * @param weightMap tensor names and their shards, in file order
 * @param metadata scalar values as text
 */
public record ShardIndex(Map<String, String> weightMap, Map<String, String> metadata) {
  private static final long MAX_BYTES = 100_000_000;
  private static final String WEIGHT_MAP = "weight_map";

  /**
   * Reads a file.
   *
   * @throws FormatException if it cannot be read, is too large or is not an index
   */
  public static ShardIndex read(Path file) throws IOException {
    String source = file.toString();
    byte[] json;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new FormatException(source, -1, "an index of over %d bytes".formatted(MAX_BYTES));
      }
      json = Files.readAllBytes(file);
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
    return parse(source, json);
  }

  /**
   * Parses an index.
   *
   * @param source name of the file in messages
   * @throws FormatException if it is not an index
   */
  public static ShardIndex parse(String source, byte[] json) throws FormatException {
    try (JsonParser parser = SafetensorsHeader.JSON.createParser(ObjectReadContext.empty(), json)) {
      return parse(source, parser);
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      throw new FormatException(
          source, at == null ? -1 : at.getByteOffset(), FormatException.words(e));
    }
  }

  private static ShardIndex parse(String source, JsonParser parser) throws FormatException {
    Map<String, String> weightMap = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new FormatException(source, 0, "not a JSON object");
    }
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String field = parser.currentName();
      boolean object = parser.nextToken() == JsonToken.START_OBJECT;
      if (object && (field.equals(WEIGHT_MAP) || field.equals("metadata"))) {
        boolean weights = field.equals(WEIGHT_MAP);
        texts(source, parser, weights, weights ? weightMap : metadata);
      } else {
        parser.skipChildren();
      }
    }
    if (weightMap.isEmpty()) {
      throw new FormatException(source, -1, "not a shard index: it has no weight_map");
    }
    return new ShardIndex(weightMap, metadata);
  }

  private static void texts(
      String source, JsonParser parser, boolean textOnly, Map<String, String> into)
      throws FormatException {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      if (textOnly && value != JsonToken.VALUE_STRING) {
        throw new FormatException(
            source,
            parser.currentTokenLocation().getByteOffset(),
            "the shard of '%s' is not text".formatted(key));
      }
      if (value.isScalarValue()) {
        into.put(key, parser.getString());
      } else {
        parser.skipChildren();
      }
    }
  }
}
