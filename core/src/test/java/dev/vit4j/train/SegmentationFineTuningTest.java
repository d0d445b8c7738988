package dev.vit4j.train;

import static dev.vit4j.TensorAssert.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segmentation model starts from a classifier's weights. */
class SegmentationFineTuningTest {
  @TempDir Path dir;

  /** Gray images, dark on the left, bright on the right, and masks that say so. */
  private Path images() throws IOException {
    Path root = dir.resolve("halves");
    for (int i = 0; i < 12; i++) {
      BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
      BufferedImage mask = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
      for (int y = 0; y < 28; y++) {
        for (int x = 0; x < 28; x++) {
          boolean right = x >= 8 + i;
          image.getRaster().setSample(x, y, 0, (right ? 180 : 20) + (x * y + 7 * i) % 40);
          mask.getRaster().setSample(x, y, 0, right ? 1 : 0);
        }
      }
      for (String part : List.of("images", "masks")) {
        Path file = root.resolve(part).resolve(i + ".png");
        Files.createDirectories(file.getParent());
        ImageIO.write(part.equals("images") ? image : mask, "png", file.toFile());
      }
    }
    Files.writeString(root.resolve("classes.txt"), "left\nright\n");
    return root;
  }

  private static Map<String, Tensor> weights(Path folder) throws IOException {
    return WeightsFolder.read(folder.resolve(WeightsFolder.WEIGHTS));
  }

  private static final class Stages implements Progress {
    final List<String> lines = new ArrayList<>();

    @Override
    public void stage(String line) {
      lines.add(line);
    }
  }

  @Test
  void theBackboneIsTheClassifiersAndOnlyTheClassifierLearns() throws IOException {
    Path output = dir.resolve("runs");
    Recipe digits =
        Digits.recipe().with(Map.of("output", output.toString(), "epochs", 1, "val_split", 0.8));
    Run first = Trainer.run(digits, Progress.quiet());
    Recipe recipe =
        digits
            .with("task", "segmentation")
            .with("data", "segmentation-folder")
            .with("data_dir", images().toString())
            .with("model", "vit_seg")
            .with("model_args.backbone", "vit_mnist_1850")
            .with("model_args.in_chans", 1)
            .with("init", first.folder().toString())
            .with("freeze", "backbone")
            .with("val_split", 0.25)
            .with("lr", 0.01)
            .with("batch_size", 4)
            .with("name", "halves");
    Stages stages = new Stages();
    Run run = Trainer.run(recipe, stages);
    assertThat(stages.lines)
        .contains(
            "Weights loaded: %s; used for the backbone, without the head (head); everything else is newly initialized"
                .formatted(first.folder()),
            "Features: computed in every epoch, since the head of vit_seg does not read one vector")
        .anyMatch(line -> line.contains("18 trainable")); // 8 x 2 weights and 2 biases
    Map<String, Tensor> before = weights(first.best());
    Map<String, Tensor> after = weights(run.best());
    before.keySet().removeIf(name -> name.startsWith("head."));
    assertThat(after).hasSize(before.size() + 2).containsKeys("classifier.weight");
    before.forEach((name, t) -> assertSameBits(name, after.get("backbone." + name), t));
    assertThatThrownBy(() -> Trainer.run(recipe.with("cache_features", true), Progress.quiet()))
        .hasMessage(
            "cache_features: features cannot be cached, since the head of vit_seg does not read one vector");
  }
}
