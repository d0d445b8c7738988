package dev.vit4j.cli;

import dev.vit4j.data.source.DatasetFetcher;
import dev.vit4j.format.Count;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
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
            : "%s of %s fetched: %s"
                .formatted(Count.of(files.size(), "file"), source.name, source.folder()));
    output.json(Json.of("folder", source.folder(), "fetched", files));
    return ExitCode.OK;
  }
}
