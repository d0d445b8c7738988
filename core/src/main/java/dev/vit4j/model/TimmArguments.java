package dev.vit4j.model;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the {@code model_args} of timm's {@code config.json} against what a family supports.
 * Unknown arguments are rejected, since they may change the function without changing a shape.
 *
 * @param read arguments that are translated
 * @param known arguments that tensor names and shapes determine, or that only affect training
 * @param only arguments of which only one value is supported
 */
public record TimmArguments(List<String> read, Set<String> known, Map<String, String> only) {
  /** Arguments common to all models that only affect training, or that shapes determine. */
  public static final Set<String> COMMON =
      Set.of("drop_rate", "drop_path_rate", "norm_layer", "weight_init", "fix_init");

  /**
   * Returns the {@code model_args} of a configuration; empty if it has none.
   *
   * @param config content of {@code config.json}
   */
  public static Map<String, Object> in(Map<String, Object> config) {
    Map<String, Object> args = new LinkedHashMap<>();
    if (config.get("model_args") instanceof Map<?, ?> given) {
      given.forEach((argument, value) -> args.put(String.valueOf(argument), value));
    }
    return args;
  }

  /**
   * Returns the arguments that are translated.
   *
   * @param args {@code model_args}
   * @throws IllegalArgumentException naming an argument that is not supported
   */
  public Map<String, Object> of(Map<String, ?> args) {
    args.forEach(this::check);
    Map<String, Object> found = new LinkedHashMap<>();
    for (String argument : read) {
      if (args.get(argument) != null) {
        found.put(argument, args.get(argument));
      }
    }
    return found;
  }

  private void check(String argument, @Nullable Object value) {
    boolean off =
        value == null
            || Boolean.FALSE.equals(value)
            || (value instanceof Collection<?> c && c.isEmpty());
    boolean free =
        !only.containsKey(argument)
            && (read.contains(argument) || known.contains(argument) || COMMON.contains(argument));
    if (!off && !free && !String.valueOf(value).equals(only.get(argument))) {
      throw new IllegalArgumentException(
          "model_args has %s=%s: this is not supported".formatted(argument, value));
    }
  }
}
