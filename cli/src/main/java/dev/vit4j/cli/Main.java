package dev.vit4j.cli;

import dev.vit4j.format.UserPath;
import dev.vit4j.image.ImageRemarks;
import dev.vit4j.web.Web;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command {@code vit}. Exit codes: 0 success, 1 failure, 2 wrong usage, 130 interrupted. */
@Command(
    name = "vit",
    versionProvider = Version.class,
    description = "Train, use and inspect Vision Transformers on the JVM.",
    synopsisHeading = "Usage: ",
    customSynopsis = "vit COMMAND [OPTIONS]",
    commandListHeading = "%n",
    footer = {"Run 'vit COMMAND --help' for options and examples. To get started: vit train"})
public final class Main implements Runnable {
  // Not listed, so that the list of verbs fits a terminal of 24 lines.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      hidden = true)
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      hidden = true)
  boolean version;

  @Spec CommandSpec spec;

  private Main() {}

  /**
   * Runs the command line and exits with its exit code.
   *
   * @param args arguments after {@code vit}
   */
  public static void main(String[] args) {
    StopOnSignal.killElse();
    sendPasswordsOfProxies();
    StopOnSignal.exit(execute(commandLine(), args));
  }

  /** Allows the JDK to send proxy passwords for https too, unless the user has set the property. */
  static void sendPasswordsOfProxies() {
    if (System.getProperty(Web.TUNNEL_WITHOUT) == null) {
      System.setProperty(Web.TUNNEL_WITHOUT, "");
    }
  }

  /** Returns all commands in the order of the help. */
  private static List<Object> commands() {
    return List.of(
        new TrainCommand(),
        new EvalCommand(),
        new PredictCommand(),
        new EmbedCommand(),
        new ZeroshotCommand(),
        new SearchCommand(),
        new ServeCommand(),
        new ProbeCommand(),
        new SummaryCommand(),
        new InspectCommand(),
        new TraceCommand(),
        new ExplainCommand(),
        new ExportCommand(),
        new FetchCommand(),
        new TokenizeCommand(),
        new DataCommand(),
        new ModelsCommand(),
        new RecipesCommand(),
        new BenchCommand(),
        new DoctorCommand());
  }

  /** Returns the complete command line, for {@link #execute}. */
  static CommandLine commandLine() {
    CommandLine vit = new CommandLine(new Main());
    commands()
        .forEach(command -> vit.addSubcommand(new CommandLine(command))); // applies transformers
    Failures failures = new Failures();
    return vit.setExpandAtFiles(false) // @x.png is a file of that name
        .registerConverter(Path.class, UserPath::of)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setExecutionStrategy(Main::shortHelpOr)
        .setAbbreviatedOptionsAllowed(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true);
  }

  /**
   * Runs a command line, and prints what was unusual in images. Reports JVM errors, which picocli
   * does not handle.
   */
  static int execute(CommandLine vit, String... args) {
    int code = run(vit, args);
    ImageRemarks.take().forEach(line -> vit.getErr().println("vit: " + line));
    return code;
  }

  /** Runs a command, or prints its short help for {@code -h}. */
  private static int shortHelpOr(ParseResult parsed) {
    List<CommandLine> verbs = parsed.asCommandLineList();
    CommandLine verb = verbs.get(verbs.size() - 1);
    boolean isShort =
        verb.isUsageHelpRequested()
            && verb.getSubcommands().isEmpty()
            && !parsed.originalArgs().contains("--help");
    if (!isShort) {
      return new CommandLine.RunLast().execute(parsed);
    }
    ShortHelp.lines(verb).forEach(verb.getOut()::println);
    verb.getOut().flush();
    return CommandLine.ExitCode.OK;
  }

  private static int run(CommandLine vit, String... args) {
    try {
      return vit.execute(args);
    } catch (OutOfMemoryError | LinkageError | StackOverflowError e) {
      return Failures.report(vit, List.of(args).contains("--debug"), e);
    }
  }

  /** Prints the help if no command is given. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
