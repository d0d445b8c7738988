package dev.vit4j.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.model.catalog.Models;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedTest {
  @TempDir private Path home;

  @ParameterizedTest
  @CsvSource({
    "google/vit-base-patch16-224, google/vit-base-patch16-224",
    "hf-hub:timm/a.b_c, timm/a.b_c",
    "hf_hub:timm/a@v1.0, timm/a@v1.0",
    "timm/a@main, timm/a",
    "timm/a@refs/pr/1, timm/a@refs/pr/1",
    "hf-hub:torchvision/x, hf-hub:torchvision/x",
    "vit_tiny_patch16_224.augreg_in21k_ft_in1k, timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k",
    "torchvision/vit_b_16, torchvision/vit_b_16.IMAGENET1K_V1",
    "vit_b_16, torchvision/vit_b_16.IMAGENET1K_V1",
    "vit_b_16.IMAGENET1K_SWAG_E2E_V1, torchvision/vit_b_16.IMAGENET1K_SWAG_E2E_V1",
    "torchvision/resnet50, torchvision/resnet50.IMAGENET1K_V2",
    "resnet50.IMAGENET1K_V1, torchvision/resnet50.IMAGENET1K_V1",
    "resnet50.tv_in1k, timm/resnet50.tv_in1k",
    "ViT-B-32.laion2b_s34b_b79k, ViT-B-32.laion2b_s34b_b79k",
    "ViT-B-32:laion2b-s34b-b79K, ViT-B-32.laion2b_s34b_b79k",
    "ViT-B-32.openai, ViT-B-32-quickgelu.openai",
    "ViT-B-32-quickgelu:openai, ViT-B-32-quickgelu.openai",
    "ViT-L-14-336.openai, ViT-L-14-336-quickgelu.openai"
  })
  void readsNames(String word, String name) {
    assertThat(Published.parse(word).orElseThrow().name()).isEqualTo(name);
    assertThat(Published.parse(name).map(Published::name)).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vit_tiny_patch16_224",
        "resnet50",
        "model",
        "a/b/c",
        "../b",
        "/a/b",
        "a/",
        "./b",
        "~/b",
        "C:\\x",
        "a/b@c@d",
        "vit_tiny_patch16_224.",
        "a b/c",
        ""
      })
  void otherWordsAreNoNames(String word) {
    assertThat(Published.parse(word)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ViT-B-32-quickgelu.laion2b_s34b_b79k | open_clip's weights laion2b_s34b_b79k of ViT-B-32 were trained without quick GELU: use ViT-B-32.laion2b_s34b_b79k",
        "ViT-L-14-336:laion | open_clip has no known weights 'laion' of ViT-L-14-336: it has openai",
        "RN50.laion400m | open_clip has no known weights 'laion400m' of RN50: it has openai, yfcc15m, cc12m",
      })
  void wrongPairsOfOpenClipAreSaid(String word, String message) {
    assertThatThrownBy(() -> Published.parse(word))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void pairsOfOpenClipAreOfTheCatalog() {
    assertThat(Pretrained.architecture("ViT-B-32.openai")).isEqualTo("ViT-B-32-quickgelu");
    assertThat(Pretrained.named("ViT-H-14.laion2b_s32b_b79k").page(HubSettings.of(Map.of(), home)))
        .isEqualTo("https://huggingface.co/laion/CLIP-ViT-H-14-laion2B-s32B-b79K");
    assertThatThrownBy(() -> Pretrained.named("RN50"))
        .hasMessage(
            "RN50 has no default weights: use RN50.TAG with one of open_clip's tags openai, yfcc15m, cc12m");
    Models.ALL.stream()
        .flatMap(family -> family.interop().openClipWeights().stream())
        .forEach(
            pair -> {
              assertThat(Models.names()).contains(pair.model());
              assertThat(Published.parse(pair.repository())).isPresent();
              assertThat(Published.parse(pair.model() + "." + pair.tag()).map(Published::name))
                  .contains(pair.model() + "." + pair.tag());
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a--b/c", "a/b..c", "hf-hub:a", "a/b@../x", "a/b@x//y", "a/b@/x", "a/b@x/"})
  void badNamesOfTheHubAreSaid(String word) {
    assertThatThrownBy(() -> Published.parse(word))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("'.*' is not a (Hub model name|valid revision of).*");
  }

  @Test
  void torchvisionsFilesAreWhereTorchHubKeepsThem() throws IOException {
    TorchvisionModel model = TorchvisionModel.parse("torchvision/resnet18").orElseThrow();
    HubSettings plain = HubSettings.of(Map.of(), home);
    assertThat(model.address(plain))
        .isEqualTo(URI.create("https://download.pytorch.org/models/resnet18-f37072fd.pth"));
    assertThat(model.hash()).isEqualTo("f37072fd");
    Path file = home.resolve(".cache/torch/hub/checkpoints/resnet18-f37072fd.pth");
    assertThat(model.path(plain)).isEqualTo(file);
    assertThat(model.cached(plain)).isEmpty();
    Files.createDirectories(file.getParent());
    Files.createFile(file);
    assertThat(model.cached(plain)).contains(file);
    assertThat(model.path(HubSettings.of(Map.of("TORCH_HOME", "~/t"), home)))
        .isEqualTo(home.resolve("t/hub/checkpoints/resnet18-f37072fd.pth"));
    assertThatThrownBy(() -> Published.parse("torchvision/resnet50.IMAGENET1K_V3"))
        .hasMessage(
            "torchvision's resnet50 has no weights 'IMAGENET1K_V3': it has IMAGENET1K_V1, IMAGENET1K_V2");
    assertThatThrownBy(() -> Published.parse("torchvision/swin_t"))
        .hasMessageContaining("torchvision has no known weights of 'swin_t', only of")
        .hasMessageContaining(" resnet18,");
  }

  @Test
  void theEnvironmentSaysWhere() throws IOException {
    HubSettings plain = HubSettings.of(Map.of(), home);
    assertThat(plain.hubCache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
    assertThat(plain.endpoint()).hasToString("https://huggingface.co");
    assertThat(plain.token()).isNull();
    assertThat(plain.isOffline()).isFalse();
    HubSettings xdg = HubSettings.of(Map.of("XDG_CACHE_HOME", "/x"), home);
    assertThat(xdg.hubCache()).isEqualTo(Path.of("/x/huggingface/hub"));
    HubSettings own =
        HubSettings.of(Map.of("HF_HOME", "~/hf", "HF_ENDPOINT", "http://h:1/p/"), home);
    assertThat(own.hubCache()).isEqualTo(home.resolve("hf/hub"));
    assertThat(own.endpoint()).hasToString("http://h:1/p");
    HubSettings cache = HubSettings.of(Map.of("HF_HOME", "/a", "HF_HUB_CACHE", "/b"), home);
    assertThat(cache.hubCache()).isEqualTo(Path.of("/b"));
    HubSettings bad = HubSettings.of(Map.of("HF_ENDPOINT", "ftp://x", "HF_TOKEN", "a\nb"), home);
    assertThatThrownBy(bad::endpoint).hasMessageContaining("HF_ENDPOINT is 'ftp://x'");
    assertThatThrownBy(bad::token).hasMessageContaining("HF_TOKEN").hasMessageNotContaining("a\nb");
  }

  @Test
  void pretrainedMeansTimmsDefaults() {
    assertThat(Pretrained.named("vit_base_patch16_224").name())
        .isEqualTo("timm/vit_base_patch16_224.augreg2_in21k_ft_in1k");
    assertThat(Pretrained.named("vit_base_patch16_224.dino").name())
        .isEqualTo("timm/vit_base_patch16_224.dino");
    assertThat(Pretrained.named("vit_base_patch14_reg4_dinov2").name())
        .isEqualTo("timm/vit_base_patch14_reg4_dinov2.lvd142m");
    for (String name : List.of("", ".openai")) {
      assertThat(Pretrained.named("vit_large_patch14_clip_quickgelu_336" + name).name())
          .isEqualTo("timm/vit_large_patch14_clip_336.openai");
    }
    assertThat(Pretrained.named("mvitv2_tiny").name()).isEqualTo("timm/mvitv2_tiny.fb_in1k");
    assertThat(Pretrained.named("mvitv2_base_cls").name())
        .isEqualTo("timm/mvitv2_base_cls.fb_inw21k");
    assertThat(Pretrained.named("resnet50.IMAGENET1K_V2").name())
        .isEqualTo("torchvision/resnet50.IMAGENET1K_V2");
    assertThat(Pretrained.architecture("vit_base_patch16_224.dino"))
        .isEqualTo("vit_base_patch16_224");
    assertThat(Pretrained.architecture("unknown.dino")).isEqualTo("unknown.dino");
    assertThatThrownBy(() -> Pretrained.named("cct_7_3x1_32"))
        .hasMessageContaining("no pretrained weights of cct_7_3x1_32 are known");
    long known = Models.names().stream().filter(n -> Pretrained.of(n).isPresent()).count();
    assertThat(known).isEqualTo(135);
  }
}
