package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.Arrays;
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
   * Maps the labels of a data set to those of a model by class name, see {@link ClassMatch}.
   *
   * @param classes classes of the model, in the order of its logits
   * @param named whether these are real names, not class indices
   * @param notes receives notes about assumptions, such as classes that are mapped in order
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
    ClassMatch match = ClassMatch.of(data.name(), data.classes(), classes, named);
    match.notes().forEach(notes);
    return data.classes().equals(classes)
        ? data
        : new Relabelled(data, mapped.apply(match.to().clone()));
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
