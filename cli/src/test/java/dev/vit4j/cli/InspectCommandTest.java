package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TorchFile;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.DType;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class InspectCommandTest {
  @TempDir Path dir;

  private static Safetensors.Entry entry(String name, float... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      data.putFloat(value);
    }
    return new Safetensors.Entry(name, DType.F32, new long[] {values.length}, data.flip());
  }

  private Path pth;

  @BeforeEach
  void weights() throws IOException {
    List<Safetensors.Entry> entries =
        List.of(
            entry("blocks.0.weight", 1, 2, 3, 4),
            entry("blocks.0.bias", -0.5f, Float.NaN, 0.25f, Float.POSITIVE_INFINITY),
            entry("head", 1e-7f));
    pth = dir.resolve("model.pth");
    TorchFile.write(pth, entries);
    Files.createDirectories(dir.resolve("run/weights/best"));
    Safetensors.write(
        dir.resolve("run/weights/best/model.safetensors"), entries, Map.of("epoch", "3\u001b[31m"));
  }

  @Test
  void aTableOfTensorsThenTheTotals() {
    Vit inspect = Vit.run("inspect", pth.toString());
    assertThat(inspect.code()).isZero();
    assertThat(inspect.out().lines())
        .containsExactly(
            "name             dtype  shape      mean   std       min       max",
            "-----------------------------------------------------------------",
            "blocks.0.weight  F32    [4]         2.5  1.29         1         4",
            "blocks.0.bias    F32    [4]      -0.125  0.53      -0.5      0.25",
            "head             F32    [1]    1.00e-07     -  1.00e-07  1.00e-07",
            "-----------------------------------------------------------------",
            "3 tensors, 9 elements, 36 bytes",
            "blocks.0.bias: 1 NaN, 1 infinite, excluded from the statistics above");
  }

  @Test
  void aRunMeansItsBestWeights() {
    Vit inspect = Vit.run("inspect", dir.resolve("run").toString(), "--filter", "*.w?ight");
    assertThat(inspect.out())
        .contains("blocks.0.weight", "1 of 3 tensors, 4 elements", "epoch: 3 [31m")
        .doesNotContain("bias", "\u001b");
  }

  @Test
  void saysWhoseNamesTheyAre() throws IOException {
    Path path = dir.resolve("timm.pth");
    List<Safetensors.Entry> entries = new ArrayList<>();
    try (Model model = Models.create("vit_mnist_1850", Map.of(), Init.seeded(0))) {
      for (Safetensors.Entry e : WeightsFolder.entries(model.state())) {
        entries.add(
            new Safetensors.Entry("model." + e.name(), e.dtype(), e.shape(), e.littleEndianData()));
      }
    }
    TorchFile.write(path, entries);
    assertThat(Vit.run("inspect", path.toString()).out())
        .contains("1,850 elements")
        .endsWith("names: timm ViT, prefix 'model.'\n");
  }

  @Test
  void jsonHasEveryFigure() {
    JsonNode json = Vit.run("inspect", pth.toString(), "--json").json();
    assertThat(json.get("source").stringValue()).isEqualTo(pth.toString());
    assertThat(json.get("metadata")).isEmpty();
    assertThat(json.get("names").isNull()).isTrue();
    JsonNode bias = json.at("/tensors/1");
    assertThat(bias.toString())
        .isEqualTo(
            "{\"name\":\"blocks.0.bias\",\"dtype\":\"F32\",\"shape\":[4],\"mean\":-0.125,"
                + "\"std\":0.5303300858899106,\"min\":-0.5,\"max\":0.25,\"nan\":1,\"inf\":1}");
    assertThat(json.at("/tensors/2/std").isNull()).isTrue();
  }

  @Test
  void whatCannotBeReadIsSaidInOneLine() throws IOException {
    Path text = Files.writeString(dir.resolve("notes.txt"), "hello");
    Vit none = Vit.run("inspect", text.toString());
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).hasLineCount(1).startsWith("vit: " + text + ": not a file of tensors");
    Vit filter = Vit.run("inspect", pth.toString(), "--filter", "x*");
    assertThat(filter.code()).isEqualTo(2);
    assertThat(filter.err())
        .contains("--filter x*: matches none of the 3 names, such as blocks.0.weight");
  }

  @Test
  void drawsTensorsAsImages() throws IOException {
    Path file = dir.resolve("images.safetensors");
    ByteBuffer data = ByteBuffer.allocate(4 * 2 * 3 * 4 * 4).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putFloat(data.position() < 4 * 48 ? 0 : 100); // the means, then white
    }
    Safetensors.write(
        file,
        List.of(
            new Safetensors.Entry("pixels", DType.F32, new long[] {2, 3, 4, 4}, data.flip()),
            entry("vector", 1, 2)),
        Map.of());
    Path png = dir.resolve("pixels.png");
    List<String> plot = List.of("inspect", file.toString(), "--filter");
    Vit drawn = Vit.run(with(plot, "pixels", "--plot", png.toString(), "--preprocess", "imagenet"));
    assertThat(drawn.code()).isZero();
    BufferedImage grid = ImageIO.read(png.toFile());
    assertThat(grid.getWidth()).isGreaterThan(grid.getHeight());
    Set<Integer> colors = new HashSet<>();
    for (int x = 0; x < grid.getWidth(); x++) {
      colors.add(grid.getRGB(x, grid.getHeight() / 3) & 0xffffff);
    }
    assertThat(colors).contains(0x7c7468, 0xffffff); // ImageNet's mean
    assertThat(Vit.run(with(plot, "pixels", "--plot", png.toString())).err())
        .contains("pixels.png");
    String other = dir.resolve("other.png").toString();
    assertThat(Vit.run(with(plot, "*", "--plot", other)).err())
        .contains("--plot draws one tensor, but --filter * matches 2");
    assertThat(Vit.run(with(plot, "vector", "--plot", other)).err())
        .contains("vector F32[2] cannot be drawn: images are [C, h, w]");
    assertThat(Vit.run(with(plot, "pixels", "--plot", other, "--preprocess", "x")).err())
        .contains("unknown preprocessing 'x': use one of imagenet");
    assertThat(Vit.run(with(plot, "pixels", "--preprocess", "voc")).err())
        .contains("--preprocess needs --plot FILE");
    assertThat(Files.exists(Path.of(other))).isFalse();
  }

  private static String[] with(List<String> command, String... more) {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of(more));
    return words.toArray(new String[0]);
  }
}
