package dev.vit4j.model.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import dev.vit4j.model.Model;
import dev.vit4j.model.vit.Vit;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.MacCounter;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Sizes and names of every model in the catalog equal timm's. */
class ModelsTest {
  static List<String> names() {
    return Models.names();
  }

  private static JsonNode counts(String name) {
    return Fixture.json("12-counts/counts.json").path(name);
  }

  private static long macs(Model model) {
    Tensor x =
        Tensor.empty(DType.F32, Device.META, 1, model.channels(), model.height(), model.width());
    try (NoGrad g = NoGrad.on();
        Trace trace = Trace.start();
        MacCounter counter = MacCounter.start()) {
      model.train(false);
      model.apply(x);
      return counter.total();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "vit_tiny_patch16_224", "vit_small_patch16_224", "vit_base_patch16_224",
    "vit_base_patch32_224", "vit_large_patch16_224", "vit_base_patch16_384",
    "vit_huge_patch14_224", "deit_tiny_patch16_224", "deit_small_patch16_224",
    "deit_base_patch16_224", "deit_tiny_distilled_patch16_224",
  })
  void countsEqualTimm(String name) {
    Model model = Models.create(name, Map.of(), Init.shapesOnly());
    JsonNode golden = counts("timm/" + name);
    assertThat(model.parameterCount()).isEqualTo(golden.get("params").asLong());
    assertThat(macs(model)).isEqualTo(golden.get("macs_matmul_conv").asLong());
  }

  @ParameterizedTest
  @CsvSource({"resnet18", "resnet34", "resnet50", "resnet101"})
  void resnetCountsEqualTorchvision(String name) {
    Model model = Models.create(name, Map.of(), Init.shapesOnly());
    JsonNode golden = counts("torchvision/" + name);
    assertThat(model.parameterCount()).isEqualTo(golden.get("params").asLong());
    assertThat(model.buffers().values().stream().mapToLong(Tensor::count).sum())
        .isEqualTo(golden.get("buffers").asLong());
    assertThat(macs(model)).isEqualTo(golden.get("macs_matmul_conv").asLong());
  }

  /** Counts of PyTorch: torchvision's and timm's shapes, chenyaofo's CIFAR ResNets. */
  @ParameterizedTest
  @CsvSource({
    "resnet152, 60192808, 11513626624",
    "resnext50_32x4d, 25028904, 4230479872",
    "resnext101_32x4d, 44177704, 7969996800",
    "resnext101_32x8d, 88791336, 16414015488",
    "resnext101_64x4d, 83455272, 15460270080",
    "wide_resnet50_2, 68883240, 11398021120",
    "wide_resnet101_2, 126886696, 22753050624",
    "resnet18d, 11708744, 2053713920",
    "resnet34d, 21816904, 3903401984",
    "resnet50d, 25576264, 4328824832",
    "resnet101d, 44568392, 8041046016",
    "resnet152d, 60212040, 11753267200",
    "resnet18_cifar, 11220132, 555468800",
    "resnet18_cifar_w32, 2820740, 139322368",
    "resnet34_cifar, 21328292, 1159448576",
    "resnet50_cifar, 23705252, 1298014208",
    "resnet101_cifar, 42697380, 2510168064",
    "resnet152_cifar, 58341028, 3722321920",
    "resnet20_cifar, 278324, 40818944",
    "resnet32_cifar, 472756, 69130496",
    "resnet44_cifar, 667188, 97442048",
    "resnet56_cifar, 861620, 125753600",
    "plainnet20_cifar, 275572, 40556800",
    "plainnet34_cifar, 21154468, 1153157120",
    "vit_cifar_d192, 2714980, 187734144",
  })
  void smallPicturesCountsEqualTorch(String name, long parameters, long macs) {
    Model model = Models.create(name, Map.of(), Init.shapesOnly());
    assertThat(model.parameterCount()).isEqualTo(parameters);
    assertThat(macs(model)).isEqualTo(macs);
  }

  /** timm's counts, computed with version 1.0.31. */
  @ParameterizedTest
  @CsvSource({
    "mvitv2_tiny, 24173320",
    "mvitv2_small, 34870216",
    "mvitv2_base, 51472744",
    "mvitv2_large, 217992952",
    "mvitv2_small_cls, 34870312",
    "mvitv2_base_cls, 65444032",
    "mvitv2_large_cls, 234583216",
    "mvitv2_huge_cls, 694804128",
    "beit_base_patch16_224, 86530984",
    "beit_base_patch16_384, 86744104",
    "beit_large_patch16_224, 304430568",
    "beit_large_patch16_512, 305674728",
    "beitv2_base_patch16_224, 86530984",
    "beitv2_large_patch16_224, 304430568",
    "eva02_tiny_patch14_336, 5756584",
    "eva02_small_patch14_336, 22129000",
    "eva02_base_patch14_448, 87117544",
    "eva02_large_patch14_448, 305080232",
  })
  void countsEqualTimm(String name, long parameters) {
    assertThat(Models.create(name, Map.of(), Init.shapesOnly()).parameterCount())
        .isEqualTo(parameters);
  }

  /** Parameters, classes, image size and default tag of every ViT that timm also has. */
  @Test
  void vitsAndTagsEqualTimm() {
    JsonNode golden = Fixture.json("20-vit-kinds/facts.json").get("models");
    Map<String, String> tags = Vit.FAMILY.interop().timmTags();
    int compared = 0;
    for (String name : Vit.FAMILY.variants().keySet()) {
      if (golden.has(name)) {
        JsonNode timm = golden.get(name);
        Model model = Models.create(name, Map.of(), Init.shapesOnly());
        assertThat(model.parameterCount()).as(name).isEqualTo(timm.get("parameters").asLong());
        assertThat(model.numClasses()).as(name).isEqualTo(timm.get("num_classes").asInt());
        assertThat(model.height()).as(name).isEqualTo(timm.get("img_size").asInt());
        assertThat(tags.getOrDefault(name, "untrained"))
            .as(name)
            .isEqualTo(timm.get("tag").asString());
        compared++;
      }
    }
    assertThat(compared).isEqualTo(91);
  }

  @Test
  void resnet20AsInThePaperHasTheKnownNumber() {
    Map<String, ?> words = Map.of("shortcut", "A", "num_classes", 10);
    Model model = Models.create("resnet20_cifar", words, Init.shapesOnly());
    assertThat(model.parameterCount()).isEqualTo(269_722);
    assertThat(model.parameters()).containsKeys("linear.weight", "layer2.0.conv1.weight");
  }

  @Test
  void theTinyMnistModelHas1850Parameters() {
    Model model = Models.create("vit_mnist_1850", Map.of(), Init.shapesOnly());
    assertThat(model.parameterCount()).isEqualTo(1850);
    assertThat(macs(model)).isEqualTo(33008);
  }

  @Test
  void baseWithThreeClasses() {
    Model model =
        Models.create("vit_base_patch16_224", Map.of("num_classes", 3), Init.shapesOnly());
    assertThat(model.parameterCount()).isEqualTo(85_800_963);
  }

  @Test
  void hugeWithAHead() {
    Model model =
        Models.create("vit_huge_patch14_224", Map.of("num_classes", 1000), Init.shapesOnly());
    assertThat(model.parameterCount())
        .isEqualTo(counts("timm/vit_huge_patch14_224 (num_classes=1000)").get("params").asLong());
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyNameRunsAndKeepsItsArguments(String name) {
    Model model = Models.create(name, Map.of(), Init.shapesOnly());
    assertThat(macs(model)).isPositive();
    Model again = Models.create(name, model.args(), Init.shapesOnly());
    assertThat(again.args()).isEqualTo(model.args());
    assertThat(again.parameterCount()).isEqualTo(model.parameterCount());
  }

  @Test
  void namesAndShapesEqualTimmInOrder() {
    JsonNode golden = Fixture.json("12-counts/shapes.json");
    int compared = 0;
    for (String name : names()) {
      String key = name.equals("vit_mnist_1850") ? "tiny_mnist_vit" : "timm/" + name;
      if (!golden.has(key)) {
        continue;
      }
      List<String> expected = new ArrayList<>();
      golden.get(key).properties().forEach(e -> expected.add(e.getKey() + e.getValue()));
      List<String> mine = new ArrayList<>();
      Models.create(name, Map.of(), Init.shapesOnly())
          .parameters()
          .forEach((n, t) -> mine.add(n + java.util.Arrays.toString(t.shape()).replace(" ", "")));
      assertThat(mine).as(name).isEqualTo(expected);
      compared++;
    }
    assertThat(compared).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "img_size | 225 | image height 225 is not divisible by patch size 16: use 224 or 240",
        "num_heads | 7 | embed_dim 192 is not divisible by num_heads 7: use 6 or 8 heads",
        "depth | 0 | depth must be from 1 to 256, not 0",
        "num_classes | -1 | num_classes must be from 0 to 1000000, not -1",
        "drop_rate | 1 | drop_rate must be below 1",
        "patch_size | 0 | patch_size must be pixels from 1 to 16384, not 0",
      })
  void impossibleWordsSayWhatWouldDo(String key, int value, String message) {
    assertThatThrownBy(
            () -> Models.create("vit_tiny_patch16_224", Map.of(key, value), Init.shapesOnly()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("vit_tiny_patch16_224");
  }

  @Test
  void unknownNamesAndWordsAreRefused() {
    assertThatThrownBy(() -> Models.create("vit_medium", Map.of(), Init.shapesOnly()))
        .hasMessageContaining("unknown model 'vit_medium'");
    assertThatThrownBy(() -> Models.create("vit_mnist_1850", Map.of("width", 8), Init.shapesOnly()))
        .hasMessageContaining("unknown model argument 'width'");
  }
}
