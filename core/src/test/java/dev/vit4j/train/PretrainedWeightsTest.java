package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.hub.FakeHub;
import dev.vit4j.hub.HubModel;
import dev.vit4j.hub.HubSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainedWeightsTest {
  private static final HubModel MODEL = new HubModel(FakeHub.ID, HubModel.MAIN);

  @TempDir private Path home;

  @Test
  void areFetchedOnceAfterSayingSo() throws IOException {
    try (FakeHub hub = new FakeHub().with("model.safetensors", new byte[4_000_000])) {
      HubSettings settings = HubSettings.of(hub.environment(home), home);
      List<String> said = new ArrayList<>();
      Path place = PretrainedWeights.get(MODEL, settings, said::add);
      assertThat(place.resolve("model.safetensors")).hasSize(4_000_000);
      assertThat(said.get(0))
          .startsWith("Downloading pretrained weights timm/tiny, 4.00 MB, from http://127.0.0.1:")
          .endsWith("/timm/tiny to " + place);
      assertThat(said.get(1)).matches("model\\.safetensors: 1\\.\\d\\d of 4\\.00 MB");
      assertThat(said).hasSize(5).last().asString().isEqualTo("model.safetensors: 4.00 of 4.00 MB");
      said.clear();
      assertThat(PretrainedWeights.get(MODEL, settings, said::add)).isEqualTo(place);
      assertThat(said).isEmpty();
    }
  }

  @Test
  void areNotFetchedWhereThatIsForbidden() {
    HubSettings offline = HubSettings.of(Map.of("HF_HUB_OFFLINE", "1"), home);
    assertThatThrownBy(() -> PretrainedWeights.get(MODEL, offline, line -> {}))
        .hasMessageContaining("downloads are disabled: put config.json and model.safetensors of")
        .hasMessageEndingWith(
            "into " + home.resolve(".cache/huggingface/hub/models--timm--tiny/snapshots/main"));
  }
}
