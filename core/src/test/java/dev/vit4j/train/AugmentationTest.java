package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.ImageSet;
import dev.vit4j.data.Labels;
import dev.vit4j.data.Shape;
import dev.vit4j.data.Targets;
import dev.vit4j.image.Compose;
import dev.vit4j.image.Image;
import dev.vit4j.input.Preprocess;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a recipe's words to the steps for training pictures. */
class AugmentationTest {
  @TempDir Path output;

  private static @Nullable Compose steps(Dataset data, int side, String... words) {
    Map<String, String> changes = new LinkedHashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      changes.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return Augmentation.of(Digits.recipe().with(changes), preprocess(3, side), data);
  }

  private static Preprocess preprocess(int channels, int side) {
    List<Double> mean = Collections.nCopies(channels, 0.5);
    return new Preprocess(channels, side, side, "bicubic", 1.0, "squash", mean, mean, "none");
  }

  /** One black picture. */
  private static ImageSet pictures(int channels, int side) {
    byte[] pixels = new byte[channels * side * side];
    return new ImageSet("black", pixels, new int[1], List.of("a"), channels, side, side);
  }

  /** Pictures of no common shape. */
  private static final Dataset MIXED =
      new Dataset() {
        @Override
        public String name() {
          return "mixed";
        }

        @Override
        public int size() {
          return 2;
        }

        @Override
        public Targets targets() {
          return new Labels(new int[2], List.of("a"));
        }

        @Override
        public Image image(int index) {
          return index == 0 ? new Image(9, 7, 1, new byte[63]) : new Image(3, 5, 3, new byte[45]);
        }

        @Override
        public @Nullable Shape shape() {
          return null;
        }
      };

  @Test
  void nothingIsToBeDoneByDefault() {
    assertThat(steps(pictures(3, 32), 32)).isNull();
    assertThat(steps(pictures(3, 32), 28, "val_split=0.1"))
        .satisfies(s -> assertThat(shape(s, pictures(3, 32))).isEqualTo("Image[28 x 28 x 3]"));
    assertThat(steps(MIXED, 28))
        .satisfies(s -> assertThat(shape(s, MIXED)).isEqualTo("Image[28 x 28 x 3]"));
  }

  /** As it comes where it fits, as for the evaluation where not: said step by step. */
  @Test
  void wholePicturesAreFittedAsForTheEvaluation() {
    Compose steps = steps(pictures(1, 32), 28, "reprob=0.1");
    assertThat(Augmentation.line(Digits.recipe(), Objects.requireNonNull(steps)))
        .isEqualTo(
            "RGB(), Resize(size=[28, 28], interpolation=bicubic, max_size=None, antialias=True),"
                + " CenterCrop(size=(28, 28)), RandomErasing(p=0.1, mode=const, count=(1, 1))");
  }

  private static String shape(@Nullable Compose steps, Dataset data) {
    try {
      return Objects.requireNonNull(steps).apply(data.image(0), new SplittableRandom(1)).toString();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** timm's order, in torchvision's words. */
  @Test
  void everythingAtOnce() {
    Compose all =
        steps(
            pictures(3, 40),
            32,
            "train_crop=rrc",
            "scale=0.2,1",
            "train_interpolation=random",
            "hflip=0.5",
            "vflip=0.1",
            "color_jitter=0.4",
            "aa=3a",
            "reprob=0.25",
            "remode=rand");
    assertThat(Objects.requireNonNull(all))
        .hasToString(
            """
            Compose(
                RandomResizedCrop(size=(32, 32), scale=(0.2, 1.0), ratio=(0.75, 1.3333), interpolation=bilinear bicubic, antialias=True)
                RandomHorizontalFlip(p=0.5)
                RandomVerticalFlip(p=0.1)
                AutoAugment(policy=
                	[AugmentOp(name=Solarize, p=1.0, m=5, mstd=0)]
                	[AugmentOp(name=Desaturate, p=1.0, m=10, mstd=0)]
                	[AugmentOp(name=GaussianBlurRand, p=1.0, m=10, mstd=0)])
                ColorJitter(brightness=(0.6, 1.4), contrast=(0.6, 1.4), saturation=(0.6, 1.4), hue=None)
                RandomErasing(p=0.25, mode=rand, count=(1, 1))
            )""");
  }

  /** A policy turns jittered colours off, as in timm. */
  @Test
  void policiesReplaceJitter() {
    Compose steps = steps(pictures(3, 32), 32, "color_jitter=0.4", "aa=rand-m9-mstd0.5-inc1");
    assertThat(Objects.requireNonNull(steps).transforms()).hasSize(1);
    Recipe recipe = Digits.recipe().with("aa", "rand-m9-mstd0.5-inc1");
    assertThat(Augmentation.line(recipe, steps)).isEqualTo("RandAugment(rand-m9-mstd0.5-inc1)");
  }

  /** A part of 28 source pixels, enlarged to 64; with padding, a part as large as the picture. */
  @Test
  void randomCropThenFlipThenResize() {
    Compose steps = steps(pictures(3, 32), 64, "train_crop=random", "crop_size=28", "hflip=0.5");
    assertThat(Augmentation.line(Digits.recipe(), Objects.requireNonNull(steps)))
        .isEqualTo(
            "RandomCrop(size=(28, 28), padding=0), RandomHorizontalFlip(p=0.5),"
                + " Resize(size=[64, 64], interpolation=bicubic, max_size=None, antialias=True)");
    assertThat(shape(steps, pictures(3, 32))).isEqualTo("Image[64 x 64 x 3]");
    steps = steps(pictures(1, 32), 32, "train_crop=random", "crop_padding=4");
    assertThat(Augmentation.line(Digits.recipe(), Objects.requireNonNull(steps)))
        .isEqualTo("RGB(), RandomCrop(size=(32, 32), padding=4)");
  }

  @Test
  void cropsThatCannotBeAreSaid() {
    assertThatThrownBy(() -> steps(MIXED, 32, "train_crop=random"))
        .hasMessage(
            "train_crop random needs crop_size, since the images of mixed differ in size: set it, or use train_crop rrc");
    assertThatThrownBy(() -> steps(pictures(3, 32), 32, "train_crop=random", "crop_size=40"))
        .hasMessageStartingWith("crop_size 40 x 40 is larger than the images of black, 32 x 32");
  }

  /** The model's size need not be the data's; workers change nothing; the recipe keeps it all. */
  @Test
  void trainsTheSameForAnyNumberOfLoaders() throws IOException {
    Recipe recipe =
        Digits.recipe()
            .with(
                Map.ofEntries(
                    Map.entry("output", output.toString()),
                    Map.entry("epochs", 1),
                    Map.entry("img_size", 14),
                    Map.entry("train_crop", "rrc"),
                    Map.entry("hflip", 0.5),
                    Map.entry("aa", "rand-m9-mstd0.5-inc1"),
                    Map.entry("reprob", 0.5),
                    Map.entry("remode", "pixel")));
    List<String> said = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void stage(String line) {
            said.add(line);
          }
        };
    Path one = Trainer.run(recipe.with("workers", 0), progress).folder();
    Path two = Trainer.run(recipe.with("workers", 3), Progress.quiet()).folder();
    assertThat(SavedTensors.of(RunFolder.last(one)))
        .isEqualTo(SavedTensors.of(RunFolder.last(two)));
    assertThat(said)
        .anyMatch(
            line ->
                line.startsWith("Augmentation: RandomResizedCrop(size=(14, 14), ")
                    && line.contains("RandAugment(rand-m9-mstd0.5-inc1)"));
    assertThat(Recipe.load(one.resolve(RunFolder.RECIPE)).with("workers", 3).with("name", "digits"))
        .isEqualTo(Recipe.load(two.resolve(RunFolder.RECIPE)).with("name", "digits"));
    try (WeightsFolder.Loaded loaded = WeightsFolder.open(RunFolder.last(one))) {
      assertThat(loaded.preprocess().height()).isEqualTo(14);
    }
  }
}
