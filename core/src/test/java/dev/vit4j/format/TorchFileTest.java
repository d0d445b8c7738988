package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.Fixture;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that torch wrote, and files for torch. */
class TorchFileTest {
  @TempDir Path dir;

  private static TensorFile open(String fixture) throws IOException {
    return TensorFile.open(Fixture.path(fixture));
  }

  private static void assertEqual(TensorFile actual, String name, TensorFile expected, String other)
      throws IOException {
    TensorInfo a = actual.tensors().get(name);
    TensorInfo e = expected.tensors().get(other);
    assertThat(a).as(name).isNotNull();
    assertThat(a.dtype()).as(name).isEqualTo(e.dtype());
    assertThat(a.shape()).as(name).isEqualTo(e.shape());
    assertThat(actual.data(name).order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(actual.data(name)).as(name).isEqualTo(expected.data(other));
  }

  @ParameterizedTest
  @ValueSource(strings = {"kinds.pth", "kinds_legacy.pth"})
  void everyKindOfTensorBitForBit(String file) throws IOException {
    try (TensorFile kinds = open("02-torchvision/tensor_kinds/" + file);
        TensorFile expected = open("02-torchvision/tensor_kinds/expected.safetensors")) {
      assertThat(kinds).isInstanceOf(TorchFile.class);
      assertThat(kinds.tensors().keySet())
          .containsExactlyInAnyOrderElementsOf(expected.tensors().keySet())
          .hasSize(18);
      for (String name : expected.tensors().keySet()) {
        assertEqual(kinds, name, expected, name);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void everyProtocol(int protocol) throws IOException {
    try (TensorFile file = open("02-torchvision/tensor_kinds/protocol" + protocol + ".pth");
        TensorFile expected = open("02-torchvision/tensor_kinds/expected.safetensors")) {
      assertThat(file.metadata()).isEqualTo(Map.of("n", "3"));
      ByteBuffer rows = ByteBuffer.allocate(6 * 8 * 4);
      rows.put(expected.data("shared_a")).put(expected.data("shared_b")).flip();
      assertThat(file.data("w")).isEqualTo(rows);
    }
  }

  @Test
  void nestedContainersAreLaidFlat() throws IOException {
    try (TensorFile file = open("02-torchvision/tensor_kinds/nested.pth")) {
      assertThat(file.tensors().keySet()).containsExactly("a.b.0", "a.b.1.0", "a.5");
      assertThat(file.data("a.b.0").getFloat()).isEqualTo(1f);
      assertThat(file.metadata())
          .hasToString(
              "{a.b.1.1=text, a.b.1.2=3, a.b.1.3=2.5, a.b.1.4=None, a.b.1.5=True, "
                  + "big=1180591620717411303424, neg=-1, uni=grün ✓, bytes=2 bytes, set=[1, 2], "
                  + "size=[2, 3], dtype=torch.float16, device=cpu}");
    }
  }

  @Test
  void theOldFormatHoldsTheSameModel() throws IOException {
    try (TensorFile zip = open("02-torchvision/vit/model.pth");
        TensorFile legacy = open("02-torchvision/vit/model_legacy.pth")) {
      assertThat(legacy.tensors().keySet()).containsExactlyElementsOf(zip.tensors().keySet());
      for (String name : zip.tensors().keySet()) {
        assertEqual(legacy, name, zip, name);
      }
    }
  }

  @Test
  void trainingCheckpoints() throws IOException {
    try (TensorFile zip = open("02-torchvision/checkpoint/checkpoint.pth");
        TensorFile legacy = open("02-torchvision/checkpoint/checkpoint_legacy.pth");
        TensorFile namespace = open("02-torchvision/checkpoint/checkpoint_namespace.pth")) {
      assertThat(zip.metadata())
          .containsEntry("epoch", "7")
          .containsEntry("best_acc1", "71.25")
          .containsEntry("optimizer.param_groups.0.betas", "[0.9, 0.999]")
          .containsEntry("optimizer.param_groups.0.eps", "1e-8");
      assertThat(legacy.tensors().keySet()).hasSize(32).contains("state_dict.module.class_token");
      for (String name : legacy.tensors().keySet()) {
        assertEqual(zip, name, legacy, name);
        assertEqual(namespace, name.replace("state_dict.module.", "model."), legacy, name);
      }
      // The class in the file is shown by its name and attributes; there is no such object.
      assertThat(namespace.metadata())
          .hasToString(
              "{epoch=3, args=argparse.Namespace, args.lr=0.001, args.model=vit, args.data=[a, b]}");
    }
  }

  @Test
  void aTorchScriptArchiveGivesTheStateDict() throws IOException {
    try (TensorFile script = open("04-open-clip/openai_fp16/model_torchscript.pt");
        TensorFile plain = open("04-open-clip/openai_fp16/model.pt")) {
      assertThat(script.metadata()).containsEntry("format", "TorchScript");
      for (String name : plain.tensors().keySet()) {
        assertEqual(script, name, plain, name);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet_basic", "resnet34_cifar"})
  void modelsOfTorchvision(String model) throws IOException {
    Path path = dir.resolve("copy.pth");
    try (TensorFile expected = open("02-torchvision/" + model + "/model.safetensors")) {
      List<Safetensors.Entry> entries = new ArrayList<>();
      for (TensorInfo t : expected.tensors().values()) {
        entries.add(new Safetensors.Entry(t.name(), t.dtype(), t.shape(), expected.data(t.name())));
      }
      TorchFile.write(path, entries);
      try (TensorFile copy = TensorFile.open(path)) {
        assertThat(copy.tensors().keySet()).containsExactlyElementsOf(expected.tensors().keySet());
        for (String name : expected.tensors().keySet()) {
          assertEqual(copy, name, expected, name);
        }
      }
    }
  }

  @Test
  void everyTypeGoesRound() throws IOException {
    List<Safetensors.Entry> entries = new ArrayList<>();
    for (DType dtype : DType.values()) {
      entries.add(SafetensorsTest.entry("ü." + dtype, dtype, 3, 1));
    }
    entries.add(SafetensorsTest.entry("scalar", DType.F32));
    entries.add(SafetensorsTest.entry("empty", DType.F16, 4, 0, 7));
    Path path = dir.resolve("all.pth");
    TorchFile.write(path, entries);
    try (TensorFile file = TensorFile.open(path)) {
      assertThat(file).isInstanceOf(TorchFile.class);
      assertThat(file.tensors().keySet())
          .containsExactlyElementsOf(entries.stream().map(Safetensors.Entry::name).toList());
      for (Safetensors.Entry e : entries) {
        assertThat(file.tensors().get(e.name()).dtype()).isEqualTo(e.dtype());
        assertThat(file.tensors().get(e.name()).shape()).isEqualTo(e.shape());
        assertThat(file.data(e.name())).isEqualTo(e.littleEndianData());
      }
    }
  }
}
