package dev.vit4j.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.image.Image;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.ImageOps;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Presets by name, and drawing what a model reads. */
class PreprocessTest {
  private static Image gradient(int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 7);
    }
    return new Image(width, height, 3, pixels);
  }

  @Test
  void photosBecomeTensorsOfTheNamedSize() {
    try (Scope scope = Scope.open()) {
      Preprocess voc = Preprocess.named("voc");
      Tensor photo = new FitToModel(voc).tensor(gradient(500, 333), Device.CPU);
      assertThat(photo.shape()).containsExactly(1, 3, 224, 224);
      assertThat(voc).isEqualTo(Preprocess.named("imagenet"));
      assertThat(voc.mean()).containsExactly(0.485, 0.456, 0.406);
      assertThat(voc.std()).containsExactly(0.229, 0.224, 0.225);
      assertThat(new FitToModel(voc).steps().toString())
          .contains("Resize(size=256, interpolation=bilinear", "CenterCrop(size=(224, 224))");
      Preprocess cifar = Preprocess.named("cifar100");
      Tensor small = new FitToModel(cifar).tensor(gradient(500, 333), Device.CPU);
      assertThat(small.shape()).containsExactly(1, 3, 32, 32);
      assertThat(cifar.mean()).containsExactly(0.5070, 0.4865, 0.4409);
      assertThat(cifar.std()).containsExactly(0.2673, 0.2564, 0.2761);
      assertThat(Preprocess.named("cifar10").mean()).containsExactly(0.4914, 0.4822, 0.4465);
      assertThat(Preprocess.named("inception").cropPct()).isEqualTo(0.9);
    }
    assertThatThrownBy(() -> Preprocess.named("mnist"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "unknown preprocessing 'mnist': use one of imagenet, voc, inception, cifar10, cifar100");
  }

  /** All 256 levels of all channels come back. */
  @Test
  void drawingUndoesTheNormalizationExactly() {
    for (String name : Preprocess.NAMES) {
      Preprocess p = Preprocess.named(name).withSize(16, 48);
      Image image = gradient(48, 16);
      try (Scope scope = Scope.open()) {
        Tensor x = new FitToModel(p).batch(List.of(image), Device.CPU);
        assertThat(p.images(x).get(0).pixels()).as(name).isEqualTo(image.pixels());
      }
    }
  }

  /** The patches of an image, drawn one by one, are its pixels. */
  @Test
  void patchesAreDrawnLikeTheWholeImage() {
    Preprocess p = Preprocess.named("cifar100");
    Image image = gradient(32, 32);
    try (Scope scope = Scope.open()) {
      Tensor x = new FitToModel(p).tensor(image, Device.CPU);
      List<Image> patches = p.images(ImageOps.patchify(x, 8, 16).select(0, 0));
      assertThat(patches).hasSize(8);
      Image third = patches.get(3); // row 1, column 1
      assertThat(third.width()).isEqualTo(16);
      assertThat(third.height()).isEqualTo(8);
      for (int c = 0; c < 3; c++) {
        assertThat(third.pixels()[(5 * 16 + 2) * 3 + c])
            .isEqualTo(image.pixels()[((8 + 5) * 32 + 16 + 2) * 3 + c]);
      }
      assertThatThrownBy(() -> p.images(x.select(0, 0)))
          .hasMessage("F32[3, 32, 32] are not images [B, 3, h, w]");
    }
  }

  @Test
  void valuesBeyondThePixelsAreClamped() {
    Preprocess p = Preprocess.named("imagenet");
    byte[] pixels = p.images(Tensor.of(new float[] {-9, 0, 9}, 1, 3, 1, 1)).get(0).pixels();
    assertThat(pixels).containsExactly(0, 116, (byte) 255);
  }
}
