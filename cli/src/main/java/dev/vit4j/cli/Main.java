package dev.vit4j.cli;

import dev.vit4j.format.UserPath;
import dev.vit4j.image.ImageRemarks;
import dev.vit4j.web.Web;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
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
    commandListHeading = "", // 24 lines
    footer = {"Run 'vit COMMAND -h' for options. To get started: vit train. Spark: vit spark"})
public final class Main implements Runnable {
  /** How examples call the program: {@code vit} where it is installed, which its launcher says. */
  static final String COMMAND = System.getProperty("vit4j.command", "./vit");

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
    StopOnSignal.exit(execute(commandLine(args), args));
  }

  /** Allows the JDK to send proxy passwords for https too, unless the user has set the property. */
  static void sendPasswordsOfProxies() {
    if (System.getProperty(Web.TUNNEL_WITHOUT) == null) {
      System.setProperty(Web.TUNNEL_WITHOUT, "");
    }
  }

  /** Whether the program runs in a clone, whose launcher has {@code vit spark} too. */
  static boolean inClone() {
    return COMMAND.equals("./vit");
  }

  /** Returns the verbs in the order of the help. */
  private static Map<String, Supplier<Object>> verbs() {
    Map<String, Supplier<Object>> verbs = new LinkedHashMap<>();
    verbs.put("train", TrainCommand::new);
    verbs.put("eval", EvalCommand::new);
    verbs.put("predict", PredictCommand::new);
    verbs.put("embed", EmbedCommand::new);
    verbs.put("zeroshot", ZeroshotCommand::new);
    verbs.put("index", IndexCommand::new);
    verbs.put("search", SearchCommand::new);
    verbs.put("serve", ServeCommand::new);
    verbs.put("probe", ProbeCommand::new);
    verbs.put("summary", SummaryCommand::new);
    verbs.put("inspect", InspectCommand::new);
    verbs.put("trace", TraceCommand::new);
    verbs.put("explain", ExplainCommand::new);
    verbs.put("export", ExportCommand::new);
    verbs.put("fetch", FetchCommand::new);
    verbs.put("tokenize", TokenizeCommand::new);
    verbs.put("data", DataCommand::new);
    verbs.put("models", ModelsCommand::new);
    verbs.put("recipes", RecipesCommand::new);
    verbs.put("bench", BenchCommand::new);
    verbs.put("doctor", DoctorCommand::new);
    verbs.put("completion", CompletionCommand::new);
    return verbs;
  }

  /**
   * Returns the command line, for {@link #execute}. If the arguments begin with a verb, the others
   * are left out: each takes 10 ms.
   */
  public static CommandLine commandLine(String... args) {
    CommandLine vit = new CommandLine(new Main());
    Map<String, Supplier<Object>> verbs = verbs();
    if (args.length > 0 && verbs.containsKey(args[0])) {
      verbs.keySet().retainAll(Set.of(args[0]));
    }
    verbs
        .values()
        .forEach(verb -> vit.addSubcommand(new CommandLine(verb.get()))); // applies transformers
    call(COMMAND, vit);
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

  /** Makes the examples of all verbs call the program by this name. */
  static void call(String command, CommandLine vit) {
    UsageMessageSpec usage = vit.getCommandSpec().usageMessage();
    usage.footer(
        Stream.of(usage.footer())
            .map(line -> line.replace("./vit ", command + " "))
            .toArray(String[]::new));
    vit.getSubcommands().values().forEach(verb -> call(command, verb));
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
