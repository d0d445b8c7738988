package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.format.AtomicFile;
import dev.vit4j.view.ImageGrid;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vit data show}: samples with their labels as one picture. */
@Command(
    name = "show",
    description = "Draw samples with their labels into a PNG.",
    footer = {
      "",
      "Examples:",
      "  ./vit data show mnist-sample",
      "  ./vit data show mnist-sample -n 100 --split test --output digits.png"
    })
final class DataShowCommand implements Callable<Integer> {
  enum Split {
    train,
    test
  }

  @Mixin CommonOptions common;
  @Mixin DataSource source;

  @Option(
      names = "--split",
      description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).",
      paramLabel = "SPLIT")
  Split split = Split.train;

  @Option(names = "-n", paramLabel = "N", description = "How many samples (${DEFAULT-VALUE}).")
  int count = 64;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where the PNG goes; NAME-SPLIT.png if left out.")
  @Nullable Path file;

  @Override
  public Integer call() throws IOException {
    if (count < 1) {
      throw new IllegalArgumentException("-n is %d: give at least 1".formatted(count));
    }
    Dataset data = split == Split.train ? source.open().train() : source.open().test();
    int shown = Math.min(count, data.size());
    List<ImageGrid.Tile> tiles = new ArrayList<>();
    for (int i = 0; i < shown; i++) {
      String label = data.classes().get(data.label(i));
      tiles.add(ImageGrid.Tile.of(data.image(i).toBufferedImage(), label));
    }
    String title = "%s: the first %,d of %,d".formatted(data.name(), shown, data.size());
    BufferedImage picture = ImageGrid.draw(title, tiles, (int) Math.ceil(Math.sqrt(shown)));
    Path target = file == null ? Path.of(source.name + "-" + split + ".png") : file;
    AtomicFile.write(target, out -> ImageIO.write(picture, "png", out));
    Output output = common.output();
    output.result("%d samples drawn: %s".formatted(shown, target));
    output.json(Map.of("file", target, "count", shown));
    return ExitCode.OK;
  }
}
