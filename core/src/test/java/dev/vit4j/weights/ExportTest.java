package dev.vit4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import dev.vit4j.TensorAssert;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorFile;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes from a library goes back to it bit for bit; what it cannot hold is refused. */
class ExportTest {
  @TempDir Path dir;

  private static Map<String, Tensor> tensors(Path file) throws IOException {
    Map<String, Tensor> all = new LinkedHashMap<>();
    try (TensorFile source = TensorFile.open(file)) {
      for (TensorInfo t : source.tensors().values()) {
        all.put(t.name(), Tensor.of(source.data(t.name()), t.dtype(), t.shape()));
      }
    }
    return all;
  }

  private static void assertSame(Path written, Path original) throws IOException {
    Map<String, Tensor> mine = tensors(written);
    Map<String, Tensor> theirs = tensors(original);
    assertThat(mine.keySet()).containsExactlyInAnyOrderElementsOf(theirs.keySet());
    mine.forEach((name, t) -> TensorAssert.assertSameBits(name, t, theirs.get(name)));
  }

  @Test
  void torchvisionsFileComesBack() throws IOException {
    Path original = Fixture.path("02-torchvision/vit/model.pth");
    Path back = dir.resolve("back.pth");
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(original)) {
      assertThat(Export.namesForPth(loaded.model())).isEqualTo(Export.Names.TORCHVISION);
      Export.pth(back, loaded.model(), Export.Names.TORCHVISION);
      assertThatThrownBy(() -> Export.pth(back, loaded.model(), Export.Names.TIMM))
          .isInstanceOf(IOException.class);
    }
    assertSame(back, original);
  }

  @Test
  void huggingFacesFolderComesBack() throws IOException {
    Path original = Fixture.path("03-huggingface/vit");
    Path back = dir.resolve("back");
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(original)) {
      Export.folder(back, loaded, Export.Names.TRANSFORMERS);
      assertThatThrownBy(() -> Export.folder(back, loaded, Export.Names.TIMM))
          .isInstanceOf(IOException.class);
      try (WeightsFolder.Loaded again = ForeignWeights.open(back)) {
        assertThat(again.model().args()).isEqualTo(loaded.model().args());
        assertThat(again.preprocess()).isEqualTo(loaded.preprocess());
        assertThat(again.classes()).isEqualTo(loaded.classes());
      }
      assertThat(Export.remarks(loaded, Export.Names.TIMM))
          .containsExactly(
              "The model's norms have eps 1e-12, those of timm 1e-06: logits differ by about as much");
    }
    assertSame(back.resolve("model.safetensors"), original.resolve("model.safetensors"));
    try (Safetensors file = Safetensors.open(back.resolve("model.safetensors"))) {
      assertThat(file.metadata()).containsEntry("format", "pt"); // transformers asks for it
    }
  }

  @Test
  void timmsFolderComesBack() throws IOException {
    Path original = Fixture.path("01-timm-vit/hub_layout");
    Path back = dir.resolve("back");
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(original)) {
      Export.folder(back, loaded, Export.Names.TIMM);
      try (WeightsFolder.Loaded again = ModelSource.open(back)) {
        assertThat(again.model().args()).isEqualTo(loaded.model().args());
        assertThat(again.preprocess()).isEqualTo(loaded.preprocess());
      }
    }
    assertSame(back.resolve("model.safetensors"), original.resolve("model.safetensors"));
  }

  @ParameterizedTest
  @CsvSource({
    "b_avgpool, 3, TORCHVISION, its ViT reads a class token after a norm over all tokens",
    "b_avgpool, 3, TRANSFORMERS, its IJepa has its last norm before pooling",
    "c_noqkvbias_layerscale, 4, TORCHVISION, 'its ViT has one head and biases of q, k and v'",
  })
  void refusesWhatALibraryCannotHold(String name, int heads, Export.Names names, String reason)
      throws IOException {
    Path original = Fixture.path("01-timm-vit/" + name + "/model.safetensors");
    Map<String, Object> said = Map.of("num_heads", heads);
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(original, said, line -> {})) {
      assertThat(Export.namesForPth(loaded.model())).isEqualTo(Export.Names.TIMM);
      Path file = dir.resolve("a.safetensors");
      assertThatThrownBy(() -> Export.safetensors(file, loaded, names))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("%s does not support vit: %s; use --names timm".formatted(names, reason));
      Export.safetensors(file, loaded, Export.Names.TIMM);
      assertSame(file, original);
    }
  }

  @Test
  void wordsOfNames() {
    assertThat(Export.Names.of("transformers")).isEqualTo(Export.Names.TRANSFORMERS);
    assertThatThrownBy(() -> Export.Names.of("keras"))
        .hasMessage("names must be one of timm, torchvision, transformers, open_clip, not 'keras'");
  }
}
