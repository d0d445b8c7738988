package dev.vit4j.cli;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.TensorFile;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.format.TensorStatistics;
import dev.vit4j.search.VectorIndex;
import dev.vit4j.weights.ForeignWeights;
import dev.vit4j.weights.ModelSource;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vit inspect}: lists the contents of a weights file without building a model. */
@Command(
    name = "inspect",
    description = "List the tensors of a weights file with statistics of their values.",
    footer = {
      "",
      "Reads .safetensors, PyTorch's .pth, .pt and .bin (sharded or not), and NumPy's .npz.",
      "Never executes code stored in a file. Shows and checks a folder of vit index.",
      "",
      "Examples:",
      "  ./vit inspect runs/classification/mnist-sample1",
      "  ./vit inspect runs/classification/mnist-sample1 --filter 'blocks.0.*'"
    })
final class InspectCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE|FOLDER|MODEL",
      description =
          "A weights file, a folder that contains one, a run (its best weights), a published name, or a folder of vit index.")
  String source = "";

  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--filter",
      paramLabel = "GLOB",
      defaultValue = "*",
      description = "List only tensors whose name matches; * matches any text, ? one character.")
  String filter = "*";

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description =
          "Draw the tensor that --filter selects, [C, h, w] or more images, to a new PNG file.")
  @Nullable Path plot;

  @Option(
      names = "--preprocess",
      paramLabel = "NAME",
      description =
          "With --plot: the normalization to undo, imagenet, voc, inception, cifar10 or cifar100 (default: values are scaled from the smallest to the largest).")
  @Nullable String preprocess;

  @Override
  public Integer call() throws IOException {
    if (preprocess != null && plot == null) {
      throw new IllegalArgumentException("--preprocess needs --plot FILE");
    }
    if (VectorIndex.isIndex(Path.of(source))) {
      inspectIndex(Path.of(source));
      return 0;
    }
    TensorPictures pictures = new TensorPictures(preprocess);
    Path path = ModelSource.find(source);
    Path best = path.resolve(ModelSource.BEST);
    try (TensorFile file = TensorFile.open(Files.isDirectory(best) ? best : path)) {
      Map<TensorInfo, TensorStatistics> tensors = new LinkedHashMap<>();
      List<TensorInfo> matching = matching(file);
      if (plot != null) {
        draw(pictures, file, matching, plot);
      }
      for (TensorInfo t : matching) {
        tensors.put(t, TensorStatistics.of(t.dtype(), file.data(t.name())));
      }
      Output out = common.output();
      Optional<String> names = ForeignWeights.namesOf(file.tensors().keySet());
      new InspectTable(tensors, file.tensors().size(), names, file.metadata())
          .lines(Terminal.showsResults())
          .forEach(out::result);
      out.json(json(tensors, names, file.metadata()));
    }
    return 0;
  }

  /** Shows an index, and reads its files to compare their checksums. */
  private void inspectIndex(Path folder) throws IOException {
    if (plot != null || !filter.equals("*")) {
      throw new IllegalArgumentException(
          source + " is an index: --filter and --plot are for the tensors of a file");
    }
    Output out = common.output();
    try (VectorIndex index = VectorIndex.open(folder, 1)) {
      index.verify();
      IndexTable table = new IndexTable(index);
      table.lines().forEach(out::result);
      out.result("all checksums are right");
      out.json(table.json());
    }
  }

  private void draw(
      TensorPictures pictures, TensorFile file, List<TensorInfo> matching, Path target)
      throws IOException {
    if (matching.size() != 1) {
      throw new IllegalArgumentException(
          "--plot draws one tensor, but --filter %s matches %d".formatted(filter, matching.size()));
    }
    NewFile.require(target);
    BufferedImage picture = pictures.draw(file, matching.get(0));
    AtomicFile.write(target, out -> ImageIO.write(picture, "png", out));
  }

  private List<TensorInfo> matching(TensorFile file) {
    Pattern pattern = Pattern.compile(regex(filter), Pattern.DOTALL);
    List<TensorInfo> found =
        file.tensors().values().stream().filter(t -> pattern.matcher(t.name()).matches()).toList();
    if (found.isEmpty() && !file.tensors().isEmpty()) {
      throw new IllegalArgumentException(
          "--filter %s: matches none of the %d names, such as %s"
              .formatted(filter, file.tensors().size(), file.tensors().keySet().iterator().next()));
    }
    return found;
  }

  /** Not a file system glob, since those treat dots and slashes in names specially. */
  private static String regex(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return regex.toString();
  }

  private Map<String, @Nullable Object> json(
      Map<TensorInfo, TensorStatistics> tensors,
      Optional<String> names,
      Map<String, String> metadata) {
    List<Map<String, Object>> rows = new ArrayList<>();
    tensors.forEach(
        (t, s) -> {
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("name", t.name());
          row.put("dtype", t.dtype().name());
          row.put("shape", Arrays.stream(t.shape()).boxed().toList());
          row.put("mean", s.mean());
          row.put("std", s.std());
          row.put("min", s.min());
          row.put("max", s.max());
          row.put("nan", s.nan());
          row.put("inf", s.infinite());
          rows.add(row);
        });
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("source", source);
    json.put("tensors", rows);
    json.put("names", names.orElse(null));
    json.put("plot", plot);
    json.put("metadata", metadata);
    return json;
  }
}
