package dev.vit4j.cli;

import dev.vit4j.data.source.Datasets;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RecipeFlag;
import dev.vit4j.recipe.RecipeKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What a shell completes after a verb. Everything is known when the script is printed, so that a
 * key press starts no JVM.
 *
 * @param verb the verb, or verb and verb of it, such as {@code data info}
 * @param description one line
 * @param verbs its own verbs
 * @param options its options
 * @param values names that an argument may be; files always may
 */
record Completed(
    String verb,
    String description,
    List<String> verbs,
    List<Option> options,
    List<String> values) {
  private static final Pattern CHOICE = Pattern.compile("[a-z0-9]+(\\|[a-z0-9]+)+");

  /** Verbs that look at a model of the catalog; others want the folder of a trained one. */
  private static final List<String> UNTRAINED = List.of("summary", "trace", "explain");

  private static final Pattern PLAIN = Pattern.compile("[\\w.+-]+"); // needs no quotes in a shell

  /**
   * An option.
   *
   * @param names all names, the longest last
   * @param description one line
   * @param label placeholder of its value; empty if it takes none
   * @param values names that its value may be; if there are none, or it may also be a file, files
   *     are completed
   * @param mayBeFile whether the value may be a file even if there are names
   */
  record Option(
      List<String> names,
      String description,
      String label,
      List<String> values,
      boolean mayBeFile) {
    static Option of(OptionSpec option) {
      List<String> names = new ArrayList<>(Arrays.asList(option.names()));
      names.sort((a, b) -> a.length() - b.length());
      String label = option.arity().max() == 0 ? "" : option.paramLabel();
      List<String> values = label.isEmpty() ? List.of() : valuesOf(option);
      boolean mayBeFile = values.isEmpty() || label.contains("PATH");
      return new Option(List.copyOf(names), line(option), label, values, mayBeFile);
    }
  }

  /** Returns all verbs of a command line in the order of its help, and those that are hidden. */
  static List<Completed> verbs(CommandLine vit) {
    List<Completed> all = new ArrayList<>();
    add(vit, "", all);
    return all;
  }

  /**
   * Returns {@code vit spark} and its verbs, a program of its own in another module, which only a
   * clone has. Its options are not known here.
   */
  static List<Completed> spark() {
    return List.of(
        noOptions(
            "spark",
            "Predict, embed or segment all images of an Apache Spark cluster",
            "embed",
            "predict",
            "segment"),
        noOptions(
            "spark embed", "Compute feature vectors of images, the input of the model's head"),
        noOptions("spark predict", "Predict the most probable classes of images"),
        noOptions("spark segment", "Predict a class for every pixel of images"));
  }

  private static Completed noOptions(String verb, String description, String... verbs) {
    return new Completed(verb, description, List.of(verbs), List.of(), List.of());
  }

  private static void add(CommandLine command, String before, List<Completed> all) {
    command
        .getSubcommands()
        .forEach(
            (name, line) -> {
              all.add(of(before + name, line));
              add(line, before + name + " ", all);
            });
  }

  private static Completed of(String verb, CommandLine line) {
    CommandSpec command = line.getCommandSpec();
    return new Completed(
        verb,
        sentence(command.usageMessage().description()[0]),
        List.copyOf(line.getSubcommands().keySet()),
        command.options().stream().filter(o -> !o.hidden()).map(Option::of).toList(),
        command.positionalParameters().stream()
            .flatMap(parameter -> valuesOf(verb, parameter).stream())
            .distinct()
            .toList());
  }

  /** Whether it is no verb of another one. */
  boolean isTop() {
    return verb.indexOf(' ') < 0;
  }

  private static List<String> valuesOf(String verb, PositionalParamSpec parameter) {
    if (parameter.paramLabel().equals("RECIPE") || verb.equals("recipes")) {
      return Recipe.names();
    }
    if (parameter.paramLabel().equals("MODEL") && UNTRAINED.contains(verb)) {
      return Models.names();
    }
    return valuesOf(parameter);
  }

  private static List<String> valuesOf(ArgSpec argument) {
    List<String> values = new ArrayList<>();
    String label = argument.paramLabel();
    if (argument.completionCandidates() != null) {
      argument.completionCandidates().forEach(values::add);
    } else if (CHOICE.matcher(label).matches()) {
      values.addAll(List.of(label.split("\\|")));
    } else if (argument.userObject() instanceof RecipeFlag flag) {
      values.addAll(choices(flag.key()));
    }
    if (values.isEmpty()) {
      values.addAll(named(argument, label));
    }
    values.removeIf(value -> !PLAIN.matcher(value).matches());
    return values;
  }

  /** Returns the names that have a meaning wherever this placeholder or option stands. */
  private static List<String> named(ArgSpec argument, String label) {
    String option = argument instanceof OptionSpec o ? o.longestName() : "";
    return switch (option) {
      case "--model" -> Models.names();
      case "--data", "--dataset" -> Datasets.names();
      case "--device" -> List.of("auto", "cpu", "cuda");
      case "--precision" -> List.of("f32", "bf16", "int8");
      case "--split" -> List.of("train", "val", "test");
      default -> label.equals("NAME|PATH") ? Datasets.names() : List.of();
    };
  }

  private static List<String> choices(String key) {
    return RecipeKeys.groups().stream()
        .flatMap(group -> group.keys().stream())
        .filter(k -> k.name().equals(key))
        .flatMap(k -> k.choices().stream())
        .toList();
  }

  private static String line(OptionSpec option) {
    String[] description = option.description();
    return description.length == 0
        ? ""
        : sentence(description[0].replace("%%", "%").replaceAll(" ?\\([^)]*\\$\\{.*", ""));
  }

  /** Returns the first sentence, or what is before its colon or semicolon, without the period. */
  private static String sentence(String text) {
    return text.replaceFirst("(\\. |[;:] | \\().*", "").replaceFirst("\\.$", "");
  }
}
