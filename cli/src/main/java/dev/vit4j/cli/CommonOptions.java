package dev.vit4j.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of every command: {@code @Mixin CommonOptions common}. */
final class CommonOptions {
  static final String DEBUG = "--debug";

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print the result only, without progress and notes.")
  boolean quiet;

  @Option(names = DEBUG, description = "Print the stack trace of a failure.")
  boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help; -h shows the usual options only.")
  boolean help;

  /** Returns the output of this command. */
  Output output() {
    CommandLine line = spec.commandLine();
    return new Output(line.getOut(), line.getErr(), json, quiet);
  }
}
