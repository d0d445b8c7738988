package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A data set whose labels count somebody else's classes: those of a model that is tested on it. */
public final class Relabelled implements Dataset {
  private final Dataset data;
  private final Labels targets;

  /**
   * @param labels of each class of the data
   */
  private Relabelled(Dataset data, List<String> classes, int[] labels) {
    this.data = data;
    int[] theirs = Labels.of(data).labels();
    this.targets = new Labels(Arrays.stream(theirs).map(c -> labels[c]).toArray(), classes);
  }

  /**
   * The data with the labels of a model, found by the names of the classes. Where the names have
   * nothing in common, as numbers and words, the order counts, if there are as many.
   *
   * @param classes of the model, in the order of its scores
   * @param named whether these are names that somebody gave, not numbers in their stead
   * @param notes hears if the order counts although the names differ
   * @throws IllegalArgumentException naming the classes that the model does not know
   */
  public static Dataset of(
      Dataset data, List<String> classes, boolean named, Consumer<String> notes) {
    if (data.classes().equals(classes)) {
      return data;
    }
    List<String> unknown = new ArrayList<>(data.classes());
    unknown.removeAll(new HashSet<>(classes));
    if (unknown.isEmpty()) {
      return new Relabelled(
          data, classes, data.classes().stream().mapToInt(classes::indexOf).toArray());
    }
    if (unknown.size() < data.classes().size()) {
      throw new IllegalArgumentException(
          "%s has classes that the model does not know: %s; it knows %s"
              .formatted(data.name(), FirstFew.of(unknown), FirstFew.of(classes)));
    }
    if (data.classes().size() != classes.size()) {
      throw new IllegalArgumentException(
          "%s has %d classes, the model knows %d: evaluate it on the data it was trained for"
              .formatted(data.name(), data.classes().size(), classes.size()));
    }
    if (named) {
      notes.accept(
          "The classes of %s have other names than the model's: they are taken in their order, %s for %s and so on"
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
  public Labels targets() {
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
