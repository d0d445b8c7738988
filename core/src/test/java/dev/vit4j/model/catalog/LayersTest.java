package dev.vit4j.model.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.model.Family;
import dev.vit4j.model.Model;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.model.vit.Vit;
import dev.vit4j.model.vit.VitConfig;
import dev.vit4j.nn.BatchNorm2d;
import dev.vit4j.nn.Conv2d;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Linear;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which layer a parameter belongs to, and what the classifier is called. */
class LayersTest {
  /** A family that says nothing of its own, with the names of a ResNet. */
  private static final class Plain extends Model {
    Plain(int classes) {
      super("plain", VitConfig.of("plain", Map.of("num_classes", classes)));
      Init init = Init.shapesOnly();
      child("conv1", new Conv2d(init, 3, 4, 3, 1, 1));
      child("bn1", new BatchNorm2d(init, 4));
      child("layer1.0.conv1", new Conv2d(init, 4, 4, 3, 1, 1));
      child("layer1.0.downsample.0", new Conv2d(init, 4, 4, 3, 1, 1));
      child("layer1.1.conv1", new Conv2d(init, 4, 4, 3, 1, 1));
      child("layer2.0.conv1", new Conv2d(init, 4, 4, 3, 1, 1));
      child("norm", new LayerNorm(init, 4, 1e-5));
      if (classes > 0) {
        child("fc", new Linear(init, 4, classes, true));
      }
    }

    @Override
    protected Tensor forward(Tensor x) {
      return x;
    }

    @Override
    public Family family() {
      return Vit.FAMILY;
    }

    @Override
    public TimmConfig timmConfig() {
      return new TimmConfig(name(), Map.of(), 0, "", "", "", false);
    }
  }

  @Test
  void blocksAreTheNumberedParts() {
    Map<String, Integer> layers = new Plain(10).layers();
    assertThat(layers)
        .containsEntry("conv1.weight", 0)
        .containsEntry("bn1.bias", 0)
        .containsEntry("layer1.0.conv1.weight", 1)
        .containsEntry("layer1.0.downsample.0.weight", 1)
        .containsEntry("layer1.1.conv1.weight", 2)
        .containsEntry("layer2.0.conv1.weight", 3)
        .containsEntry("norm.bias", 3)
        .containsEntry("fc.weight", 4)
        .containsEntry("fc.bias", 4);
    assertThat(new Plain(10).classifier()).containsExactly("fc");
    assertThat(new Plain(0).classifier()).isEmpty();
    assertThat(new Plain(0).layers()).containsEntry("norm.weight", 3).hasSize(9);
  }

  private static Model vit(Map<String, Object> args) {
    return Models.create("vit_mnist_1850", args, Init.shapesOnly());
  }

  /** The numbers of timm's {@code group_parameters(model, model.group_matcher())}. */
  @Test
  void aVitsAreTimms() {
    assertThat(vit(Map.of("reg_tokens", 2, "pre_norm", true)).layers())
        .containsEntry("reg_token", 0)
        .containsEntry("pos_embed", 0)
        .containsEntry("norm_pre.weight", 0)
        .containsEntry("patch_embed.proj.weight", 0)
        .containsEntry("blocks.1.mlp.fc2.bias", 2)
        .containsEntry("norm.weight", 2)
        .containsEntry("head.bias", 3);
    assertThat(vit(Map.of("global_pool", "avg", "class_token", false)).layers())
        .containsEntry("blocks.1.mlp.fc2.bias", 2)
        .containsEntry("fc_norm.weight", 3)
        .containsEntry("head.bias", 3);
    Model distilled = vit(Map.of("distilled", true));
    assertThat(distilled.classifier()).isEqualTo(List.of("head", "head_dist"));
    assertThat(distilled.layers())
        .containsEntry("dist_token", 0)
        .containsEntry("head.bias", 3)
        .containsEntry("head_dist.bias", 3);
    assertThat(vit(Map.of("num_classes", 0)).classifier()).isEmpty();
  }
}
