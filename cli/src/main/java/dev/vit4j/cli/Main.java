package dev.vit4j.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code vit}. Exit codes: 0 done, 1 the work failed, 2 wrong usage. */
@Command(
    name = "vit",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Vision Transformers for the JVM: train, use and look inside them.")
public final class Main implements Runnable {
  @Spec CommandSpec spec;

  private Main() {}

  /**
   * Runs the command line and ends the process with its exit code.
   *
   * @param args the words after {@code vit}
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  /** Called when no verb is given. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing verb");
  }
}
