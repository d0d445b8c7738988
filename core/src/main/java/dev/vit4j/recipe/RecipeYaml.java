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

/** The YAML of a recipe: plain maps, lists and scalars of YAML 1.2's core schema. */
final class RecipeYaml {
  /** Characters; the longest shipped recipe has about a thousand. */
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
   * The one document of a text.
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

  /** Building a document recurses and follows aliases, so what could hurt is refused before. */
  private static void checkEvents(String text) {
    int depth = 0;
    for (Event event : new Parse(SETTINGS).parseString(text)) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        case Alias ->
            throw new IllegalArgumentException(where(event) + "a recipe has no aliases (*)");
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

  /** A value as YAML on one line; {@link #read} gives an equal value back. */
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
    // JSON's strings are YAML's double-quoted ones.
    return plain && text.equals(read(text)) ? text : JsonMapper.shared().writeValueAsString(text);
  }
}
