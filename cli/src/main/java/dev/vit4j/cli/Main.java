package dev.vit4j.cli;

import dev.vit4j.web.Web;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command {@code vit}. Exit codes: 0 done, 1 the work failed, 2 wrong usage, 130 interrupted.
 */
@Command(
    name = "vit",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Vision Transformers for the JVM: train, use and look inside them.",
    synopsisHeading = "Usage: ",
    customSynopsis = "vit VERB [OPTIONS]",
    commandListHeading = "%n",
    footer = {
      "",
      "vit VERB --help tells the options of a verb, with examples. To begin: vit train"
    })
public final class Main implements Runnable {
  @Spec CommandSpec spec;

  private Main() {}

  /**
   * Runs the command line and ends the process with its exit code.
   *
   * @param args the words after {@code vit}
   */
  public static void main(String[] args) {
    StopOnSignal.killElse();
    sendPasswordsOfProxies();
    StopOnSignal.exit(execute(commandLine(), args));
  }

  /** Lets the JDK send a proxy's password for https too, unless the user has decided otherwise. */
  static void sendPasswordsOfProxies() {
    if (System.getProperty(Web.TUNNEL_WITHOUT) == null) {
      System.setProperty(Web.TUNNEL_WITHOUT, "");
    }
  }

  /** All verbs, in the order in which the help lists them. */
  private static List<Object> verbs() {
    return List.of(
        new TrainCommand(),
        new EvalCommand(),
        new PredictCommand(),
        new EmbedCommand(),
        new SummaryCommand(),
        new InspectCommand(),
        new TraceCommand(),
        new ExplainCommand(),
        new ExportCommand(),
        new FetchCommand(),
        new DataCommand(),
        new ModelsCommand(),
        new RecipesCommand(),
        new BenchCommand(),
        new DoctorCommand());
  }

  /** The whole command line, ready to {@link #execute}. */
  static CommandLine commandLine() {
    CommandLine vit = new CommandLine(new Main());
    verbs().forEach(verb -> vit.addSubcommand(new CommandLine(verb))); // applies transformers
    Failures failures = new Failures();
    return vit.setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setAbbreviatedOptionsAllowed(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true);
  }

  /** Runs it; picocli lets errors of the JVM pass, which deserve a line too. */
  static int execute(CommandLine vit, String... args) {
    try {
      return vit.execute(args);
    } catch (OutOfMemoryError | LinkageError | StackOverflowError e) {
      return Failures.report(vit, List.of(args).contains("--debug"), e);
    }
  }

  /** Called when no verb is given. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
