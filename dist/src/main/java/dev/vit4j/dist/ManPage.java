package dev.vit4j.dist;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page: the help of all verbs in the man macros of roff. */
final class ManPage {
  private final StringBuilder page = new StringBuilder();

  private ManPage() {}

  /**
   * Returns the page.
   *
   * @param vit the whole command line
   * @param date of the version, such as 2026-01-01
   */
  static String of(CommandLine vit, String version, String date) {
    ManPage page = new ManPage();
    page.head(vit, version, date);
    vit.getSubcommands().forEach((name, verb) -> page.verb("vit " + name, verb));
    page.foot();
    return page.page.toString();
  }

  private void head(CommandLine vit, String version, String date) {
    String description = vit.getCommandSpec().usageMessage().description()[0];
    line(".TH VIT 1 \"" + date + "\" \"vit4j " + version + "\" \"vit4j manual\"");
    line(".SH NAME");
    String what = description.substring(0, 1).toLowerCase(Locale.ROOT) + description.substring(1);
    line("vit \\- " + text(what.replaceAll("\\.$", "")));
    line(".SH SYNOPSIS");
    line(".B vit");
    line("\\fICOMMAND\\fR [\\fIOPTIONS\\fR]");
    line(".br");
    line(".B vit \\-\\-version");
    line(".SH DESCRIPTION");
    line(text(description) + " The commands are described below;");
    line("\\fBvit \\fICOMMAND\\fB \\-h\\fR prints the usual options of one on a screen.");
    line(".SH COMMANDS");
  }

  private void foot() {
    line(".SH ENVIRONMENT");
    term("JAVA_HOME", "Java to run with; otherwise java on the PATH. Java 17 or newer.");
    term("VIT_JAVA_OPTS", "Options for the Java virtual machine, for example -Xmx8g.");
    term("VIT4J_CACHE", "Folder of downloads and computed features (default: ~/.cache/vit4j).");
    line(".SH FILES");
    term("runs/", "Run folders of trainings, in the current folder.");
    term("~/.cache/vit4j", "Downloads and computed features.");
    term("~/.javacpp/cache", "Native libraries, extracted from the jars by the first command.");
    line(".SH EXIT STATUS");
    term("0", "Success.");
    term("1", "Failure; one line on the standard error says what is wrong, where, what to do.");
    term("2", "Wrong usage.");
    term("130", "Interrupted; a training saves its state first.");
  }

  private void verb(String name, CommandLine verb) {
    CommandSpec command = verb.getCommandSpec();
    line(".SS " + name.replace("-", "\\-"));
    line(
        ".B "
            + text(name)
            + "\n"
            + text(verb.getHelp().abbreviatedSynopsis().strip().substring(name.length()).strip()));
    line(".PP");
    for (String description : command.usageMessage().description()) {
      line(text(description.replace("%%", "%").replace("%n", " ")));
    }
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      tagged("\\fI" + text(parameter.paramLabel()) + "\\fR", parameter.description());
    }
    options(command);
    footer(command.usageMessage().footer());
    verb.getSubcommands().forEach((below, line) -> verb(name + " " + below, line));
  }

  private void options(CommandSpec command) {
    @Nullable String heading = null;
    for (OptionSpec option : command.options()) {
      if (!option.hidden()) {
        String group = heading(option.group());
        if (!Objects.equals(group, heading) && group != null) {
          line(".PP");
          line("\\fI" + text(group) + "\\fR");
        }
        heading = group;
        tagged(names(option), option.description());
      }
    }
  }

  private static @Nullable String heading(@Nullable ArgGroupSpec group) {
    return group == null || group.heading() == null
        ? null
        : group.heading().replace("%n", "").strip();
  }

  private static String names(OptionSpec option) {
    String value = option.arity().max() == 0 ? "" : "=\\fI" + text(option.paramLabel()) + "\\fR";
    return Stream.of(option.names())
            .map(name -> "\\fB" + text(name) + "\\fR")
            .collect(Collectors.joining(", "))
        + value;
  }

  private void footer(String... lines) {
    boolean examples = false;
    for (String line : lines) {
      if (line.isBlank()) {
        line(examples ? "" : ".PP");
      } else if (line.startsWith("  ") && !examples) {
        examples = true;
        line(".nf");
        line(text(line));
      } else {
        line(text(line));
      }
    }
    if (examples) {
      line(".fi");
    }
  }

  private void term(String term, String description) {
    tagged("\\fB" + text(term) + "\\fR", description);
  }

  private void tagged(String tag, String... description) {
    line(".TP");
    line(tag);
    line(
        Stream.of(description)
            .map(line -> text(line.replace("%%", "%")))
            .collect(Collectors.joining("\n")));
  }

  private void line(String line) {
    page.append(line).append('\n');
  }

  /** Escapes what roff would read as a request, an escape or a hyphen. */
  private static String text(String text) {
    List<String> lines =
        text.lines()
            .map(line -> line.replace("\\", "\\e").replace("-", "\\-").replace("…", "..."))
            .map(line -> line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line)
            .toList();
    return String.join("\n", lines);
  }
}
