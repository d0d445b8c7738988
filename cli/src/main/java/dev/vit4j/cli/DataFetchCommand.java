package dev.vit4j.cli;

import dev.vit4j.data.DatasetFetcher;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code vit data fetch}: downloads a data set's files, checked by size and checksum. */
@Command(
    name = "fetch",
    description = "Download a data set's files; what is there and right is left alone.",
    footer = {
      "",
      "Examples:",
      "  ./vit data fetch mnist",
      "  ./vit data fetch fashion-mnist --data data/fashion-mnist"
    })
final class DataFetchCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin DataSource source;

  @Override
  public Integer call() throws IOException {
    Output output = common.output();
    boolean live = !common.quiet && Terminal.isInteractive();
    Received received = new Received(output, live ? spec.commandLine().getErr() : null);
    List<Path> files = new DatasetFetcher().fetch(source.name, source.folder(), received);
    output.result(
        files.isEmpty()
            ? "All files of %s are there: %s".formatted(source.name, source.folder())
            : "%d files of %s fetched: %s".formatted(files.size(), source.name, source.folder()));
    output.json(Map.of("folder", source.folder(), "fetched", files));
    return ExitCode.OK;
  }

  /** One line per file, which counts up in a terminal. */
  private static final class Received implements DatasetFetcher.Progress {
    private static final double MB = 1e6;

    private final Output output;
    private final @Nullable PrintWriter terminal;

    Received(Output output, @Nullable PrintWriter terminal) {
      this.output = output;
      this.terminal = terminal;
    }

    @Override
    public void received(URI from, long bytes, long total) {
      if (terminal != null) {
        terminal.print(
            String.format(
                Locale.ROOT,
                "\r%s  %.2f of %.2f MB%s",
                from,
                bytes / MB,
                total / MB,
                bytes == total ? "\n" : ""));
        terminal.flush();
      } else if (bytes == 0) {
        output.note(String.format(Locale.ROOT, "%s  %.2f MB", from, total / MB));
      }
    }
  }
}
