package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong, the user reads one line that says what, where and what to do. */
class BadInputTest {
  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";

  @TempDir Path dir;
  private Path data;
  private Path output;

  /** Spoils the good files or changes the good recipe. */
  private interface Spoil {
    Recipe apply(BadInputTest at, Recipe good) throws IOException;
  }

  /** A small set of the right form: 20 pictures of 28 x 28, two of each class. */
  @BeforeEach
  void goodFiles() throws IOException {
    data = Files.createDirectory(dir.resolve("data"));
    output = dir.resolve("runs");
    for (String part : new String[] {"train", "t10k"}) {
      Files.write(data.resolve(part + "-images-idx3-ubyte"), images(20));
      Files.write(data.resolve(part + "-labels-idx1-ubyte"), labels(20));
    }
  }

  private static byte[] images(int count) {
    ByteBuffer b = ByteBuffer.allocate(16 + count * 784);
    b.putInt(0x803).putInt(count).putInt(28).putInt(28);
    for (int i = 0; b.hasRemaining(); i++) {
      b.put((byte) (i * 31));
    }
    return b.array();
  }

  private static byte[] labels(int count) {
    ByteBuffer b = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
    for (int i = 0; i < count; i++) {
      b.put((byte) (i % 10));
    }
    return b.array();
  }

  private Recipe good() {
    Map<String, Object> words = new LinkedHashMap<>();
    words.put("data", "mnist");
    words.put("data_dir", data.toString());
    words.put("output", output.toString());
    words.put("epochs", 1);
    words.put("batch_size", 5);
    words.put("val_split", 0.5);
    words.put("compute_workers", 2);
    return Digits.recipe().with(words);
  }

  private static Spoil file(String name, byte[] content) {
    return (at, good) -> {
      Files.write(at.data.resolve(name), content);
      return good;
    };
  }

  private static Spoil word(String key, Object value) {
    return (at, good) -> good.with(key, value);
  }

  private static byte[] cut(byte[] content, int length) {
    return java.util.Arrays.copyOf(content, length);
  }

  private static byte[] changed(byte[] content, int place, int value) {
    byte[] copy = content.clone();
    copy[place] = (byte) value;
    return copy;
  }

  /** A finished run's weights folder, as a recipe's {@code init}. */
  private static Spoil init(Spoil then) {
    return (at, good) -> {
      Run run = Trainer.run(good, Progress.quiet());
      Files.move(RunFolder.last(run.folder()), at.dir.resolve("init"));
      return then.apply(at, good.with("init", at.dir.resolve("init").toString()));
    };
  }

  static Stream<Arguments> table() {
    return Stream.concat(everywhere(), Files.isDirectory(Path.of("/proc")) ? linux() : Stream.of());
  }

  private static Stream<Arguments> linux() {
    Spoil unwritable = word("output", "/proc/vit4j");
    return Stream.of(
        row("unwritable", unwritable, IOException.class, "/proc/vit4j", "choose another --output"));
  }

  private static Stream<Arguments> everywhere() {
    Class<IOException> io = IOException.class;
    Class<IllegalArgumentException> value = IllegalArgumentException.class;
    return Stream.of(
        row(
            "no images",
            (at, good) -> {
              Files.delete(at.data.resolve(TRAIN_IMAGES));
              return good;
            },
            io,
            "data: has no train-images-idx3-ubyte",
            "vit data fetch mnist"),
        row(
            "no folder",
            (at, good) -> good.with("data_dir", at.dir.resolve("nowhere").toString()),
            io,
            "nowhere: does not exist",
            "vit data fetch mnist"),
        row(
            "a file for the folder",
            (at, good) -> good.with("data_dir", at.data.resolve(TRAIN_IMAGES).toString()),
            io,
            TRAIN_IMAGES + ": is a file, not a folder"),
        row(
            "a folder for a file",
            (at, good) -> {
              Files.delete(at.data.resolve(TRAIN_LABELS));
              Files.createDirectory(at.data.resolve(TRAIN_LABELS));
              return good;
            },
            io,
            TRAIN_LABELS + ": is a folder, not an IDX file"),
        row("truncated", file(TRAIN_IMAGES, cut(images(20), 9000)), io, TRAIN_IMAGES, "truncated"),
        row("truncated header", file(TRAIN_LABELS, cut(labels(20), 6)), io, "truncated"),
        row("empty file", file(TRAIN_LABELS, new byte[0]), io, TRAIN_LABELS, "is empty"),
        row("not IDX", file(TRAIN_IMAGES, changed(images(20), 0, 80)), io, "not an IDX file"),
        row("wrong type", file(TRAIN_IMAGES, changed(images(20), 2, 13)), io, "type 0x0d"),
        row("too long", file(TRAIN_LABELS, cut(labels(20), 40)), io, "longer than its sizes"),
        row(
            "damaged gzip",
            file(TRAIN_LABELS, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 7, 7}),
            io,
            TRAIN_LABELS),
        row(
            "negative size",
            file(TRAIN_IMAGES, changed(images(20), 8, 255)),
            io,
            TRAIN_IMAGES,
            "too large"),
        row("counts disagree", file(TRAIN_LABELS, labels(19)), io, "20 images but 19 labels"),
        row(
            "label out of range",
            file(TRAIN_LABELS, changed(labels(20), 9, 10)),
            io,
            "sample 1 has label 10, but there are 10 classes"),
        row(
            "labels for images",
            file(TRAIN_IMAGES, labels(20)),
            io,
            "[N, height, width] and [N] are needed"),
        row(
            "no samples",
            (at, good) -> {
              Files.write(at.data.resolve(TRAIN_IMAGES), images(0));
              Files.write(at.data.resolve(TRAIN_LABELS), labels(0));
              return good;
            },
            io,
            "there are no images"),
        row(
            "patches",
            word("model_args.patch_size", 5),
            value,
            "image height 28 is not divisible by patch size 5: use 25 or 30"),
        row(
            "heads",
            word("model_args.num_heads", 3),
            value,
            "embed_dim 8 is not divisible by num_heads 3: use 2 or 4 heads"),
        row(
            "crop larger than the pictures",
            (at, good) -> good.with(Map.of("train_crop", "random", "crop_size", 29)),
            value,
            "crop_size 29 x 29 is larger than the images of mnist",
            "use at most 28 x 28, or set crop_padding"),
        row("no classes", word("model_args.num_classes", 0), value, "mnist has 10 classes"),
        row("too few classes", word("model_args.num_classes", 9), value, "set it to 10"),
        row("negative dim", word("model_args.embed_dim", -8), value, "embed_dim must be from 1"),
        row("unknown model", word("model", "vit_mnist_1851"), value, "unknown model"),
        row("unknown word", word("model_args.width", 3), value, "unknown model argument 'width'"),
        row("unknown data", word("data", "mnits"), value, "unknown data set 'mnits': use one of"),
        row("built in", word("data", "mnist-sample"), value, "mnist-sample is built in"),
        row("no epochs", word("epochs", 0), value, "epochs"),
        row("no batch", word("batch_size", 0), value, "batch_size"),
        row("negative batch", word("batch_size", -64), value, "batch_size"),
        row("negative workers", word("workers", -1), value, "workers"),
        row("unknown key", word("epoch", 3), value, "unknown key 'epoch'", "epochs"),
        row("wrong type of value", word("lr", "fast"), value, "lr"),
        row("no such device", word("device", "cuda:99"), value, "cuda:99"),
        row("no such parameter", word("freeze", "block.0"), value, "cannot freeze 'block.0'"),
        row("no such part", word("unfreeze", "fc"), value, "cannot unfreeze 'fc'"),
        row(
            "weights of three classes",
            word("class_weights", "1,2,3"),
            value,
            "class_weights has 3 values, but the model has 10 classes"),
        row(
            "more classes than the data has",
            word("model_args.num_classes", 12),
            value,
            "has 10 classes, but num_classes of the model is 12"),
        row("mean of another data set", three(), value, "mean and std need 1 values each"),
        row(
            "a split without samples",
            word("val_split", 0.01),
            value,
            "validation split of 0.01",
            "has none: use a larger share or more data"),
        row(
            "no weights",
            (at, good) -> good.with("init", at.dir.resolve("nothing").toString()),
            io,
            "nothing",
            "no such run, weights folder or weights file"),
        row(
            "truncated weights",
            init(
                (at, good) -> {
                  Path weights = at.dir.resolve("init").resolve(WeightsFolder.WEIGHTS);
                  Files.write(weights, cut(Files.readAllBytes(weights), 5000));
                  return good;
                }),
            io,
            "init",
            "model.safetensors"),
        row(
            "broken config",
            init(
                (at, good) -> {
                  Path config = at.dir.resolve("init").resolve(WeightsFolder.CONFIG);
                  AtomicFile.writeString(config, "{\"architecture\": ");
                  return good;
                }),
            io,
            "config.json",
            "not valid JSON"),
        row(
            "weights of another shape",
            init((at, good) -> good.with("model_args.embed_dim", 16)),
            value,
            "init: weights do not fit the model",
            "wrong shape"),
        row(
            "a file in the way",
            (at, good) -> {
              Files.writeString(at.output, "mine");
              return good;
            },
            io,
            "choose another --output"),
        row(
            "a file in the way above",
            (at, good) -> {
              Files.writeString(at.output, "mine");
              return good.with("output", at.output.resolve("deeper").toString());
            },
            io,
            "choose another --output"));
  }

  private static Spoil three() {
    return (at, good) ->
        good.with(
            Map.of(
                "mean", java.util.List.of(0.1, 0.2, 0.3), "std", java.util.List.of(1.0, 1.0, 1.0)));
  }

  private static Arguments row(
      String name, Spoil spoil, Class<? extends Exception> type, String... parts) {
    return Arguments.of(name, spoil, type, parts);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  void oneClearLine(String name, Spoil spoil, Class<? extends Exception> type, String... parts) {
    Throwable e = catchThrowable(() -> Trainer.run(spoil.apply(this, good()), Progress.quiet()));
    assertThat(e).isInstanceOf(type).hasMessageContainingAll(parts);
    assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(1000);
  }

  @Test
  void theGoodFilesAreGood() throws IOException {
    assertThat(Trainer.run(good(), Progress.quiet()).epochs()).isEqualTo(1);
  }

  @Test
  void resumingWhatIsNoRun() {
    assertThat(catchThrowable(() -> Trainer.resume(data, Progress.quiet())))
        .isInstanceOf(IOException.class)
        .hasMessage(data + " is not a run: it has no recipe.yaml");
  }

  @Test
  void resumingWithABrokenCheckpoint() throws IOException {
    Run run = Trainer.run(good(), Progress.quiet());
    Path checkpoint = RunFolder.last(run.folder()).resolve(Checkpoint.FILE);
    byte[] whole = Files.readAllBytes(checkpoint);
    for (int length : new int[] {0, 4, 100, whole.length - 1}) {
      Files.write(checkpoint, cut(whole, length));
      Throwable e = catchThrowable(() -> Trainer.resume(run.folder(), Progress.quiet()));
      assertThat(e).isInstanceOf(IOException.class).hasMessageContaining(Checkpoint.FILE);
      assertThat(e.getMessage()).doesNotContain("\n");
    }
    Files.delete(checkpoint);
    assertThat(catchThrowable(() -> Trainer.resume(run.folder(), Progress.quiet())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(Checkpoint.FILE + ": no such file");
  }
}
