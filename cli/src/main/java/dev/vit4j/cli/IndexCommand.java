package dev.vit4j.cli;

import dev.vit4j.format.Count;
import dev.vit4j.search.FeatureIndex;
import dev.vit4j.search.IndexWriter;
import dev.vit4j.search.VectorIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vit index}: builds an index for fast search in many vectors. */
@Command(
    name = "index",
    description = "Build an index for search in many features, or add features to one.",
    footer = {
      "",
      "Examples, before ./vit search photos.index --image query.jpg:",
      "  ./vit index photos.safetensors -o photos.index",
      "  ./vit index more.safetensors -o photos.index --add"
    })
final class IndexCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "FEATURES",
      description = "Files of vit embed (.safetensors or .npz), all of one model.")
  List<Path> features = List.of();

  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "INDEX",
      required = true,
      description = "New folder, or with --add that of an index.")
  Path output = Path.of("");

  @Option(names = "--add", description = "Add the features to an index; searches go on meanwhile.")
  boolean add;

  @Option(
      names = {"-j", "--threads"},
      paramLabel = "N",
      description = "Number of threads (default: all cores); the index does not depend on it.")
  int threads = Runtime.getRuntime().availableProcessors();

  @Override
  public Integer call() throws IOException {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    Output out = common.output();
    List<FeatureIndex> files = new ArrayList<>();
    long start = System.nanoTime();
    try {
      for (Path file : features) {
        files.add(FeatureIndex.open(file, threads));
      }
      Share share = new Share(out, "the vectors are in the graph");
      try (IndexWriter writer =
          add
              ? IndexWriter.open(output, threads, share::done)
              : IndexWriter.create(output, threads, share::done)) {
        writer.add(files);
      }
    } finally {
      files.forEach(FeatureIndex::close);
    }
    report(files, (System.nanoTime() - start) / 1e9, out);
    return 0;
  }

  private void report(List<FeatureIndex> files, double seconds, Output out) throws IOException {
    int added = files.stream().mapToInt(FeatureIndex::size).sum();
    try (VectorIndex index = VectorIndex.open(output, 1)) {
      out.result(
          "%s: %s%s"
              .formatted(
                  output,
                  Count.of(index.size(), "vector"),
                  add ? ", %,d of them new".formatted(added) : ""));
      IndexTable table = new IndexTable(index);
      table.segments().forEach(out::result);
      out.json(table.json("added", added, "seconds", seconds));
    }
  }
}
