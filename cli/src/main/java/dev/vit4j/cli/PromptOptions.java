package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.format.Count;
import dev.vit4j.text.ClassNames;
import dev.vit4j.text.DatasetPrompts;
import dev.vit4j.text.Templates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Class names and the prompts that they are put into: {@code @Mixin PromptOptions prompts}. */
final class PromptOptions {
  @Option(
      names = "--labels",
      paramLabel = "A,B,…",
      description = "Class names, separated by commas.")
  @Nullable String labels;

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description = "Class names, one per line; \"Prefix_Name INDEX\" is cleaned up.")
  @Nullable Path classes;

  @Option(
      names = "--templates",
      paramLabel = "SET|FILE|TEXT",
      description =
          "Prompts: openai (80 of them), a data set of CLIP's, a file with one per line, or a text"
              + " with {c} for the class name (default: \"a photo of a {c}\", or the data set's).")
  @Nullable String templates;

  @Option(
      names = "--class-prefixes",
      paramLabel = "A,B,…",
      split = ",",
      description =
          "Prefixes to remove from class names, with the _ that follows (default:"
              + " Animal,Thu-dog,Caltech-101,Food-101).")
  List<String> prefixes = ClassNames.PREFIXES;

  /**
   * Classes and their prompts.
   *
   * @param names for tables
   * @param prompts of each class
   * @param templates name of the set of templates
   */
  record Classes(List<String> names, List<List<String>> prompts, String templates) {}

  private ClassNames.Rules rules() {
    return new ClassNames.Rules(prefixes, true);
  }

  private ClassNames names() throws IOException {
    if ((labels == null) == (classes == null)) {
      throw new IllegalArgumentException(
          "give class names, either --labels \"A,B\" or --classes FILE");
    }
    return labels != null ? ClassNames.ofLabels(labels) : ClassNames.read(classes, rules());
  }

  /** Returns whether an option names classes or templates. */
  boolean isSet() {
    return labels != null || classes != null || templates != null;
  }

  /** Returns the classes of {@code --labels} or {@code --classes}. */
  Classes classes(Output out) throws IOException {
    ClassNames names = names();
    names.changes().ifPresent(out::note);
    Templates set = templates == null ? Templates.PHOTO : Templates.parse(templates);
    return new Classes(
        names.names(), names.names().stream().map(set::prompts).toList(), set.name());
  }

  /**
   * Returns the classes of a data set: those of {@code --labels} or {@code --classes} in its order,
   * else CLIP's names for a known data set, else its own names.
   */
  Classes classesOf(String name, Dataset set, Output out) throws IOException {
    List<String> own = Labels.of(set).classes();
    Optional<DatasetPrompts> known = DatasetPrompts.named(name);
    Templates prompts =
        templates != null
            ? Templates.parse(templates)
            : known.map(DatasetPrompts::templates).orElse(Templates.PHOTO);
    List<String> words;
    if (labels != null || classes != null) {
      words = given(set, own, out);
    } else if (known.isPresent() && known.get().classes().size() == own.size()) {
      words = known.get().classes();
    } else {
      ClassNames cleaned = ClassNames.of(own, rules());
      cleaned.changes().ifPresent(out::note);
      cleaned.duplicates().ifPresent(out::note);
      words = cleaned.names();
    }
    return new Classes(own, words.stream().map(prompts::prompts).toList(), prompts.name());
  }

  /** Returns the given names, which must be in the order of the data set's classes. */
  private List<String> given(Dataset set, List<String> own, Output out) throws IOException {
    ClassNames names = names();
    if (names.names().size() != own.size()) {
      throw new IllegalArgumentException(
          "%s has %s, but %s: give one name for each class"
              .formatted(
                  set.name(),
                  Count.of(own.size(), "class"),
                  Count.of(names.names().size(), "class name")));
    }
    boolean sameNames = new HashSet<>(names.originals()).equals(new HashSet<>(own));
    for (int c = 0; c < own.size() && sameNames; c++) {
      if (!names.originals().get(c).equals(own.get(c))) {
        throw new IllegalArgumentException(
            "class %d of %s is %s, but the given class names have %s there: give them in the data set's order"
                .formatted(c, set.name(), own.get(c), names.originals().get(c)));
      }
    }
    names.changes().ifPresent(out::note);
    names.duplicates().ifPresent(out::note);
    return names.names();
  }
}
