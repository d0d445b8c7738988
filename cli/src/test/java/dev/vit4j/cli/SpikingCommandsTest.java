package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code vit summary --spiking} and the spikes of {@code vit explain}. */
class SpikingCommandsTest {
  private static final List<String> SMALL =
      List.of(
          "img_size=28",
          "in_chans=1",
          "embed_dim=16",
          "depth=1",
          "num_heads=2",
          "T=3",
          "v_threshold=0.1");

  @TempDir Path dir;

  /** Runs a verb on a small Spikformer with random weights. */
  private static Vit small(String verb, String... words) {
    List<String> all = new ArrayList<>(List.of(verb, "spikformer"));
    SMALL.forEach(argument -> all.addAll(List.of("--model-args", argument)));
    all.addAll(List.of(words));
    return Vit.run(all.toArray(new String[0]));
  }

  @Test
  void summaryListsRatesOfRandomPixels() {
    Vit vit = small("summary", "--spiking");
    assertThat(vit.code()).isZero();
    assertThat(vit.out())
        .contains("block.0.attn.q_lif", "block.0.attn.qk", "mean of 1 image, 3 time steps")
        .contains("Firing rate of all neurons: 0.", "Estimated energy: ")
        .doesNotContain("Input Shape");
  }

  @Test
  void summaryMeasuresImagesOfADataSet() {
    Vit vit = small("summary", "--spiking", "--data", "mnist-sample", "-b", "5", "--json");
    assertThat(vit.code()).isZero();
    JsonNode spiking = vit.json().get("spiking");
    assertThat(spiking.get("images").asInt()).isEqualTo(5);
    assertThat(spiking.get("time_steps").asInt()).isEqualTo(3);
    assertThat(spiking.get("rate").asDouble()).isBetween(0.001, 0.9);
    JsonNode first = spiking.at("/layers/0");
    assertThat(first.get("name").asString()).isEqualTo("patch_embed.proj_conv");
    assertThat(first.get("kind").asString()).isEqualTo("multiplies");
    assertThat(first.get("operations").asDouble()).isEqualTo(2 * 9 * 28 * 28);
    assertThat(vit.json().get("params").asLong()).isPositive();
  }

  @Test
  void whatHasNoSpikesIsOneLine() {
    Vit vit = Vit.run("summary", "vit_mnist_1850", "--spiking");
    assertThat(vit.code()).isEqualTo(2);
    assertThat(vit.err()).contains("vit_mnist_1850 has no spiking neurons: only a spikformer has");
    Vit data = Vit.run("summary", "vit_mnist_1850", "--data", "mnist-sample");
    assertThat(data.code()).isEqualTo(2);
    assertThat(data.err()).contains("--data needs --spiking");
    Vit steps = Vit.run("summary", "spikformer", "--model-args", "T=0");
    assertThat(steps.err()).contains("T must be from 1 to 1024, not 0").doesNotContain("\tat ");
  }

  @Test
  void explainDrawsTheSpikesOfEveryLayer() throws Exception {
    Path out = dir.resolve("e");
    Vit vit = small("explain", "--data", "mnist-sample", "--only", "spikes", "-o", out.toString());
    assertThat(vit.code()).isZero();
    // 12 layers of neurons at 3 steps
    assertThat(ImageIO.read(out.resolve("spikes.png").toFile()).getHeight()).isGreaterThan(1500);
    Vit none = Vit.run("explain", "vit_mnist_1850", "--data", "mnist-sample", "--only", "spikes");
    assertThat(none.err()).contains("the model has no spiking neurons");
  }
}
