package dev.vit4j.model;

import dev.vit4j.nn.Module;
import dev.vit4j.nn.TokenTeam;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model that reads images, and what every such model has: a name, constructor arguments, an input
 * size, a head. What it can do is told by the interfaces that it implements: {@link Encodes},
 * {@link Classifies}, {@link Segments}.
 */
public abstract class Model extends Module {
  /** A name up to its first number: {@code blocks.3}, {@code layer1.0}. */
  private static final Pattern NUMBERED = Pattern.compile(".*?\\.\\d+(?=\\.)");

  private final String name;
  private final ModelConfig config;

  /**
   * @param name the catalogue name that it was made by
   * @param config the constructor arguments
   */
  protected Model(String name, ModelConfig config) {
    this.name = name;
    this.config = config;
  }

  /** The catalogue name, such as {@code vit_base_patch16_224}. */
  public final String name() {
    return name;
  }

  /** The kind of model that it is. */
  public abstract Family family();

  /** The constructor arguments with all their values: with the name enough to build it again. */
  public Map<String, Object> args() {
    return config.toMap();
  }

  /** Channels of the images that it takes. */
  public int channels() {
    return config.inChans();
  }

  /** Pixel rows of the images that it takes. */
  public int height() {
    return config.imgSize()[0];
  }

  /** Pixel columns of the images that it takes. */
  public int width() {
    return config.imgSize()[1];
  }

  /** Whether it takes images of other heights and widths as well. */
  public boolean takesAnySize() {
    return family().takesAnySize();
  }

  /** Whether threads may share its tokens out between them, as {@link TokenTeam} says. */
  public boolean sharesTokens() {
    return false;
  }

  /** Number of classes of its head; 0 for a model without one. */
  public int numClasses() {
    return config.numClasses();
  }

  /**
   * This model as something that it can do.
   *
   * @param ability an interface such as {@link Classifies}
   * @throws IllegalArgumentException if it cannot, naming the model
   */
  public final <T> T as(Class<T> ability) {
    if (!ability.isInstance(this)) {
      throw new IllegalArgumentException(
          "this needs a model that %s images: %s does not"
              .formatted(ability.getSimpleName().toLowerCase(Locale.ROOT), name));
    }
    return ability.cast(this);
  }

  /**
   * The model that computes the features that this one's decoder reads; its parameters are {@code
   * backbone.*} here. Null for a model that is not built on another.
   */
  public @Nullable Model backbone() {
    return null;
  }

  /** Names of parameters without weight decay although they are matrices. */
  public Set<String> noWeightDecay() {
    return Set.of();
  }

  /** How timm's {@code config.json} describes it. */
  public abstract TimmConfig timmConfig();

  /**
   * Refuses what is no batch of the model's images, and records {@code pixels} for a trace.
   *
   * @throws IllegalArgumentException naming both shapes
   */
  protected final void checkInput(Tensor x) {
    long[] s = x.shape();
    boolean size = s.length == 4 && (takesAnySize() || (s[2] == height() && s[3] == width()));
    if (!size || s[1] != channels()) {
      throw new IllegalArgumentException(
          "%s takes pictures [B, %d, %s], not %s"
              .formatted(
                  name(), channels(), takesAnySize() ? "H, W" : height() + ", " + width(), x));
    }
    if (Trace.isOn()) {
      Trace.record("pixels", x.detach()); // an alias: a trace frees what it holds
    }
  }

  /**
   * Names of the layers that give the class scores, such as {@code head} or {@code fc}; none for a
   * model without a head. By default the last one that has parameters.
   */
  public List<String> classifier() {
    String last = "";
    for (String parameter : parameters().keySet()) {
      last = parameter.substring(0, Math.max(0, parameter.lastIndexOf('.')));
    }
    return numClasses() == 0 || last.isEmpty() ? List.of() : List.of(last);
  }

  /** Whether a tensor, by its name, belongs to what {@link #classifier} names. */
  public final Predicate<String> isOfHead() {
    List<String> heads = classifier();
    return tensor -> heads.stream().anyMatch(head -> tensor.startsWith(head + "."));
  }

  /**
   * How deep each parameter lies, as timm's {@code group_matcher} counts: 0 in the stem, one more
   * with every block, the classifier last. By default parts with a number in their name are blocks,
   * in registration order, and what follows a block, such as the last norm, belongs to it.
   */
  public Map<String, Integer> layers() {
    Predicate<String> ofHead = isOfHead();
    List<String> order = new ArrayList<>(); // of the layers, by any name
    Map<String, Integer> layers = new LinkedHashMap<>();
    String block = "";
    for (String parameter : parameters().keySet()) {
      Matcher numbered = NUMBERED.matcher(parameter);
      boolean isHead = ofHead.test(parameter);
      block = numbered.lookingAt() && !isHead ? numbered.group() : block;
      String layer = isHead ? "the classifier" : block;
      if (!order.contains(layer)) {
        order.add(layer);
      }
      layers.put(parameter, order.indexOf(layer));
    }
    return layers;
  }
}
