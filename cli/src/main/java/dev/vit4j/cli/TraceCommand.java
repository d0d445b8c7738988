package dev.vit4j.cli;

import dev.vit4j.format.Count;
import dev.vit4j.format.Safetensors;
import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Model;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vit trace}: lists every tensor of a forward pass from pixels to logits by name. */
@Command(
    name = "trace",
    description = "Run a model and list every intermediate tensor with its shape.",
    footer = {
      "",
      "Examples:",
      "  ./vit trace vit_base_patch16_224 --num-classes 3",
      "  ./vit trace vit_mnist_1850 docs/pictures/seven.png --steps"
    })
final class TraceCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description =
          "A run, a weights folder or file, a published name, or a catalog name (random weights).")
  String model = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "IMAGE",
      description = "Input image (default: random pixels).")
  @Nullable Path picture;

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin ModelOptions shape = new ModelOptions();

  @Option(
      names = "--input",
      paramLabel = "[NAME=]FILE:TENSOR",
      description =
          "Normalized pixels [B, C, H, W] from a .safetensors file; with text=FILE:TENSOR, token ids"
              + " [T, L] for a CLIP model. Can be repeated.")
  List<String> inputs = new ArrayList<>();

  @Option(
      names = "--text",
      paramLabel = "TEXT",
      description = "Text for a CLIP model; can be repeated.")
  List<String> texts = new ArrayList<>();

  @Option(names = "--image", paramLabel = "FILE", description = "Input image, same as IMAGE.")
  @Nullable Path image;

  @Option(names = "--steps", description = "Show only the embedding steps, from image to tokens.")
  boolean steps;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Write every tensor to a new .safetensors file.")
  @Nullable Path save;

  @Option(
      names = "--print",
      paramLabel = "NAME",
      description = "Print the first values of this tensor or parameter; can be repeated.")
  List<String> print = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of random weights and pixels (default: ${DEFAULT-VALUE}).")
  long seed;

  @Override
  public Integer call() throws IOException {
    if (save != null) {
      NewFile.require(save);
    }
    try (WeightsFolder.Loaded loaded =
            ModelSource.openOrCreate(model, shape.args(), seed, common.output()::note);
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      if (steps) {
        EmbeddingSteps.require(loaded.model());
      }
      TraceInputs given = new TraceInputs(inputs, texts);
      Tensor pixels = pixels(loaded, given);
      Tensor ids = given.tokens(loaded, common.output());
      try (Trace trace = Trace.start()) {
        if (loaded.model() instanceof EncodesText model) {
          model.match(pixels, ids);
        } else {
          loaded.model().apply(pixels);
        }
        report(loaded.model(), trace.tensors());
      }
    }
    return 0;
  }

  private Tensor pixels(WeightsFolder.Loaded loaded, TraceInputs given) throws IOException {
    Model m = loaded.model();
    Path file = picture == null ? image : picture;
    Tensor stored = given.pixels();
    if ((stored != null && file != null) || (picture != null && image != null)) {
      throw new IllegalArgumentException("use only one of IMAGE, --image and --input");
    }
    if (stored != null) {
      return stored;
    }
    if (file != null) {
      return new FitToModel(loaded.preprocess()).tensor(Image.read(file), Device.CPU);
    }
    return Tensor.empty(DType.F32, Device.CPU, 1, m.channels(), m.height(), m.width())
        .normal_(0, 1, new Generator(seed));
  }

  private void report(Model m, Map<String, Tensor> tensors) throws IOException {
    Output out = common.output();
    List<String> lines = steps ? EmbeddingSteps.lines(m, tensors) : TraceTable.lines(m, tensors);
    lines.forEach(out::result);
    for (String name : print) {
      Tensor t = tensors.getOrDefault(name, m.state().get(name));
      if (t == null) {
        throw new IllegalArgumentException(
            "no tensor or parameter '%s': use a name from the list above".formatted(name));
      }
      out.result("");
      TraceTable.values(name, t).forEach(out::result);
    }
    if (save != null) {
      Safetensors.write(save, WeightsFolder.entries(tensors), Map.of("model", m.name()));
      out.note("Saved %s: %s".formatted(Count.of(tensors.size(), "tensor"), save));
    }
    out.json(json(m, tensors));
  }

  private Map<String, @Nullable Object> json(Model m, Map<String, Tensor> tensors) {
    List<Map<String, Object>> rows = new ArrayList<>();
    tensors.forEach(
        (name, t) -> {
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("name", name);
          row.put("dtype", t.dtype().toString());
          row.put("shape", Arrays.stream(t.shape()).boxed().toList());
          rows.add(row);
        });
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("model", m.name());
    json.put("tensors", rows);
    json.put("steps", EmbeddingSteps.maps(m, tensors));
    json.put("saved", save);
    return json;
  }
}
