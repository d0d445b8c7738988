package dev.vit4j.text;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sentences with a place for the class name, such as {@code a photo of a {c}}. The features of all
 * of them together stand for a class (Radford et al. 2021, section 3.1.4).
 *
 * @param name of the set: a data set, a file, or the template itself
 * @param patterns templates with {@code {c}}, {@code {}} or {@code {label}}
 */
public record Templates(String name, List<String> patterns) {
  private static final Pattern PLACE = Pattern.compile("\\{(c|label|)\\}");
  private static final String OPENAI = "openai";

  /** The usual single template. */
  public static final Templates PHOTO = of("a photo of a {c}");

  /**
   * @throws IllegalArgumentException if there is no template, or one without a place for the name
   */
  public Templates {
    if (patterns.isEmpty()) {
      throw new IllegalArgumentException("the set '%s' has no templates".formatted(name));
    }
    patterns.forEach(Templates::require);
    patterns = List.copyOf(patterns);
  }

  private static void require(String pattern) {
    if (!PLACE.matcher(pattern).find()) {
      throw new IllegalArgumentException(
          "template '%s' has no {c} for the class name".formatted(Tokenizer.shortened(pattern)));
    }
    if (pattern.length() > Tokenizer.LONGEST_TEXT) {
      throw new IllegalArgumentException(
          "template '%s' has %,d characters, more than %,d"
              .formatted(Tokenizer.shortened(pattern), pattern.length(), Tokenizer.LONGEST_TEXT));
    }
  }

  /** Returns a set of one template. */
  public static Templates of(String pattern) {
    return new Templates(pattern, List.of(pattern));
  }

  /** Returns the 80 templates that OpenAI used for ImageNet. */
  public static Templates openai() {
    return new Templates(
        OPENAI, DatasetPrompts.named("imagenet").orElseThrow().templates().patterns());
  }

  /**
   * Returns the templates that an option names.
   *
   * @param option a template, {@code openai}, a data set of {@link DatasetPrompts}, or a file with
   *     a template per line
   * @throws IllegalArgumentException if it is none of these
   * @throws IOException if the file is not valid
   */
  public static Templates parse(String option) throws IOException {
    if (PLACE.matcher(option).find()) {
      return of(option);
    }
    if (option.equals(OPENAI)) {
      return openai();
    }
    Optional<DatasetPrompts> dataset = DatasetPrompts.named(option);
    if (dataset.isPresent()) {
      return dataset.get().templates();
    }
    if (isFile(option)) {
      return read(Path.of(option));
    }
    throw new IllegalArgumentException(
        "'%s' is neither a template with {c}, nor openai, nor the name of a data set, nor a file"
            .formatted(Tokenizer.shortened(option)));
  }

  private static boolean isFile(String option) {
    try {
      return Files.isRegularFile(Path.of(option));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * Reads a file with a template per line. Empty lines are skipped.
   *
   * @throws FormatException with file and line if a line has no place for the class name
   */
  public static Templates read(Path file) throws IOException {
    List<String> patterns = new ArrayList<>();
    try (TextFile lines = TextFile.open(file)) {
      for (TextFile.Line line = lines.read(); line != null; line = lines.read()) {
        String pattern = line.text().strip();
        if (!pattern.isEmpty() && !PLACE.matcher(pattern).find()) {
          throw lines.refused("has no {c} for the class name: " + Tokenizer.shortened(pattern));
        }
        if (!pattern.isEmpty()) {
          patterns.add(pattern);
        }
      }
    }
    if (patterns.isEmpty()) {
      throw new FormatException(file.toString(), -1, "has no templates");
    }
    return new Templates(file.toString(), patterns);
  }

  /**
   * Returns the prompts of a class, one per template.
   *
   * @throws IllegalArgumentException if the name is empty
   */
  public List<String> prompts(String className) {
    if (className.isBlank()) {
      throw new IllegalArgumentException("a class name is empty: prompts need a name");
    }
    String name = Matcher.quoteReplacement(className);
    return patterns.stream().map(p -> PLACE.matcher(p).replaceAll(name)).toList();
  }
}
