package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.vit4j.image.PngBytes;
import dev.vit4j.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with masks or values: one line, before the first epoch. */
class SegmentationBadInputTest {
  @TempDir Path dir;
  private Path data;

  /** Spoils the good files or changes the good recipe. */
  private interface Spoil {
    Recipe apply(SegmentationBadInputTest at, Recipe good) throws IOException;
  }

  @BeforeEach
  void goodFiles() throws IOException {
    data = Shapes.write(dir.resolve("data"));
    Files.write(data.resolve("classes.txt"), List.of("ground", "house", "tree"));
  }

  private static Spoil mask(byte[] content) {
    return (at, good) -> {
      Files.write(at.data.resolve("train/masks/7.png"), content);
      return good;
    };
  }

  private static Spoil value(String key, Object value) {
    return (at, good) -> good.with(key, value);
  }

  private static int[] filled(int count, int value) {
    int[] values = new int[count];
    Arrays.fill(values, 1);
    values[count - 1] = value;
    return values;
  }

  private static Arguments row(
      String name, Spoil spoil, Class<? extends Exception> type, String... parts) {
    return Arguments.of(name, spoil, type, parts);
  }

  static Stream<Arguments> table() {
    Class<IOException> io = IOException.class;
    Class<IllegalArgumentException> value = IllegalArgumentException.class;
    return Stream.of(
        row(
            "a mask of another size",
            mask(PngBytes.gray(32, 31, filled(32 * 31, 1))),
            io,
            "train/images/7.png",
            "is 32 x 32 pixels, but its mask",
            "train/masks/7.png is 32 x 31 (width x height): they must be equal",
            "--set broken=skip"),
        row(
            "a label beyond the classes",
            mask(PngBytes.gray(32, 32, filled(32 * 32, 3))),
            io,
            "train/masks/7.png",
            "has the value 3 at row 31, column 31",
            "with 3 classes, values must be 0 to 2"),
        row(
            "an RGB mask",
            mask(PngBytes.of(32, 32, 8, 2, filled(3 * 32 * 32, 1))),
            io,
            "train/masks/7.png",
            "is an RGB image"),
        row(
            "a label of 16 bits beyond the classes",
            mask(PngBytes.of(32, 32, 16, 0, filled(32 * 32, 259))),
            io,
            "train/masks/7.png",
            "has the value 259 at row 31, column 31",
            "with 3 classes, values must be 0 to 2, or 65535 for ignored pixels"),
        row("a mask that is no PNG", mask(new byte[] {1, 2, 3}), io, "train/masks/7.png"),
        row("an empty mask", mask(new byte[0]), io, "train/masks/7.png", "is empty"),
        row(
            "a missing mask",
            (at, good) -> {
              Files.delete(at.data.resolve("train/masks/7.png"));
              return good;
            },
            io,
            "1 of 28 images have no mask (a PNG of the same name) in",
            "train/masks",
            "7.png"),
        row(
            "no masks folder",
            (at, good) -> {
              Files.move(at.data.resolve("train/masks"), at.dir.resolve("away"));
              return good;
            },
            io,
            "data"),
        row(
            "a broken image of the test split",
            (at, good) -> {
              Files.write(at.data.resolve("test/images/34.png"), new byte[] {1, 2, 3, 4});
              return good;
            },
            io,
            "test/images/34.png"),
        row(
            "a list that names what is not there",
            (at, good) -> good.with("data", "voc2012").with("data_dir", voc(at.dir)),
            io,
            "ImageSets/Segmentation/train.txt",
            "lists 2 files that are not in",
            "JPEGImages/2007_000032.jpg",
            "SegmentationClass/2007_000032.png"),
        row(
            "segmentation on labels",
            (at, good) -> good.with("data", "mnist-sample").with("data_dir", null),
            value,
            "mnist-sample train is a data set for classification, not for segmentation",
            "set task to classification"),
        row(
            "classification on masks",
            (at, good) -> good.with(Map.of("task", "classification", "model", "vit_seg")),
            value,
            "is a data set for segmentation, not for classification: set task to segmentation"),
        row(
            "a classification model",
            (at, good) -> good.with("model", "vit_mnist_1850").with("model_args", Map.of()),
            value,
            "vit_mnist_1850 is a model for classification, not for segmentation",
            "vit models"),
        row(
            "RandAugment",
            value("aa", "rand-m9-mstd0.5"),
            value,
            "aa rand-m9-mstd0.5 does not transform masks: leave it out"),
        row("mixup", value("mixup", 0.8), value, "mixup and cutmix mix the labels", "leave them"),
        row("cutmix", value("cutmix", 1), value, "mixup and cutmix mix the labels"),
        row("bce", value("bce_loss", true), value, "bce_loss", "for classification only"),
        row(
            "growing images",
            value("initial_scale", 0.5),
            value,
            "initial_scale",
            "for classification only"),
        row(
            "a crop",
            value("crop_mode", "center"),
            value,
            "segmentation reads whole images: set crop_mode to squash and crop_pct to 1"),
        row("a part", value("crop_pct", 0.9), value, "segmentation reads whole images"),
        row(
            "more classes than the data has",
            value("model_args.num_classes", 4),
            value,
            "has 3 classes, but num_classes of the model is 4: remove it, or set it to 3"),
        row(
            "weights of two classes",
            value("class_weights", "1,2"),
            value,
            "class_weights has 2 values, but the model has 3 classes"),
        row(
            "unknown task",
            value("task", "segment"),
            value,
            "unknown task 'segment': use one of classification, segmentation"),
        row(
            "patches",
            value("model_args.patch_size", 5),
            value,
            "image height 32 is not divisible by patch size 5"),
        row(
            "cached features",
            (at, good) -> good.with(Map.of("freeze", "backbone", "cache_features", true)),
            value,
            "cache_features: features cannot be cached"));
  }

  /** A folder of VOC whose list names an image without files. */
  private static String voc(Path dir) throws IOException {
    Path voc = dir.resolve("VOCdevkit/VOC2012");
    for (String folder : List.of("ImageSets/Segmentation", "JPEGImages", "SegmentationClass")) {
      Files.createDirectories(voc.resolve(folder));
    }
    for (String split : List.of("train", "val")) {
      Files.writeString(voc.resolve("ImageSets/Segmentation/" + split + ".txt"), "2007_000032\n");
    }
    return dir.resolve("VOCdevkit").toString();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  void oneClearLine(String name, Spoil spoil, Class<? extends Exception> type, String... parts) {
    Path runs = dir.resolve("runs");
    Recipe good = Shapes.recipe(data, runs);
    Throwable e = catchThrowable(() -> Trainer.run(spoil.apply(this, good), Progress.quiet()));
    assertThat(e).isInstanceOf(type).hasMessageContainingAll(parts);
    assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(1000);
    assertThat(runs).as("before a run begins").doesNotExist();
  }

  @Test
  void theGoodFilesAreGood() throws IOException {
    Recipe good = Shapes.recipe(data, dir.resolve("runs")).with("epochs", 1);
    assertThat(Trainer.run(good, Progress.quiet()).epochs()).isEqualTo(1);
  }

  @Test
  void brokenMasksAreLeftOutIfAsked() throws IOException {
    Files.write(data.resolve("train/masks/7.png"), PngBytes.gray(32, 31, filled(32 * 31, 1)));
    Recipe good = Shapes.recipe(data, dir.resolve("runs")).with("epochs", 1).with("broken", "skip");
    assertThat(Trainer.run(good, Progress.quiet()).epochs()).isEqualTo(1);
  }

  @Test
  void diceIsForMasks() {
    Recipe recipe = Digits.recipe().with("dice", 1).with("output", dir.toString());
    assertThat(catchThrowable(() -> Trainer.run(recipe, Progress.quiet())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("dice compares masks: leave it at 0 for classification");
  }
}
