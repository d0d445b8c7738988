package dev.vit4j.model;

import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Another library's weights, and all that is known about their model: what a configuration beside
 * them says, and what the user says. A {@link Family} makes constructor arguments of it.
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
   * @param file its name, for messages
   * @param args constructor arguments that it gives
   * @param imgSize height and width that it mentions without being sure; or none
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on at once, never compared
  public record Configured(String file, Map<String, Object> args, int @Nullable [] imgSize) {}

  /**
   * Where remarks go.
   *
   * @param assumed gets {@code argument=value} for what nothing determines
   * @param report gets a line for everything else worth knowing
   */
  public record Notes(Consumer<String> assumed, Consumer<String> report) {}

  /**
   * Weights under our names.
   *
   * @param state the tensors by our names; may be changed
   * @param stored shapes in the file, by our names; of joined tensors the shape of the first part
   * @param told arguments that the user gives
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

  /** The library whose names the file has. */
  public Origin origin() {
    return table.origin();
  }

  /** The tensors by our names; changes reach the model. */
  public Map<String, Tensor> state() {
    return state;
  }

  /**
   * A tensor that must be there.
   *
   * @throws IllegalArgumentException if it is missing, or has another number of dimensions
   */
  public Tensor require(String name, int dims) {
    return require(state, name, dims);
  }

  /** As {@link #require(String, int)}, of any map. */
  public static Tensor require(Map<String, Tensor> state, String name, int dims) {
    Tensor t = state.get(name);
    if (t == null || t.dim() != dims) {
      throw new IllegalArgumentException(
          t == null ? "has no " + name : name + " must have %d sizes, not %s".formatted(dims, t));
    }
    return t;
  }

  /** The shape that one of our tensors, or the first part of it, has in the file; null for none. */
  public long @Nullable [] storedShape(String name) {
    return stored.get(name);
  }

  /**
   * What configuration, shapes and user say together; the user's word counts most.
   *
   * @param ofShapes what the shapes in the file determine
   * @throws IllegalArgumentException if the user contradicts the number of heads
   */
  public Map<String, Object> known(Map<String, Object> ofShapes) {
    Map<String, Object> known = new LinkedHashMap<>(configured.args());
    known.putAll(ofShapes);
    told.forEach(
        (word, value) -> {
          Object other = known.put(word, value);
          if (other != null && word.equals("num_heads") && !other.equals(value)) {
            throw new IllegalArgumentException(
                "num_heads is %s, not %s: so %s"
                    .formatted(
                        other,
                        value,
                        ofShapes.containsKey(word)
                            ? "its shapes say"
                            : configured.file() + " says"));
          }
        });
    return known;
  }

  /** The image size that the user asks for; null for none. */
  public int @Nullable [] toldSize() {
    return sides(told.get("img_size"));
  }

  /** The image size among the configuration's arguments; null for none. */
  public int @Nullable [] configuredSize() {
    return sides(configured.args().get("img_size"));
  }

  /** The image size that the configuration mentions without being sure; null for none. */
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

  /** Remarks that an argument is assumed, since nothing determines it. */
  public void assume(String argument, Object value) {
    notes.assumed().accept(argument + "=" + value);
  }

  /** Tells the user something worth knowing. */
  public void report(String line) {
    notes.report().accept(line);
  }
}
