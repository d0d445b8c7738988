package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Another library's file is used and written by the verbs. */
class ExportCommandTest {
  @TempDir Path dir;

  private static Path weights() throws URISyntaxException {
    String file = "/fixtures/01-timm-vit/a_cls/model.safetensors";
    return Path.of(ExportCommandTest.class.getResource(file).toURI());
  }

  @Test
  void whatIsExportedGivesTimmsLogits() throws URISyntaxException, IOException {
    Path out = dir.resolve("out.pth");
    String[] words = {
      "export",
      weights().toString(),
      "--model-args",
      "num_heads=3",
      "--format",
      "pth",
      "-o",
      out.toString(),
      "--json"
    };
    Vit vit = Vit.run(words);
    assertThat(vit.err()).contains("timm's names, 44 tensors", "95,530 parameters");
    JsonNode json = vit.json();
    assertThat(json.get("names").asString()).isEqualTo("torchvision");
    assertThat(json.get("format").asString()).isEqualTo("pth");
    assertThat(Vit.run(words).err()).contains(out + ": already exists");

    Path io = weights().resolveSibling("io.safetensors");
    Path saved = dir.resolve("trace.safetensors");
    Vit trace =
        Vit.run(
            "trace",
            out.toString(),
            "--input",
            io + ":x",
            "--save",
            saved.toString(),
            "--model-args",
            "num_heads=3");
    assertThat(trace.code()).isZero();
    assertThat(trace.err()).contains("torchvision's names");
    Map<String, Tensor> golden = WeightsFolder.read(io);
    Tensor mine = WeightsFolder.read(saved).get("logits");
    assertThat(mine.sub(golden.get("logits")).maxAbs()).isLessThan(1e-4);
  }

  /** A mean of a model with itself, and one with a model of other shapes. */
  @Test
  void weightsAreInterpolated() throws URISyntaxException, IOException {
    Path out = dir.resolve("mixed.safetensors");
    String[] words = {
      "export",
      weights().toString(),
      "--model-args",
      "num_heads=3",
      "--format",
      "safetensors",
      "--interpolate",
      weights().toString(),
      "--alpha",
      "0.25",
      "-o",
      out.toString()
    };
    assertThat(Vit.run(words).code()).isZero();
    Map<String, Tensor> own = WeightsFolder.read(weights());
    WeightsFolder.read(out)
        .forEach((name, t) -> assertThat(t.sub(own.get(name)).maxAbs()).isLessThan(1e-6));
    words[9] = "2";
    words[11] = dir.resolve("other.safetensors").toString();
    assertThat(Vit.run(words).err()).contains("alpha must be from 0 to 1, not 2.0");
    assertThat(Path.of(words[11])).doesNotExist();
    Vit alone =
        Vit.run("export", weights().toString(), "--format", "pth", "--alpha", "0.5", "-o", "x.pth");
    assertThat(alone.err()).contains("--alpha needs --interpolate MODEL");
  }

  @Test
  void mistakesAreOneLine() throws URISyntaxException {
    Vit format =
        Vit.run(
            "export",
            weights().toString(),
            "--model-args",
            "num_heads=3",
            "--format",
            "h5",
            "-o",
            dir.resolve("a").toString());
    assertThat(format.code()).isEqualTo(2);
    assertThat(format.err())
        .contains("--format must be one of hf, pth, safetensors, onnx, not 'h5'");
    Vit heads = Vit.run("summary", weights().toString());
    assertThat(heads.code()).isEqualTo(1);
    assertThat(heads.err()).contains("set --model-args num_heads=N");
  }
}
