package dev.vit4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.input.Preprocess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code preprocessor_config.json} of transformers. What is expected of sizes and filters was
 * measured with the processors of transformers 5.23, on an image of 500 x 375 pixels.
 */
class HuggingFacePreprocessTest {
  private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
  private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);

  @TempDir Path dir;

  private Preprocess read(String json) throws IOException {
    Files.writeString(dir.resolve("preprocessor_config.json"), json);
    Path config = dir.resolve("config.json");
    return Objects.requireNonNull(HuggingFacePreprocess.beside(config, 3, "resnet"));
  }

  private Preprocess read(String processor, String keys) throws IOException {
    return read("{\"image_processor_type\": \"%s\"%s}".formatted(processor, keys));
  }

  /** The steps up to the crop, as {@link FitToModel} prints them, without what they all have. */
  private static String steps(Preprocess p) {
    return new FitToModel(p)
        .steps().stream()
            .map(Object::toString)
            .filter(step -> !step.equals("RGB()"))
            .map(
                step ->
                    step.replace(", max_size=None, antialias=True", "")
                        .replace('[', '(')
                        .replace(']', ')'))
            .toList()
            .toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ViTImageProcessor      | Resize(size=(224, 224), interpolation=bilinear)",
        "ViTFeatureExtractor    | Resize(size=(224, 224), interpolation=bilinear)",
        "ViTImageProcessorFast  | Resize(size=(224, 224), interpolation=bilinear)",
        "DeiTImageProcessor     | Resize(size=(256, 256), interpolation=bicubic), CenterCrop(size=(224, 224))",
        "BeitImageProcessor     | Resize(size=(224, 224), interpolation=bicubic)",
        "BitImageProcessor      | Resize(size=224, interpolation=bicubic), CenterCrop(size=(224, 224))",
        "CLIPImageProcessorPil  | Resize(size=224, interpolation=bicubic), CenterCrop(size=(224, 224))",
        "SiglipImageProcessor   | Resize(size=(224, 224), interpolation=bicubic)",
        "ConvNextImageProcessor | Resize(size=(384, 384), interpolation=bicubic)",
        "''                     | Resize(size=(384, 384), interpolation=bicubic)",
      })
  void whatAProcessorDoesByDefault(String processor, String steps) throws IOException {
    Preprocess p = read(processor, "");
    assertThat(steps(p)).startsWith("[" + steps);
    boolean clip = processor.startsWith("CLIP") || processor.startsWith("Bit");
    assertThat(p.mean()).isEqualTo(clip ? CLIP_MEAN : HALF);
    assertThat(p.std().get(0)).isEqualTo(clip ? 0.26862954 : 0.5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "ViT      | 'size': 200                          | Resize(size=(200, 200), interpolation=bilinear)",
        "Siglip   | 'size': {'height': 120, 'width': 200} | Resize(size=(120, 200), interpolation=bicubic)",
        "CLIP     | 'size': 200, 'crop_size': 180        | Resize(size=200, interpolation=bicubic), CenterCrop(size=(180, 180))",
        "DeiT     | 'crop_size': {'height': 97, 'width': 130} | Resize(size=(256, 256), interpolation=bicubic), CenterCrop(size=(97, 130))",
        "ConvNext | 'size': {'shortest_edge': 224}       | Resize(size=256, interpolation=bicubic), CenterCrop(size=(224, 224))",
        "ConvNext | 'size': 224, 'crop_pct': 0.95        | Resize(size=235, interpolation=bicubic), CenterCrop(size=(224, 224))",
        "ConvNext | 'size': 400, 'crop_pct': 0.95        | Resize(size=(400, 400), interpolation=bicubic)",
        "Bit      | 'resample': 1                        | Resize(size=224, interpolation=lanczos), CenterCrop(size=(224, 224))",
        "Bit      | 'do_resize': false, 'crop_size': 100 | CenterCrop(size=(100, 100))",
        "ViT      | 'do_resize': false                   | ExactSize(size=(224, 224))",
      })
  void whatTheKeysSay(String processor, String keys, String steps) throws IOException {
    Preprocess p = read(processor + "ImageProcessor", ", " + keys.replace('\'', '"'));
    assertThat(steps(p)).startsWith("[" + steps);
  }

  @Test
  void rescalingAndOneNumberForAllChannels() throws IOException {
    Preprocess none = read("ViTImageProcessor", ", \"do_rescale\": false");
    assertThat(none.mean()).containsOnly(0.5 / 255); // (255 x - 0.5) / 0.5 of x from 0 to 1
    assertThat(none.std()).containsOnly(0.5 / 255);
    Preprocess twice =
        read(
            "ViTImageProcessor",
            ", \"rescale_factor\": %s, \"do_normalize\": false".formatted(2 / 255.0));
    assertThat(twice.mean()).containsOnly(0.0);
    assertThat(twice.std()).containsOnly(0.5);
    Preprocess one = read("BitImageProcessor", ", \"image_mean\": 0.4, \"image_std\": [0.3]");
    assertThat(one.mean()).containsExactly(0.4, 0.4, 0.4);
    assertThat(one.std()).containsExactly(0.3, 0.3, 0.3);
  }

  @Test
  void readsTheProcessorThatVersion5WritesBesideOthers() throws IOException {
    Files.writeString(
        dir.resolve("processor_config.json"),
        "{\"image_processor\": {\"image_processor_type\": \"ViTImageProcessor\", \"size\": 96}}");
    Preprocess p = HuggingFacePreprocess.beside(dir.resolve("config.json"), 3, "vit");
    assertThat(Objects.requireNonNull(p).height()).isEqualTo(96);
  }

  /**
   * A crop larger than the resized image pads with black; of an odd number the smaller half first.
   */
  @Test
  void aLargerCropPadsAsTransformers() throws IOException {
    Preprocess p =
        read(
            "BitImageProcessor",
            ", \"do_resize\": false, \"crop_size\": {\"height\": 7, \"width\": 8}");
    byte[] white = new byte[5 * 4 * 3];
    Arrays.fill(white, (byte) 255);
    Image padded = new FitToModel(p).apply(new Image(5, 4, 3, white));
    StringBuilder rows = new StringBuilder();
    for (int y = 0; y < 7; y++) {
      for (int x = 0; x < 8; x++) {
        rows.append(padded.pixels()[(y * 8 + x) * 3] == 0 ? '.' : '#');
      }
      rows.append('\n');
    }
    assertThat(rows)
        .hasToString(
            """
            ........
            .#####..
            .#####..
            .#####..
            .#####..
            ........
            ........
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "FlavaImageProcessor    | 'size': 224     | the defaults of FlavaImageProcessor are not known: add resample",
        "ViTImageProcessor      | 'do_pad': true  | do_pad is not supported",
        "ViTImageProcessor      | 'resample': 9   | resample is not a Pillow filter: 9",
        "ViTImageProcessor      | 'rescale_factor': 0 | rescale_factor must be positive",
        "ViTImageProcessor      | 'size': {'longest_edge': 9} | size must be a number",
        "ConvNextImageProcessor | 'do_center_crop': true | ConvNextImageProcessor is supported with size.shortest_edge",
      })
  void whatIsNotSupportedIsRefused(String processor, String keys, String reason) {
    assertThatThrownBy(() -> read(processor, ", " + keys.replace('\'', '"')))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("preprocessor_config.json: " + reason)
        .hasMessageMatching(".*");
  }
}
