package dev.vit4j.model;

import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Another library's weights and all known arguments of their model, from a configuration file
 * beside them and from the user. A {@link Family} derives the constructor arguments from them.
 */
public final class ForeignTensors {
  private final NameTable table;
  private final Map<String, Tensor> state;
  private final Map<String, long[]> stored;
  private final Configured configured;
  private final Map<String, ?> told;
  private final Notes notes;

  /**
   * A configuration.
   *
   * @param file its file name, for messages
   * @param args constructor arguments that it sets
   * @param imgSize height and width that it mentions without certainty; or null
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on immediately, never compared
  public record Configured(String file, Map<String, Object> args, int @Nullable [] imgSize) {}

  /**
   * Receivers of messages.
   *
   * @param assumed receives {@code argument=value} for every argument that had to be assumed
   * @param report receives all other messages
   */
  public record Notes(Consumer<String> assumed, Consumer<String> report) {}

  /**
   * Creates weights under this library's names.
   *
   * @param state the tensors by our names; may be modified
   * @param stored shapes in the file, by our names; for joined tensors the shape of the first part
   * @param told arguments given by the user
   */
  public ForeignTensors(
      NameTable table,
      Map<String, Tensor> state,
      Map<String, long[]> stored,
      Configured configured,
      Map<String, ?> told,
      Notes notes) {
    this.table = table;
    this.state = state;
    this.stored = stored;
    this.configured = configured;
    this.told = told;
    this.notes = notes;
  }

  /** The table of the names that the file uses. */
  public NameTable table() {
    return table;
  }

  /** The library whose names the file uses. */
  public Origin origin() {
    return table.origin();
  }

  /** The tensors by our names; modifications affect the model. */
  public Map<String, Tensor> state() {
    return state;
  }

  /**
   * Returns a required tensor.
   *
   * @throws IllegalArgumentException if it is missing or has another number of dimensions
   */
  public Tensor require(String name, int dims) {
    return require(state, name, dims);
  }

  /** As {@link #require(String, int)}, for any map. */
  public static Tensor require(Map<String, Tensor> state, String name, int dims) {
    Tensor t = state.get(name);
    if (t == null || t.dim() != dims) {
      throw new IllegalArgumentException(
          t == null ? "has no " + name : name + " must have %d sizes, not %s".formatted(dims, t));
    }
    return t;
  }

  /**
   * The shape of a tensor, or of its first part, in the file; null if the file does not have it.
   */
  public long @Nullable [] storedShape(String name) {
    return stored.get(name);
  }

  /**
   * Merges the arguments from configuration, shapes and user; the user's take precedence.
   *
   * @param ofShapes arguments determined by the shapes in the file
   * @throws IllegalArgumentException if the user contradicts the number of heads
   */
  public Map<String, Object> known(Map<String, Object> ofShapes) {
    Map<String, Object> known = new LinkedHashMap<>(configured.args());
    known.putAll(ofShapes);
    told.forEach(
        (name, value) -> {
          Object other = known.put(name, value);
          if (other != null && name.equals("num_heads") && !other.equals(value)) {
            throw new IllegalArgumentException(
                "num_heads is %s, not %s, according to %s"
                    .formatted(
                        other,
                        value,
                        ofShapes.containsKey(name)
                            ? "the shapes of the weights"
                            : configured.file()));
          }
        });
    return known;
  }

  /** The image size given by the user; null for none. */
  public int @Nullable [] toldSize() {
    return sides(told.get("img_size"));
  }

  /** The image size in the configuration's arguments; null for none. */
  public int @Nullable [] configuredSize() {
    return sides(configured.args().get("img_size"));
  }

  /** The image size that the configuration mentions without certainty; null for none. */
  public int @Nullable [] mentionedSize() {
    return configured.imgSize();
  }

  private static int @Nullable [] sides(@Nullable Object size) {
    if (size instanceof Integer side) {
      return new int[] {side, side};
    }
    if (size instanceof List<?> pair
        && pair.size() == 2
        && pair.get(0) instanceof Integer height
        && pair.get(1) instanceof Integer width) {
      return new int[] {height, width};
    }
    if (size != null) {
      throw new IllegalArgumentException(
          "img_size must be one number or [height, width], not " + size);
    }
    return null;
  }

  /** Reports that an argument is assumed, since nothing determines it. */
  public void assume(String argument, Object value) {
    notes.assumed().accept(argument + "=" + value);
  }

  /** Reports a message to the user. */
  public void report(String line) {
    notes.report().accept(line);
  }
}
