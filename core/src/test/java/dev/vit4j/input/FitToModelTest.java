package dev.vit4j.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import dev.vit4j.data.PictureFolders;
import dev.vit4j.data.Shape;
import dev.vit4j.format.Allocation;
import dev.vit4j.image.Image;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class FitToModelTest {
  private static final String FOLDER = "images/";

  private static final List<String> RESIZING = List.of("center", "squash", "border");

  private static Preprocess preprocess(
      int size, String interpolation, double cropPct, String cropMode) {
    List<Double> half = List.of(0.5, 0.5, 0.5);
    return new Preprocess(3, size, size, interpolation, cropPct, cropMode, half, half, "none");
  }

  static Stream<JsonNode> golden() {
    return StreamSupport.stream(Fixture.json(FOLDER + "eval.json").spliterator(), false);
  }

  /** What timm's, torchvision's and CLIP's transforms are in our words. */
  private static Preprocess of(JsonNode golden) {
    String name = golden.get("transform").asString();
    int size = golden.get("size").asInt();
    Preprocess p =
        switch (name) {
          case "timm_bicubic_0_9" -> preprocess(size, "bicubic", 0.9, "center");
          case "timm_bilinear_0_875" -> preprocess(size, "bilinear", 0.875, "center");
          case "timm_squash" -> preprocess(size, "bicubic", 1.0, "squash");
          case "timm_border" -> preprocess(size, "bicubic", 0.9, "border");
          case "torchvision" -> preprocess(size, "bilinear", 64.0 / 73, "center");
          case "clip" -> preprocess(size, "bicubic", 1.0, "center");
          default -> throw new IllegalArgumentException(name);
        };
    return new Preprocess(
        3,
        size,
        size,
        p.interpolation(),
        p.cropPct(),
        p.cropMode(),
        numbers(golden.get("mean")),
        numbers(golden.get("std")),
        "none");
  }

  private static List<Double> numbers(JsonNode list) {
    List<Double> out = new ArrayList<>();
    list.forEach(n -> out.add(n.asDouble()));
    return out;
  }

  @ParameterizedTest
  @MethodSource("golden")
  void equalsTheLibrariesEvaluation(JsonNode golden) throws IOException {
    Preprocess preprocess = of(golden);
    Image source = Image.read(Fixture.path(FOLDER + golden.get("source").asString()));
    Image expected = Image.read(Fixture.path(FOLDER + golden.get("expected").asString()));
    Image actual = new FitToModel(preprocess).apply(source);
    assertThat(actual).hasToString(expected.toString());
    assertThat(Arrays.equals(actual.pixels(), expected.pixels())).isTrue();
    if (golden.has("tensors")) {
      compareNormalized(golden, preprocess, actual);
    }
  }

  private static void compareNormalized(JsonNode golden, Preprocess preprocess, Image image) {
    byte[] planes = new byte[image.pixels().length];
    image.writePlanes(planes, 0);
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = Fixture.tensors(FOLDER + golden.get("tensors").asString());
      Tensor expected = tensors.get(golden.get("tensor").asString());
      assertThat(expected).isNotNull();
      Tensor u8 = Tensor.of(planes, 0, 1, 3, image.height(), image.width());
      Tensor actual = preprocess.normalize(u8, Device.CPU);
      assertThat(actual.sub(expected).maxAbs()).isLessThanOrEqualTo(1e-6);
    }
  }

  @Test
  void printsTimmsList() {
    assertThat(new FitToModel(preprocess(224, "bicubic", 0.9, "center")))
        .hasToString(
            """
            Compose(
                RGB()
                Resize(size=248, interpolation=bicubic, max_size=None, antialias=True)
                CenterCrop(size=(224, 224))
                ToTensor()
                Normalize(mean=[0.5, 0.5, 0.5], std=[0.5, 0.5, 0.5])
            )""");
    assertThat(new FitToModel(preprocess(64, "bilinear", 0.9, "border")).toString())
        .contains(
            "ResizeKeepRatio(size=(71, 71), interpolation=bilinear, longest=1.000, ",
            "CenterCropOrPad(size=(64, 64))");
    List<Double> one = List.of(0.25);
    Preprocess digits = new Preprocess(1, 28, 28, "bicubic", 1.0, "squash", one, one, "digit");
    assertThat(new FitToModel(digits).toString())
        .contains(
            "Grayscale(num_output_channels=1)",
            "DigitFrame(canvas=28, box=20)",
            "Resize(size=[28, 28]",
            "Normalize(mean=[0.25], std=[0.25])");
  }

  /** timm resizes the shortest edge to its own side's target: round(x / ratio), half to even. */
  @ParameterizedTest
  @CsvSource({"60,100", "100,60", "48,64", "200,30"})
  void bringsAnyShapeToOneThatIsNotSquare(int height, int width) {
    List<Double> half = List.of(0.5, 0.5, 0.5);
    for (String mode : RESIZING) {
      Preprocess p = new Preprocess(3, 48, 64, "bicubic", 0.9, mode, half, half, "none");
      Image image = new Image(width, height, 3, new byte[height * width * 3]);
      assertThat(new FitToModel(p).apply(image)).hasToString("Image[48 x 64 x 3]");
    }
  }

  /** Files, uploads and members of archives: the same pixels, and never the whole photo. */
  @Test
  void photosShrinkWhileTheyAreDecodedFromFilesAndBytes(@TempDir Path dir) throws IOException {
    int side = 2_000;
    byte[] photo = PictureFolders.jpeg(side, side);
    Path file = Files.write(dir.resolve("photo.jpg"), photo);
    for (String mode : RESIZING) {
      FitToModel fit = new FitToModel(preprocess(64, "bicubic", 0.9, mode));
      byte[] expected = fit.apply(Image.read(file)).pixels();
      long before = Allocation.bytes();
      Image ofBytes = fit.read(photo, "upload");
      assertThat(Allocation.bytes() - before)
          .as(mode)
          .isLessThan((long) side * side); // whole: 3 each
      assertThat(Arrays.equals(ofBytes.pixels(), expected)).isTrue();
      assertThat(Arrays.equals(fit.read(file).pixels(), expected)).isTrue();
    }
  }

  @Test
  void bytesOfAnyKindGiveWhatFilesGive() throws IOException {
    List<Double> half = List.of(0.5);
    FitToModel grey =
        new FitToModel(new Preprocess(1, 32, 32, "bilinear", 0.9, "center", half, half, "none"));
    FitToModel framed =
        new FitToModel(new Preprocess(1, 28, 28, "bicubic", 1, "squash", half, half, "digit"));
    FitToModel colours = new FitToModel(preprocess(32, "bilinear", 0.9, "border"));
    byte[] jpeg = PictureFolders.jpeg(1_000, 1_100);
    byte[] png = PictureFolders.png(200);
    for (FitToModel fit : List.of(grey, framed, colours)) {
      for (byte[] bytes : List.of(jpeg, png)) {
        Image expected = fit.apply(Image.decode(bytes, "x", Image.maxPixels()));
        assertThat(Arrays.equals(fit.read(bytes, "x").pixels(), expected.pixels())).isTrue();
      }
      assertThatThrownBy(() -> fit.read(new byte[] {1, 2}, "upload 7"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("upload 7");
    }
  }

  @Test
  void keepsOnlyWhatNeedsNoStep() {
    assertThat(new FitToModel(preprocess(32, "bicubic", 1, "squash")).keeps(new Shape(3, 32, 32)))
        .isTrue();
    assertThat(new FitToModel(preprocess(32, "bicubic", 1, "center")).keeps(new Shape(3, 32, 32)))
        .isTrue();
    assertThat(new FitToModel(preprocess(32, "bicubic", 1, "squash")).keeps(new Shape(1, 32, 32)))
        .isFalse();
    assertThat(new FitToModel(preprocess(32, "bicubic", 1, "squash")).keeps(new Shape(3, 32, 33)))
        .isFalse();
    assertThat(new FitToModel(preprocess(32, "bicubic", 0.9, "center")).keeps(new Shape(3, 32, 32)))
        .isFalse();
  }

  @Test
  void refusesWhatWouldGrowWithoutBound() {
    Image thread = new Image(1_000_000, 1, 3, new byte[3_000_000]);
    FitToModel fit = new FitToModel(preprocess(224, "bicubic", 0.9, "center"));
    assertThatThrownBy(() -> fit.apply(thread))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1000000 x 1 pixels")
        .hasMessageContaining("too thin");
    FitToModel border = new FitToModel(preprocess(64, "bicubic", 0.9, "border"));
    assertThat(border.apply(thread)).hasToString("Image[64 x 64 x 3]");
  }

  @Test
  void namesWordsThatItDoesNotKnow() {
    assertThatThrownBy(() -> preprocess(32, "bicubic", 0, "center"))
        .hasMessageContaining("crop_pct");
    assertThatThrownBy(() -> preprocess(32, "bicubic", Double.NaN, "center"))
        .hasMessageContaining("crop_pct");
    assertThatThrownBy(() -> preprocess(32, "bicubic", 1, "middle"))
        .hasMessageContaining("center, squash, border")
        .hasMessageContaining("'middle'");
    assertThatThrownBy(() -> new FitToModel(preprocess(32, "cubic", 1, "center")))
        .hasMessageContaining("'cubic'");
  }
}
