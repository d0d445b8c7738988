package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.format.TorchFile;
import dev.vit4j.image.Image;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A photo and weights without class names, as chenyaofo's: names come from an option. */
class ClassOptionsTest {
  private static final int LEOPARD = 42;

  @TempDir Path dir;
  private String weights = "";
  private String photo = "";

  /** A ResNet-32 for CIFAR-100 that takes everything for a leopard. */
  @BeforeEach
  void zoo() throws IOException {
    Path file = dir.resolve("cifar100_resnet32.pt");
    try (Model model = Models.create("resnet32_cifar", Map.of(), Init.seeded(1));
        NoGrad g = NoGrad.on()) {
      model.state().get("fc.bias").select(0, LEOPARD).fill_(1000);
      TorchFile.write(file, WeightsFolder.entries(model.state()));
    }
    byte[] pixels = new byte[3 * 60 * 40];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 3);
    }
    Path png = dir.resolve("cat.png");
    ImageIO.write(new Image(60, 40, 3, pixels).toBufferedImage(), "png", png.toFile());
    weights = file.toString();
    photo = png.toString();
  }

  @Test
  void knownDataSetsNameTheClasses() {
    JsonNode answer = Vit.run("predict", weights, photo, "--classes", "cifar100", "--json").json();
    JsonNode top = answer.get("results").get(0).get("predictions").get(0);
    assertThat(top.get("index").asInt()).isEqualTo(LEOPARD);
    assertThat(top.get("label").asString()).isEqualTo("leopard");
    assertThat(Vit.run("predict", weights, photo).out()).contains("42: ");
  }

  @Test
  void filesNameTheClassesAndExportsKeepThem() throws IOException {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      names.append("kind ").append((char) ('a' + i % 26)).append(i / 26).append('\n');
    }
    Path file = Files.writeString(dir.resolve("names.txt"), names);
    Path folder = dir.resolve("named");
    Vit export =
        Vit.run(
            "export",
            weights,
            "--classes",
            file.toString(),
            "--format",
            "hf",
            "-o",
            folder.toString());
    assertThat(export.code()).isZero();
    try (WeightsFolder.Loaded loaded = ModelSource.open(folder)) {
      assertThat(loaded.classes()).hasSize(100).contains("kind q1");
    }
    assertThat(Vit.run("predict", folder.toString(), photo).out()).contains("kind q1: ");
  }

  @Test
  void wrongNamesAreRefused() {
    assertThat(Vit.run("predict", weights, photo, "--classes", "cifar10").err())
        .contains("10 class names given, but resnet32_cifar has 100 classes");
    assertThat(Vit.run("predict", weights, photo, "--classes", "cifar1000").err())
        .contains("--classes cifar1000 is neither a known data set, such as cifar100, nor a file");
  }
}
