package dev.vit4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class ResizeTest {
  /** All cases but two: pictures here have no alpha, and no cut at a fraction of a pixel. */
  static Stream<JsonNode> golden() {
    return Fixtures.list("resize.json").filter(c -> !c.has("mode") && !c.has("box"));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void equalsPillow(JsonNode golden) throws IOException {
    Image colour = Image.read(Fixtures.path(golden.get("source").asString()));
    Image source = golden.has("convert") ? colour.toGrey() : colour;
    Interpolation filter = Interpolation.valueOf(golden.get("filter").asString());
    Resize resize = new Resize(golden.get("height").asInt(), golden.get("width").asInt(), filter);
    Image expected = Image.read(Fixtures.path(golden.get("expected").asString()));
    Image actual = resize.apply(source);
    assertThat(actual).hasToString(expected.toString());
    assertThat(Fixtures.difference(actual, expected)).isZero();
    for (int part : new int[] {1, 2, 3}) {
      int height = Math.max(1, expected.height() / part);
      CenterCrop crop = new CenterCrop(height, 1 + expected.width() / part);
      assertThat(Fixtures.difference(resize.apply(source, crop), crop.apply(expected))).isZero();
    }
  }

  static Stream<JsonNode> sizes() {
    return Fixtures.list("sizes.json");
  }

  /** The longer side is truncated; the middle starts at a half rounded to even. */
  @ParameterizedTest
  @MethodSource("sizes")
  void sizesAreTorchvisions(JsonNode golden) {
    int width = golden.get("w").asInt();
    int height = golden.get("h").asInt();
    Image source = new Image(width, height, 1, new byte[width * height]);
    Image resized =
        new ResizeShortest(golden.get("resize_shortest").asInt(), Interpolation.NEAREST)
            .apply(source);
    assertThat(resized.width()).isEqualTo(golden.get("out_w").asInt());
    assertThat(resized.height()).isEqualTo(golden.get("out_h").asInt());
    golden
        .get("center_crop_top_left")
        .properties()
        .forEach(
            crop -> {
              int size = Integer.parseInt(crop.getKey());
              int top = crop.getValue().get(0).asInt();
              int left = crop.getValue().get(1).asInt();
              byte[] marked = new byte[resized.pixels().length];
              marked[top * resized.width() + left] = 1;
              Image picture = new Image(resized.width(), resized.height(), 1, marked);
              assertThat(new CenterCrop(size, size).apply(picture).pixels()[0]).isEqualTo((byte) 1);
            });
  }

  @Test
  void sameSizeIsTheSamePicture() {
    Image image = new Image(2, 1, 1, new byte[] {1, 2});
    assertThat(new Resize(1, 2, Interpolation.LANCZOS).apply(image)).isSameAs(image);
  }

  @Test
  void printsAsTorchvision() {
    assertThat(new Resize(32, 48, Interpolation.BICUBIC))
        .hasToString("Resize(size=[32, 48], interpolation=bicubic, max_size=None, antialias=True)");
    assertThatThrownBy(() -> new Resize(0, 3, Interpolation.BOX)).hasMessageContaining("0 x 3");
  }
}
