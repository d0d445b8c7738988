package dev.vit4j.data;

import dev.vit4j.format.FirstFew;
import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A data set with other targets, such as labels that are mapped to the classes of a model. */
public final class Relabelled implements Dataset {
  private final Dataset data;
  private final Targets targets;

  private Relabelled(Dataset data, Targets targets) {
    this.data = data;
    this.targets = targets;
  }

  /**
   * Replaces the targets of a data set.
   *
   * @param targets one for each sample, in the order of the samples
   */
  public static Dataset of(Dataset data, Targets targets) {
    return new Relabelled(data, targets);
  }

  /**
   * Maps the labels of a data set to those of a model by class name. If no names match, such as
   * numbers and words, the classes are mapped in order, provided that their numbers are equal.
   *
   * @param classes classes of the model, in the order of its logits
   * @param named whether these are real names, not class indices
   * @param notes receives a note if classes are mapped in order although the names differ
   * @throws IllegalArgumentException if the model does not have a class of the data set
   */
  public static Dataset of(
      Dataset data, List<String> classes, boolean named, Consumer<String> notes) {
    int[] labels = Labels.of(data).labels();
    return of(
        data,
        classes,
        named,
        notes,
        to -> new Labels(Arrays.stream(labels).map(c -> to[c]).toArray(), classes));
  }

  /**
   * Maps targets of any kind to the classes of a model, as {@link #of(Dataset, List, boolean,
   * Consumer)} does with labels.
   *
   * @param mapped returns the targets with the classes of the model; its argument is the model's
   *     class of each class of the data set
   */
  public static Dataset of(
      Dataset data,
      List<String> classes,
      boolean named,
      Consumer<String> notes,
      Function<int[], Targets> mapped) {
    if (data.classes().equals(classes)) {
      return data;
    }
    List<String> unknown = new ArrayList<>(data.classes());
    unknown.removeAll(new HashSet<>(classes));
    if (unknown.isEmpty()) {
      int[] to = data.classes().stream().mapToInt(classes::indexOf).toArray();
      return new Relabelled(data, mapped.apply(to));
    }
    if (unknown.size() < data.classes().size()) {
      throw new IllegalArgumentException(
          "%s has classes that the model does not have: %s; the model has %s"
              .formatted(data.name(), FirstFew.of(unknown), FirstFew.of(classes)));
    }
    if (data.classes().size() != classes.size()) {
      throw new IllegalArgumentException(
          "%s has %d classes, but the model has %d: evaluate it on the data it was trained on"
              .formatted(data.name(), data.classes().size(), classes.size()));
    }
    if (named) {
      notes.accept(
          "The class names of %s differ from the model's: classes are mapped in order, %s to %s and so on"
              .formatted(data.name(), data.classes().get(0), classes.get(0)));
    }
    return data;
  }

  @Override
  public String name() {
    return data.name();
  }

  @Override
  public int size() {
    return data.size();
  }

  @Override
  public Targets targets() {
    return targets;
  }

  @Override
  public Image image(int index) throws IOException {
    return data.image(index);
  }

  @Override
  public byte @Nullable [] encoded(int index) throws IOException {
    return data.encoded(index);
  }

  @Override
  public byte[] content(int index) throws IOException {
    return data.content(index);
  }

  @Override
  public void copyInto(int index, byte[] to, int offset) throws IOException {
    data.copyInto(index, to, offset);
  }

  @Override
  public void check(int index) throws IOException {
    data.check(index);
  }

  @Override
  public @Nullable Shape shape() {
    return data.shape();
  }

  @Override
  public String source(int index) {
    return data.source(index);
  }

  @Override
  public String root() {
    return data.root();
  }
}
