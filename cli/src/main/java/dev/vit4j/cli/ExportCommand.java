package dev.vit4j.cli;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Model;
import dev.vit4j.weights.Export;
import dev.vit4j.weights.Interpolation;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.OnnxExport;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vit export}: writes a trained model for other libraries. */
@Command(
    name = "export",
    description = "Export a trained model for other libraries.",
    footer = {
      "",
      "Examples:",
      "  ./vit export runs/classification/mnist-sample1 --format hf -o exported/timm",
      "  ./vit export runs/classification/mnist-sample1 --format onnx -o model.onnx"
    })
final class ExportCommand implements Callable<Integer> {
  private static final double HALF = 0.5;

  @Parameters(
      paramLabel = "MODEL",
      description = "A run, a weights folder or file, or a published name (see vit fetch).")
  String model = "";

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin WeightsOptions opened = new WeightsOptions();
  @Mixin ClassOptions classes = new ClassOptions();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      required = true,
      description =
          "hf (a folder for timm, transformers or open_clip), pth, safetensors or onnx (one file; of CLIP a folder with a file for each tower).")
  String format = "";

  @Option(
      names = "--names",
      paramLabel = "LIBRARY",
      description =
          "Library whose tensor names to use: timm, torchvision, transformers or open_clip (default: timm, of CLIP open_clip; for pth torchvision if it has the model).")
  @Nullable String names;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "PATH",
      required = true,
      description = "New folder or file.")
  Path output = Path.of("");

  @Option(
      names = "--interpolate",
      paramLabel = "MODEL",
      description = "Export the weighted mean of the weights with those of this model (WiSE-FT).")
  @Nullable String interpolate;

  @Option(
      names = "--alpha",
      paramLabel = "ALPHA",
      description = "With --interpolate: share of MODEL's own weights, 0 to 1 (default: 0.5).")
  @Nullable Double alpha;

  @Override
  public Integer call() throws IOException {
    Output out = common.output();
    if (alpha != null && interpolate == null) {
      throw new IllegalArgumentException("--alpha needs --interpolate MODEL");
    }
    try (WeightsFolder.Loaded loaded = classes.name(open(out), List.of())) {
      Model net = loaded.model();
      Export.Names whose = names(net);
      switch (format) {
        case "hf" -> Export.folder(output, loaded, whose);
        case "pth" -> Export.pth(output, net, whose);
        case "onnx" -> writeOnnx(loaded);
        case "safetensors" -> Export.safetensors(output, loaded, whose);
        default ->
            throw new IllegalArgumentException(
                "--format must be one of hf, pth, safetensors, onnx, not '%s'".formatted(format));
      }
      if (isOnnx()) {
        out.result(
            "Exported %s as ONNX, opset %d: %s".formatted(net.name(), OnnxGraph.OPSET, output));
      } else {
        Export.remarks(loaded, whose).forEach(out::note);
        out.result("Exported %s with the names of %s: %s".formatted(net.name(), whose, output));
      }
      Map<String, @Nullable Object> json = new LinkedHashMap<>();
      json.put("model", net.name());
      json.put("format", format);
      json.put("names", isOnnx() ? null : whose.toString());
      json.put("output", output.toString());
      out.json(json);
    }
    return 0;
  }

  private WeightsFolder.Loaded open(Output out) throws IOException {
    WeightsFolder.Loaded own = opened.open(ModelSource.find(model), out);
    if (interpolate == null) {
      return own;
    }
    try (own;
        WeightsFolder.Loaded other = opened.open(ModelSource.find(interpolate), out)) {
      return Interpolation.of(own, other, alpha == null ? HALF : alpha);
    }
  }

  private void writeOnnx(WeightsFolder.Loaded loaded) throws IOException {
    if (loaded.model() instanceof EncodesText) {
      OnnxExport.writeTowers(loaded.model(), loaded.preprocess(), output);
    } else {
      OnnxExport.write(loaded.model(), loaded.preprocess(), loaded.classes(), output);
    }
  }

  private boolean isOnnx() {
    return format.equals("onnx");
  }

  private Export.Names names(Model net) {
    if (names != null && isOnnx()) {
      throw new IllegalArgumentException("--names does not apply to onnx: remove it");
    }
    if (names != null) {
      return Export.Names.of(names);
    }
    return format.equals("pth") ? Export.namesForPth(net) : Export.usualNames(net);
  }
}
