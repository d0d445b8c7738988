package dev.vit4j.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every verb takes: {@code @Mixin CommonOptions common}. */
final class CommonOptions {
  static final String DEBUG = "--debug";

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print the result only, no progress and no remarks.")
  boolean quiet;

  @Option(names = DEBUG, description = "Print the whole stack trace of a failure.")
  boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  /** Where this verb's words go. */
  Output output() {
    CommandLine line = spec.commandLine();
    return new Output(line.getOut(), line.getErr(), json, quiet);
  }
}
