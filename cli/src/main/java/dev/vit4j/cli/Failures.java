package dev.vit4j.cli;

import dev.vit4j.distributed.RankFailureException;
import dev.vit4j.recipe.Nearest;
import dev.vit4j.train.NonFiniteLossException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Reports every failure as one line on stderr, {@code vit: what, where, what to do}, and an exit
 * code: 2 for wrong usage, 1 for everything else. {@code --debug} adds the stack trace.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final int FAR = 3; // largest edit distance of a suggestion

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine verb = e.getCommandLine();
    boolean debug = List.of(args).contains(CommonOptions.DEBUG);
    String help = verb.getCommandSpec().qualifiedName() + " --help";
    return print(verb, ExitCode.USAGE, usage(e) + "; see " + help, debug ? e : null);
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine verb, ParseResult parsed) {
    return report(verb, debug(parsed), e);
  }

  /** Prints the message of a failure and returns its exit code. */
  static int report(CommandLine line, boolean debug, Throwable failure) {
    boolean usage =
        failure instanceof IllegalArgumentException || failure instanceof ParameterException;
    int code = usage ? ExitCode.USAGE : ExitCode.SOFTWARE;
    return print(line, code, words(failure), debug ? failure : null);
  }

  private static boolean debug(ParseResult parsed) {
    return parsed.hasMatchedOption(CommonOptions.DEBUG)
        || parsed.subcommands().stream().anyMatch(Failures::debug);
  }

  private static int print(CommandLine line, int code, String message, @Nullable Throwable trace) {
    line.getErr().println("vit: " + Output.printable(message.replaceAll("[\\r\\n\\t]+ *", " ")));
    if (trace != null) {
      trace.printStackTrace(line.getErr());
    }
    line.getErr().flush();
    return code;
  }

  private static String usage(ParameterException e) {
    String message = lowerFirst(String.valueOf(e.getMessage()));
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      boolean verb = e.getCommandLine().getParent() == null && !unmatched.isUnknownOption();
      if (word.indexOf('\uFFFD') >= 0) {
        return "'%s': the locale cannot name this file: set LC_ALL=C.UTF-8".formatted(word);
      }
      String kind = verb ? "command" : unmatched.isUnknownOption() ? "option" : "argument";
      // picocli ranks commands by shared letter pairs and suggests "trace" for "trian".
      List<String> known =
          verb
              ? List.copyOf(e.getCommandLine().getSubcommands().keySet())
              : unmatched.getSuggestions();
      List<String> near =
          known.stream()
              .filter(s -> !verb || Nearest.distance(word, s) <= FAR)
              .sorted(Comparator.comparingInt(s -> Nearest.distance(word, s)))
              .toList();
      message =
          "unknown %s '%s'%s"
              .formatted(kind, word, near.isEmpty() ? "" : ": did you mean " + near.get(0) + "?");
    }
    return message;
  }

  /** Returns the message of a failure. */
  static String words(Throwable e) {
    boolean wraps = e instanceof UncheckedIOException || e instanceof ExceptionInInitializerError;
    if (wraps && e.getCause() != null) {
      return words(e.getCause());
    }
    if (e instanceof InvalidPathException path) {
      return "'%s' is not a valid path: %s".formatted(path.getInput(), path.getReason());
    }
    if (e instanceof FileSystemException file) {
      return words(file);
    }
    if (e instanceof IOException
        || e instanceof IllegalArgumentException
        || e instanceof ParameterException
        || e instanceof NonFiniteLossException
        || e instanceof RankFailureException) {
      return message(e);
    }
    if (e instanceof OutOfMemoryError) {
      return "out of memory (%s): use a smaller batch or model, or a larger heap with VIT_JAVA_OPTS=-Xmx8g"
          .formatted(message(e));
    }
    if (e instanceof IllegalStateException || e instanceof LinkageError) {
      return message(e);
    }
    if (e.getClass() == RuntimeException.class) { // JavaCPP's wrapper of libtorch's exceptions
      return message(e).lines().findFirst().orElse("libtorch failed");
    }
    return "internal error: %s: %s; run again with --debug and report it"
        .formatted(e.getClass().getSimpleName(), message(e));
  }

  private static String words(FileSystemException e) {
    String file = e.getFile() == null ? "a file" : e.getFile();
    if (e instanceof NoSuchFileException) {
      return file + ": no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return file + ": permission denied";
    }
    if (e instanceof NotDirectoryException) {
      return file + ": not a folder";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return file + ": the folder is not empty";
    }
    if (e instanceof FileAlreadyExistsException) {
      return file + ": already exists";
    }
    return file + ": " + (e.getReason() == null ? "cannot be read or written" : e.getReason());
  }

  private static String message(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static String lowerFirst(String s) {
    return s.isEmpty() ? s : s.substring(0, 1).toLowerCase(Locale.ROOT) + s.substring(1);
  }
}
