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
 * Base class of image models: name, constructor arguments, input size and head. The interfaces that
 * a model implements define what it computes: {@link Encodes}, {@link Classifies}, {@link
 * Segments}.
 */
public abstract class Model extends Module {
  /** A name up to its first number, such as {@code blocks.3} or {@code layer1.0}. */
  private static final Pattern NUMBERED = Pattern.compile(".*?\\.\\d+(?=\\.)");

  private final String name;
  private final ModelConfig config;

  /**
   * @param name the catalog name
   * @param config the constructor arguments
   */
  protected Model(String name, ModelConfig config) {
    this.name = name;
    this.config = config;
  }

  /** The catalog name, such as {@code vit_base_patch16_224}. */
  public final String name() {
    return name;
  }

  /** The model's family. */
  public abstract Family family();

  /** All constructor arguments with their values; together with the name they define the model. */
  public Map<String, Object> args() {
    return config.toMap();
  }

  /** Channels of the input images. */
  public int channels() {
    return config.inChans();
  }

  /** Height of the input images in pixels. */
  public int height() {
    return config.imgSize()[0];
  }

  /** Width of the input images in pixels. */
  public int width() {
    return config.imgSize()[1];
  }

  /** Whether images of other heights and widths are also accepted. */
  public boolean takesAnySize() {
    return family().takesAnySize();
  }

  /** Whether several threads should share its tokens, as {@link TokenTeam} describes. */
  public boolean sharesTokens() {
    return false;
  }

  /** Number of classes; 0 for a model without a head. */
  public int numClasses() {
    return config.numClasses();
  }

  /**
   * Returns this model as the given interface.
   *
   * @param ability an interface such as {@link Classifies}
   * @throws IllegalArgumentException naming the model, if it does not implement the interface
   */
  public final <T> T as(Class<T> ability) {
    if (!ability.isInstance(this)) {
      throw new IllegalArgumentException(
          "this needs a model that %s: %s does not"
              .formatted(
                  ability == EncodesText.class
                      ? "encodes texts"
                      : ability.getSimpleName().toLowerCase(Locale.ROOT) + " images",
                  name));
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

  /** Name of the layer at which the {@link #backbone} was cut; empty for a whole backbone. */
  public String backboneLayer() {
    return "";
  }

  /** Names of parameters without weight decay although they are matrices. */
  public Set<String> noWeightDecay() {
    return Set.of();
  }

  /** The model's entries in timm's {@code config.json}. */
  public abstract TimmConfig timmConfig();

  /**
   * Checks that a tensor is a batch of the model's input images, and records {@code pixels} for a
   * trace.
   *
   * @throws IllegalArgumentException naming both shapes
   */
  protected final void checkInput(Tensor x) {
    long[] s = x.shape();
    boolean size = s.length == 4 && (takesAnySize() || (s[2] == height() && s[3] == width()));
    if (!size || s[1] != channels()) {
      throw new IllegalArgumentException(
          "%s takes images [B, %d, %s], not %s"
              .formatted(
                  name(), channels(), takesAnySize() ? "H, W" : height() + ", " + width(), x));
    }
    if (Trace.isOn()) {
      Trace.record("pixels", x.detach()); // an alias, since a trace frees its tensors
    }
  }

  /**
   * Names of the layers that compute the class scores, such as {@code head} or {@code fc}; empty
   * for a model without a head. By default, the last layer with parameters.
   */
  public List<String> classifier() {
    String last = "";
    for (String parameter : parameters().keySet()) {
      last = parameter.substring(0, Math.max(0, parameter.lastIndexOf('.')));
    }
    return numClasses() == 0 || last.isEmpty() ? List.of() : List.of(last);
  }

  /** Returns whether a tensor name belongs to {@link #classifier}. */
  public final Predicate<String> isOfHead() {
    List<String> heads = classifier();
    return tensor -> heads.stream().anyMatch(head -> tensor.startsWith(head + "."));
  }

  /**
   * Layer index of each parameter, as in timm's {@code group_matcher}: 0 in the stem, increasing by
   * one with every block, the classifier last. By default, modules with a number in their name are
   * blocks, in registration order, and layers after a block, such as the last norm, belong to it.
   */
  public Map<String, Integer> layers() {
    Predicate<String> ofHead = isOfHead();
    List<String> order = new ArrayList<>(); // names of the layers
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
