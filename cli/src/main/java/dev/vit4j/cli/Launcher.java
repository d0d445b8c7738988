package dev.vit4j.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParseResult;

/**
 * Starts the processes of one host: JVMs with the same arguments, which find their ranks in
 * torchrun's variables. The first one prints; of the others only a failure is seen, if the first
 * cannot print it. If one fails, all are ended.
 */
final class Launcher {
  /** Variable with the process id of the launcher, whose end ends the processes. */
  private static final String LAUNCHER = "VIT4J_LAUNCHER";

  private static final int GRACE = 12; // seconds in which the others end by themselves
  private static final long POLL = 100; // milliseconds
  private static final int SIGNALLED = 128;
  private static final int INTERRUPTED = 130;
  private static final List<String> OPTIONS =
      List.of("--nnodes", "--nproc-per-node", "--node-rank", "--master");

  private final RankOptions options;
  private final ParseResult parsed;
  private final List<Process> started = new ArrayList<>();

  Launcher(RankOptions options, ParseResult parsed) {
    this.options = options;
    this.parsed = parsed;
  }

  /** Runs all processes; returns the exit code of the first failure, or 0. */
  int run() throws IOException {
    String host = options.nodes() == 1 ? "127.0.0.1" : options.host();
    int port = options.nodes() == 1 ? freePort() : options.port();
    try (StopOnSignal stop = new StopOnSignal()) {
      stop.begin();
      try {
        for (int local = 0; local < options.processes(); local++) {
          started.add(start(local, host, port));
        }
        return await(stop);
      } finally {
        started.forEach(Process::destroyForcibly);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return INTERRUPTED;
    }
  }

  /** Ends this process with its launcher, if it has one. */
  static void endWithLauncher() {
    String launcher = System.getenv(LAUNCHER);
    if (launcher != null && launcher.matches("\\d{1,9}")) {
      Thread watch = new Thread(() -> awaitEnd(Long.parseLong(launcher)), "launcher");
      watch.setDaemon(true);
      watch.start();
    }
  }

  private static void awaitEnd(long launcher) {
    ProcessHandle.of(launcher).ifPresent(process -> process.onExit().join());
    StopOnSignal.fail("the process that started this one has ended");
  }

  private static int freePort() throws IOException {
    try (ServerSocketChannel any = ServerSocketChannel.open()) {
      any.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return ((InetSocketAddress) any.getLocalAddress()).getPort();
    }
  }

  private Process start(int local, String host, int port) throws IOException {
    int processes = options.processes();
    ProcessBuilder process = new ProcessBuilder(command());
    process
        .environment()
        .putAll(
            Map.of(
                LaunchedBy.RANK,
                "" + (options.nodeRank() * processes + local),
                LaunchedBy.WORLD_SIZE,
                "" + options.nodes() * processes,
                LaunchedBy.LOCAL_RANK,
                "" + local,
                LaunchedBy.LOCAL_WORLD_SIZE,
                "" + processes,
                LaunchedBy.MASTER_ADDR,
                host,
                LaunchedBy.MASTER_PORT,
                "" + port,
                LAUNCHER,
                "" + ProcessHandle.current().pid()));
    process.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    if (local == 0) {
      process.redirectOutput(ProcessBuilder.Redirect.INHERIT);
      process.redirectError(ProcessBuilder.Redirect.INHERIT);
    } else {
      process.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      process.redirectError(ProcessBuilder.Redirect.PIPE);
    }
    return process.start();
  }

  /** Returns the command of this JVM with {@code --nnodes auto} instead of the launch options. */
  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    String path = System.getProperty("java.class.path");
    if (path.endsWith(".jar") && !path.contains(File.pathSeparator)) {
      command.addAll(List.of("-jar", path)); // with its manifest
    } else {
      command.addAll(List.of("-cp", path, Main.class.getName()));
    }
    command.addAll(arguments(parsed.originalArgs()));
    return command;
  }

  /** Replaces the options that this class handles. */
  static List<String> arguments(List<String> original) {
    List<String> arguments = new ArrayList<>();
    boolean skip = false;
    for (String argument : original) {
      boolean isOption = OPTIONS.contains(argument);
      boolean joined = OPTIONS.stream().anyMatch(option -> argument.startsWith(option + "="));
      if (!skip && !isOption && !joined) {
        arguments.add(argument);
      }
      skip = !skip && isOption;
    }
    arguments.addAll(List.of("--nnodes", RankOptions.AUTO));
    return arguments;
  }

  /** Waits until all have ended, or one has failed and the others had time to say so. */
  private int await(StopOnSignal stop) throws IOException, InterruptedException {
    boolean told = false;
    long failed = 0;
    int culprit = -1;
    while (started.stream().anyMatch(Process::isAlive)) {
      if (stop.requested() && !told) {
        told = true;
        started.forEach(Process::destroy); // SIGTERM: they save and end
      }
      int ended = failedProcess();
      if (ended >= 0 && failed == 0) {
        failed = System.nanoTime();
        culprit = ended;
      }
      if (failed != 0 && System.nanoTime() - failed > TimeUnit.SECONDS.toNanos(GRACE)) {
        // Not the others: it would close what they have said.
        started.stream().filter(Process::isAlive).forEach(Process::destroyForcibly);
      }
      TimeUnit.MILLISECONDS.sleep(POLL);
    }
    culprit = culprit < 0 ? failedProcess() : culprit;
    return culprit < 0 ? ExitCode.OK : code(culprit, stop.requested());
  }

  private int failedProcess() {
    for (int i = 0; i < started.size(); i++) {
      if (!started.get(i).isAlive() && started.get(i).exitValue() != 0) {
        return i;
      }
    }
    return -1;
  }

  private int code(int culprit, boolean stopped) throws IOException {
    int first = started.get(0).exitValue();
    if (stopped || first == INTERRUPTED) {
      return INTERRUPTED;
    }
    if (first == 0 || first > SIGNALLED) { // it could not say what happened
      CommandLine line = parsed.commandSpec().commandLine();
      line.getErr().println("vit: " + Output.printable(reason(culprit)));
      line.getErr().flush();
    }
    return first == ExitCode.USAGE ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  private String reason(int culprit) throws IOException {
    int rank = options.nodeRank() * options.processes() + culprit;
    int exit = started.get(culprit).exitValue();
    if (exit > SIGNALLED) {
      return "rank %d was ended by signal %d".formatted(rank, exit - SIGNALLED);
    }
    if (culprit > 0) {
      try (InputStream err = started.get(culprit).getErrorStream()) {
        String said = new String(err.readAllBytes(), Charset.defaultCharset()).strip();
        if (!said.isEmpty()) {
          return said.lines().reduce("", (before, last) -> last).replaceFirst("^vit: ", "");
        }
      }
    }
    return "rank %d ended with exit code %d".formatted(rank, exit);
  }
}
