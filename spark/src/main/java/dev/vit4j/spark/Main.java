package dev.vit4j.spark;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The application for {@code spark-submit}, and {@code vit spark}. Exit codes: 0 success, 1
 * failure, 2 wrong usage.
 */
@Command(
    name = "vit spark",
    description = "Predict, embed or segment all images of an Apache Spark cluster.",
    synopsisHeading = "Usage: ",
    customSynopsis = {"vit spark COMMAND [OPTIONS]", "  spark-submit … JAR COMMAND [OPTIONS]"},
    commandListHeading = "%n",
    footer = {"", "Run 'vit spark COMMAND --help' for options. docs/spark.md has examples."})
public final class Main implements Runnable {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      hidden = true)
  boolean help;

  @Spec CommandSpec spec;

  private Main() {}

  /**
   * Runs the command line.
   *
   * @param args a command and its options
   */
  public static void main(String[] args) {
    int code = commandLine().execute(args);
    if (code != 0) {
      System.exit(code); // in a cluster, returning is success
    }
  }

  /** Returns the command line. */
  static CommandLine commandLine() {
    Failures failures = new Failures();
    return new CommandLine(new Main())
        .addSubcommand(new EmbedCommand())
        .addSubcommand(new PredictCommand())
        .addSubcommand(new SegmentCommand())
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setAbbreviatedOptionsAllowed(false)
        .setUsageHelpAutoWidth(true);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
