package dev.vit4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TorchFile;
import dev.vit4j.input.Preprocess;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** Files of the Python libraries give the logits that those libraries gave. */
class ForeignWeightsTest {
  private static final double TOLERANCE = 1e-4;

  @TempDir Path dir;

  static Stream<Arguments> fixtures() {
    String tv = "02-torchvision/";
    return Stream.of(
        row("01-timm-vit/a_cls/model.safetensors", "num_heads", 3),
        row("01-timm-vit/b_avgpool/model.safetensors", "num_heads", 3),
        row("01-timm-vit/c_noqkvbias_layerscale/model.safetensors", "num_heads", 4),
        row("01-timm-vit/hub_layout", "", 0),
        row("01-timm-vit/hub_layout/model.safetensors", "", 0),
        row(tv + "vit/model.pth", "", 0),
        row(tv + "vit/model_legacy.pth", "", 0),
        row(tv + "checkpoint/checkpoint.pth", "", 0),
        row(tv + "checkpoint/checkpoint_legacy.pth", "", 0),
        row(tv + "checkpoint/checkpoint_namespace.pth", "num_heads", 2),
        row(tv + "resnet_basic/model.safetensors", "", 0),
        row(tv + "resnet34_cifar", "", 0),
        row("03-huggingface/vit", "", 0),
        row("05-jax-npz/plain.npz", "", 0),
        row("05-jax-npz/resized_pos.npz", "img_size", 40));
  }

  private static Arguments row(String weights, String word, int value) {
    return Arguments.of(weights, word.isEmpty() ? Map.of() : Map.of(word, value));
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void logitsAreTheLibrarys(String weights, Map<String, Object> said) throws IOException {
    String io =
        weights.endsWith(".npz")
            ? weights.replace(".npz", ".io.safetensors")
            : weights.replaceFirst("/model[^/]*$|/checkpoint[^/]*$", "") + "/io.safetensors";
    Map<String, Tensor> golden = Fixture.tensors(io);
    Tensor x = golden.getOrDefault("x", golden.get("pixel_values"));
    assertLogits(Fixture.path(weights), said, x, golden.get("logits"));
  }

  private static void assertLogits(Path weights, Map<String, ?> said, Tensor x, Tensor logits)
      throws IOException {
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(weights, said, line -> {});
        NoGrad g = NoGrad.on()) {
      Tensor mine = loaded.model().apply(x);
      assertThat(mine.shape()).isEqualTo(logits.shape());
      double largest = Math.max(1, logits.maxAbs());
      assertThat(mine.sub(logits).maxAbs()).isLessThan(TOLERANCE * largest);
    }
  }

  /** timm's own model for another size, out of one that lies among other tensors of a file. */
  @Test
  void picturesOfAnotherSize() throws IOException {
    String file = "11-posembed/checkpoint_other_size.safetensors";
    Map<String, Tensor> golden = Fixture.tensors(file);
    Map<String, Object> said = Map.of("num_heads", 2, "img_size", List.of(40, 56));
    assertLogits(Fixture.path(file), said, golden.get("x"), golden.get("logits"));
  }

  /** As Hugging Face stores large models that nobody has turned into safetensors. */
  @Test
  void picklesInSeveralFiles() throws IOException {
    Path whole = Fixture.path("01-timm-vit/hub_layout");
    Files.copy(whole.resolve("config.json"), dir.resolve("config.json"));
    Map<String, Tensor> tensors = WeightsFolder.read(whole.resolve("model.safetensors"));
    List<List<Safetensors.Entry>> shards = List.of(new ArrayList<>(), new ArrayList<>());
    Map<String, String> weightMap = new LinkedHashMap<>();
    for (Safetensors.Entry entry : WeightsFolder.entries(tensors)) {
      int shard = weightMap.size() % 2;
      shards.get(shard).add(entry);
      weightMap.put(entry.name(), "pytorch_model-0000%d-of-00002.bin".formatted(shard + 1));
    }
    TorchFile.write(dir.resolve("pytorch_model-00001-of-00002.bin"), shards.get(0));
    TorchFile.write(dir.resolve("pytorch_model-00002-of-00002.bin"), shards.get(1));
    Files.writeString(
        dir.resolve("pytorch_model.bin.index.json"),
        JsonMapper.shared().writeValueAsString(Map.of("weight_map", weightMap)));
    Map<String, Tensor> golden = Fixture.tensors("01-timm-vit/hub_layout/io.safetensors");
    assertLogits(dir, Map.of(), golden.get("x"), golden.get("logits"));
  }

  @Test
  void theReportSaysWhatWasFound() throws IOException {
    List<String> lines = new ArrayList<>();
    Path file = Fixture.path("02-torchvision/checkpoint/checkpoint.pth");
    ForeignWeights.open(file, Map.of(), lines::add).close();
    assertThat(lines)
        .contains(
            file
                + ": torchvision's names, prefix 'state_dict.module.', 32 tensors; configuration: torchvision's",
            "Left out: optimizer (96)",
            "Model: vit, 11,525 parameters, input 3x16x16, 5 classes");
  }

  /** What torch.save writes of a model that transformers 5 holds in memory. */
  @Test
  void namesOfTransformers5() throws IOException {
    Path folder = Fixture.path("03-huggingface/vit");
    List<Safetensors.Entry> renamed = new ArrayList<>();
    Fixture.tensors("03-huggingface/vit/model.safetensors")
        .forEach(
            (name, t) ->
                renamed.add(
                    WeightsFolder.entries(
                            Map.of(
                                name.replace("encoder.layer.", "layers.")
                                    .replace("attention.attention.query", "attention.q_proj")
                                    .replace("attention.attention.key", "attention.k_proj")
                                    .replace("attention.attention.value", "attention.v_proj")
                                    .replace("attention.output.dense", "attention.o_proj")
                                    .replace("intermediate.dense", "mlp.fc1")
                                    .replace("output.dense", "mlp.fc2"),
                                t))
                        .get(0)));
    Path file = dir.resolve("model.safetensors");
    Safetensors.write(file, renamed, Map.of());
    Files.copy(folder.resolve("config.json"), dir.resolve("config.json"));
    Map<String, Tensor> golden = Fixture.tensors("03-huggingface/vit/io.safetensors");
    assertLogits(dir, Map.of(), golden.get("pixel_values"), golden.get("logits"));
  }

  @Test
  void huggingFaceSaysClassesEpsAndPreprocess() throws IOException {
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(Fixture.path("03-huggingface/vit"))) {
      assertThat(loaded.classes())
          .containsExactly("cat", "dog", "bird", "ship", "frog", "truck", "horse");
      assertThat(loaded.model().args())
          .containsEntry("norm_eps", 1e-12)
          .containsEntry("num_heads", 3);
      List<Double> half = List.of(0.5, 0.5, 0.5);
      assertThat(loaded.preprocess())
          .isEqualTo(new Preprocess(3, 32, 32, "bilinear", 1, "squash", half, half, "none"));
    }
  }

  /** Without its config.json a file's heads are nobody's guess, unless its width is a usual one. */
  @Test
  void headsAreAssumedOfUsualWidthsOnly() throws IOException {
    Path file = dir.resolve("a.safetensors");
    Files.copy(Fixture.path("01-timm-vit/a_cls/model.safetensors"), file);
    assertThatThrownBy(() -> ForeignWeights.open(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(
            "the weights do not determine the number of attention heads, and width 48 is not a usual")
        .hasMessageContaining("--model-args num_heads=N");
    List<String> lines = new ArrayList<>();
    ForeignWeights.open(vit(Map.of()), Map.of(), lines::add).close();
    assertThat(lines)
        .contains(
            "Assumed, since the weights do not contain it: norm_eps=1e-06, global_pool=token, num_heads=3, act=gelu; change with --model-args");
    assertThatThrownBy(() -> ForeignWeights.open(file, Map.of("depth", 3), line -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("depth cannot be set");
  }

  /** A ViT under timm's names: patch 8, width 192, one block, 16 patches; plus other tensors. */
  private Path vit(Map<String, long[]> more) throws IOException {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("cls_token", new long[] {1, 1, 192});
    shapes.put("pos_embed", new long[] {1, 17, 192});
    shapes.put("patch_embed.proj.weight", new long[] {192, 3, 8, 8});
    shapes.put("patch_embed.proj.bias", new long[] {192});
    norm(shapes, "blocks.0.norm1");
    linear(shapes, "blocks.0.attn.qkv", 576, 192);
    linear(shapes, "blocks.0.attn.proj", 192, 192);
    norm(shapes, "blocks.0.norm2");
    linear(shapes, "blocks.0.mlp.fc1", 100, 192);
    linear(shapes, "blocks.0.mlp.fc2", 192, 100);
    norm(shapes, "norm");
    linear(shapes, "head", 5, 192);
    shapes.putAll(more);
    shapes.values().removeIf(shape -> shape.length == 0);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> tensors.put(name, Tensor.full(0.01, dev.vit4j.tensor.Device.CPU, shape)));
    Path file = dir.resolve("vit" + more.hashCode() + ".safetensors");
    Safetensors.write(file, WeightsFolder.entries(tensors), Map.of());
    return file;
  }

  private static void norm(Map<String, long[]> shapes, String name) {
    shapes.put(name + ".weight", new long[] {192});
    shapes.put(name + ".bias", new long[] {192});
  }

  private static void linear(Map<String, long[]> shapes, String name, long out, long in) {
    shapes.put(name + ".weight", new long[] {out, in});
    shapes.put(name + ".bias", new long[] {out});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "attn_pool.pos_embed | attention pooling of another kind",
        "blocks.0.attn.relative_position_bias_table | relative position biases",
        "logit_scale | a model of images and texts of another kind than CLIP",
        "visual.trunk.stem.weight | whose image model is one of timm",
        "text.transformer.embeddings.word_embeddings.weight | whose text model is one of transformers",
        "text_decoder.ln_final.weight | CoCa",
        "something.else | unsupported model: unknown tensor something.else",
        "rope.freqs | learned rotary positions (RoPE)",
        "patch_embed.norm.weight | a norm in the patch embedding, as in AIMv2",
        "blocks.0.attns.0.attn.proj.bias | parallel branches in a block",
        "blocks.0.attn.lambda_k1 | differential attention",
        "layer.0.attention.q_proj.weight | a DINOv3, which rotates queries and keys",
        "stem.conv1.conv.weight | a network of timm's ByobNet",
        "stages.0.blocks.0.norm1.running_mean | a ResNetV2",
      })
  void whatIsNotOursIsRefusedByName(String tensor, String reason) throws IOException {
    Path file = vit(Map.of(tensor, new long[] {192}));
    assertThatThrownBy(() -> ForeignWeights.open(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(tensor)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesNormsOfAnotherKind() throws IOException {
    Path file = vit(Map.of("blocks.0.norm1.bias", new long[0]));
    assertThatThrownBy(() -> ForeignWeights.open(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("blocks.0.norm1 has no bias")
        .hasMessageContaining("RMSNorm");
  }

  @Test
  void refusesAViTWithoutPositionsOrLastNorm() throws IOException {
    long[] none = {};
    Path file = vit(Map.of("pos_embed", none));
    assertThatThrownBy(() -> ForeignWeights.open(file))
        .hasMessageContaining("has no pos_embed: a ViT with rotary positions (RoPE, as DINOv3)");
    Path open = vit(Map.of("norm.weight", none, "norm.bias", none));
    assertThatThrownBy(() -> ForeignWeights.open(open))
        .hasMessageContaining("has no norm after the last block (final_norm false");
  }

  /** A ViT without biases of q, k and v has no tensor that a BEiT does not have. */
  @Test
  void aViTWithoutBiasesIsNoBeit() throws IOException {
    try (WeightsFolder.Loaded loaded =
        ForeignWeights.open(vit(Map.of("blocks.0.attn.qkv.bias", new long[0])))) {
      assertThat(loaded.model().family().name()).isEqualTo("vit");
    }
  }

  /** What timm takes for its DINOv2, DeiT III and CLIP models, told by their parts. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "blocks.0.ls1.gamma blocks.0.ls2.gamma | 0.485 | 0.229 | 0.9",
        "norm_pre.weight norm_pre.bias | 0.48145466 | 0.26862954 | 1.0",
        "blocks.0.attn.q_norm.weight | 0.5 | 0.5 | 0.9",
      })
  void preprocessingOfFilesWithoutAConfiguration(String parts, double mean, double std, double crop)
      throws IOException {
    Map<String, long[]> more = new LinkedHashMap<>();
    for (String part : parts.split(" ", -1)) {
      more.put(part, new long[] {part.contains("q_norm") ? 64 : 192});
    }
    if (parts.contains("norm_pre")) {
      more.put("patch_embed.proj.bias", new long[0]);
    }
    if (parts.contains("q_norm")) {
      for (String name : List.of("q_norm.bias", "k_norm.weight", "k_norm.bias")) {
        more.put("blocks.0.attn." + name, new long[] {64});
      }
    }
    more.put("pos_embed", new long[] {1, 17 * 17 + 1, 192}); // 136 pixels
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(vit(more))) {
      Preprocess p = loaded.preprocess();
      assertThat(p.mean().get(0)).isEqualTo(mean);
      assertThat(p.std().get(0)).isEqualTo(std);
      assertThat(p.cropPct()).isEqualTo(crop);
      assertThat(p.interpolation()).isEqualTo("bicubic");
    }
  }

  @Test
  void preprocessingOfDinov2WithoutAConfiguration() throws IOException {
    Map<String, Object> heads = Map.of("num_heads", 3);
    Map<String, long[]> more = new LinkedHashMap<>();
    more.put("patch_embed.proj.weight", new long[] {192, 3, 14, 14});
    more.put("blocks.0.ls1.gamma", new long[] {192});
    more.put("blocks.0.ls2.gamma", new long[] {192});
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(vit(more), heads, line -> {})) {
      List<Double> mean = List.of(0.485, 0.456, 0.406);
      List<Double> std = List.of(0.229, 0.224, 0.225);
      assertThat(loaded.preprocess())
          .isEqualTo(new Preprocess(3, 56, 56, "bicubic", 1, "center", mean, std, "none"));
    }
  }

  @Test
  void refusesWhatLacksAPart() throws IOException {
    Path file = vit(Map.of("norm.weight", new long[0]));
    assertThatThrownBy(() -> ForeignWeights.open(file))
        .hasMessageContaining("weights do not fit the model: 1 missing (norm.weight)");
    Path nobodys = dir.resolve("nobodys.safetensors");
    Safetensors.write(
        nobodys,
        List.of(
            new Safetensors.Entry(
                "a.b", DType.F32, new long[] {0}, java.nio.ByteBuffer.allocate(0))),
        Map.of());
    assertThatThrownBy(() -> ForeignWeights.open(nobodys))
        .hasMessageContaining("unknown tensor names: 1 tensors, the first is a.b");
  }

  @Test
  void refusesTheConfigurationOfAnotherModel() throws IOException {
    Path file = vit(Map.of());
    Files.writeString(
        dir.resolve("config.json"), "{\"model_type\": \"vit\", \"hidden_size\": 384}");
    assertThatThrownBy(() -> ForeignWeights.open(file))
        .hasMessageContaining("embed_dim is 192 in the weights, but 384 in their configuration");
  }

  /** A small file may claim a model of terabytes; it is refused before the memory is asked for. */
  @Test
  void sizesAreCheckedBeforeMemoryIsTaken() throws IOException {
    Map<String, long[]> claims = new LinkedHashMap<>();
    claims.put("patch_embed.proj.weight", new long[] {16384, 1, 1, 1});
    for (int i = 0; i < 250; i++) {
      claims.put("blocks." + i + ".norm1.weight", new long[] {1});
    }
    claims.put("blocks.0.mlp.fc1.weight", new long[] {16384, 1});
    Path file = vit(claims);
    assertThatThrownBy(() -> ForeignWeights.open(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("weights do not fit the model");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model_type\": \"vit\", \"num_attention_heads\": \"three\"} | num_heads",
        "{\"model_type\": \"vit\", \"num_channels\": [3]} | in_chans",
        "{\"model_type\": \"vit\", \"hidden_act\": \"mish\"} | the activation 'mish'",
        "{\"architecture\": \"vit\", \"model_args\": {\"num_heads\": 5}} | num_heads 5",
        "{\"architecture\": 7, \"pretrained_cfg\": {\"input_size\": 1}} | input_size",
        "{\"architecture\": \"vit_base_patch16_rpn_224\"} | normalizes after attention and MLP",
        "{\"architecture\": \"vit_base_patch16_rope_ape_224\"} | rotates queries and keys by their positions (RoPE)",
        "{\"architecture\": \"vit_pe_core_tiny_patch16_384\"} | rotates queries and keys by their positions (RoPE)",
        "[1] | num_heads=N",
        "{ | not valid JSON",
      })
  void brokenConfigurationsAreOneClearLine(String json, String reason) throws IOException {
    Path file = dir.resolve("a.safetensors");
    Files.copy(Fixture.path("01-timm-vit/a_cls/model.safetensors"), file);
    Files.writeString(dir.resolve("config.json"), json);
    assertThatThrownBy(() -> ForeignWeights.open(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(reason)
        .hasMessageMatching(".*");
  }

  /** A folder with more than one file of weights is a question. */
  @Test
  void asksWhichOfSeveralFiles() {
    assertThatThrownBy(() -> ForeignWeights.open(Fixture.path("02-torchvision/checkpoint")))
        .hasMessageContaining("contains several weights files, choose one of: checkpoint.pth, ");
  }
}
