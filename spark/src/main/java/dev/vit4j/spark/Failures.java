package dev.vit4j.spark;

import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Reports a failure as one line on stderr. {@code --debug} adds the stack trace. Exit codes: 2 for
 * wrong usage, 1 for everything else.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  static final String DEBUG = "--debug";

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine verb = e.getCommandLine();
    String help = verb.getCommandSpec().qualifiedName() + " --help";
    boolean debug = List.of(args).contains(DEBUG);
    return print(verb, ExitCode.USAGE, e.getMessage() + "; see " + help, debug ? e : null);
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine verb, ParseResult parsed) {
    Throwable reason = reason(e);
    int code = reason instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.SOFTWARE;
    return print(verb, code, words(reason), parsed.hasMatchedOption(DEBUG) ? e : null);
  }

  /**
   * Returns the innermost cause that says what is wrong; Spark wraps what its tasks throw. Of a
   * failed connection it is the outermost one: there, Hadoop names the address.
   */
  private static Throwable reason(Throwable e) {
    Throwable reason = e;
    for (Throwable each = e; each != null && !isOfNetwork(reason); each = each.getCause()) {
      boolean isOurs =
          each instanceof IOException
              || each instanceof IllegalArgumentException
              || each instanceof IllegalStateException
              || each instanceof AnalysisException;
      reason = isOurs && each.getMessage() != null ? each : reason;
    }
    return reason;
  }

  private static boolean isOfNetwork(Throwable e) {
    return e.getClass().getPackageName().equals("java.net") && e.getMessage() != null;
  }

  private static String words(Throwable e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    boolean isPlain =
        (e instanceof IOException && !message.isEmpty())
            || e instanceof IllegalArgumentException
            || e instanceof IllegalStateException;
    return (isPlain ? "" : e.getClass().getSimpleName() + ": ")
        + message.lines().findFirst().orElse("no message; run again with " + DEBUG);
  }

  private static int print(CommandLine line, int code, String message, @Nullable Throwable trace) {
    line.getErr().println("vit spark: " + message.replaceAll("[\\r\\n\\t]+ *", " "));
    if (trace != null) {
      trace.printStackTrace(line.getErr());
    }
    line.getErr().flush();
    return code;
  }
}
