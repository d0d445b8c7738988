package dev.vit4j.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The help of {@code -h}: the arguments and the usual options of a command, one line each, on a
 * screen of 24 lines. {@code --help} prints all options with their whole description.
 */
final class ShortHelp {
  private static final int SCREEN = 24;
  private static final int NAMES = 26; // width of the column of names

  /** The options that come first where not all fit. */
  private static final List<String> USUAL =
      List.of(
          "--data",
          "--model",
          "--pretrained",
          "--resume",
          "--epochs",
          "--batch-size",
          "--lr",
          "--img-size",
          "--seed",
          "--output",
          "--set",
          "--format",
          "--split",
          "--classes",
          "--csv",
          "--json",
          "--quiet");

  private final CommandSpec command;
  private final int width;

  private ShortHelp(CommandLine line) {
    this.command = line.getCommandSpec();
    this.width = line.getUsageHelpWidth();
  }

  /** Returns the lines of the help of a command without subcommands. */
  static List<String> lines(CommandLine line) {
    return new ShortHelp(line).lines(line.getHelp().abbreviatedSynopsis().strip());
  }

  private List<String> lines(String synopsis) {
    List<String> lines = new ArrayList<>();
    lines.add("Usage: " + synopsis);
    lines.add(fitted(command.usageMessage().description()[0]));
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      lines.add(line(parameter.paramLabel(), parameter));
    }
    List<String> examples = examples();
    List<OptionSpec> options = new ArrayList<>(command.options());
    options.removeIf(o -> o.hidden() || o.usageHelp());
    options.sort(Comparator.comparingInt(ShortHelp::rank)); // stable
    int room = SCREEN - lines.size() - examples.size() - 1;
    List<OptionSpec> shown = options.subList(0, Math.min(room, options.size()));
    shown.forEach(option -> lines.add(line(names(option), option)));
    int more = options.size() - shown.size();
    lines.add(
        column(
            "      --help",
            more == 0 ? "All options at length." : "All options; %d more.".formatted(more)));
    lines.addAll(examples);
    return lines;
  }

  /** Returns the lines from "Examples:" on. */
  private List<String> examples() {
    List<String> footer = List.of(command.usageMessage().footer());
    int first = footer.indexOf("Examples:");
    return first < 0 ? List.of() : footer.subList(first, footer.size());
  }

  private static int rank(OptionSpec option) {
    int usual = USUAL.indexOf(option.longestName());
    return usual < 0 ? USUAL.size() : usual;
  }

  private static String names(OptionSpec option) {
    String value = option.arity().max() == 0 ? "" : "=" + option.paramLabel();
    String names = option.longestName() + value;
    return option.shortestName().equals(option.longestName())
        ? "    " + names
        : option.shortestName() + ", " + names;
  }

  private String line(String names, ArgSpec of) {
    String[] words = of.description();
    return column("  " + names, words.length == 0 ? "" : firstSentence(words[0]));
  }

  private String column(String names, String text) {
    String line = String.format("%-" + NAMES + "s  %s", names, text).stripTrailing();
    return line.length() <= width ? line : line.substring(0, width - 1).stripTrailing() + "…";
  }

  /** Returns a description, or its first sentence if it is longer than a line. */
  private String fitted(String description) {
    int end = description.indexOf(". ");
    return description.length() <= width || end < 0
        ? description
        : description.substring(0, end + 1);
  }

  private static String firstSentence(String text) {
    int end = text.replaceAll("[.;:(].*", "").length();
    return text.substring(0, end).strip();
  }
}
