package dev.vit4j.recipe;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes the YAML of a recipe: maps, lists and scalars of the YAML 1.2 core schema. */
final class RecipeYaml {
  /** Maximum length in characters; the longest built-in recipe has about 1000. */
  static final int LIMIT = 1 << 16;

  private static final int MAX_NESTING = 4;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new CoreSchema())
          .setAllowDuplicateKeys(false)
          .setCodePointLimit(LIMIT)
          .build();

  private RecipeYaml() {}

  /**
   * Parses a text with one YAML document.
   *
   * @throws IllegalArgumentException naming line and column
   */
  static @Nullable Object read(String text) {
    try {
      checkEvents(text);
      return new Load(SETTINGS).loadFromString(text);
    } catch (MarkedYamlEngineException e) {
      String problem = e.getProblem();
      throw new IllegalArgumentException(
          e.getProblemMark().map(RecipeYaml::at).orElse("") + problem, e);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("not YAML: " + e.getMessage(), e);
    }
  }

  /**
   * Rejects aliases and deep nesting, because building a document is recursive and follows aliases.
   */
  private static void checkEvents(String text) {
    int depth = 0;
    for (Event event : new Parse(SETTINGS).parseString(text)) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        case Alias ->
            throw new IllegalArgumentException(where(event) + "aliases (*) are not supported");
        default -> {}
      }
      if (depth > MAX_NESTING) {
        throw new IllegalArgumentException(
            where(event) + "nested deeper than " + MAX_NESTING + " levels");
      }
    }
  }

  private static String where(Event event) {
    return event.getStartMark().map(RecipeYaml::at).orElse("");
  }

  private static String at(Mark mark) {
    return "line %d, column %d: ".formatted(mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** Formats a value as YAML on one line; {@link #read} returns an equal value. */
  static String print(@Nullable Object value) {
    if (value == null) {
      return RecipeKey.NONE;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(RecipeYaml::print).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(e -> print(e.getKey()) + ": " + print(e.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof Double number) {
      return number.toString().replace(".0E", "e").replace('E', 'e');
    }
    return value instanceof String text ? quoted(text) : value.toString();
  }

  private static String quoted(String text) {
    boolean plain = text.matches("[A-Za-z_/][A-Za-z0-9_./ -]*[A-Za-z0-9_./-]|[A-Za-z]");
    // A JSON string is a double-quoted YAML string.
    return plain && text.equals(read(text)) ? text : JsonMapper.shared().writeValueAsString(text);
  }
}
