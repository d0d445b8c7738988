package dev.vit4j.data.source;

import dev.vit4j.data.ImageSet;
import dev.vit4j.data.Splits;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The data sets known by name. */
public final class Datasets {
  /** The digits in the jar: the first 600 + 100 of each class of MNIST. */
  public static final String SAMPLE = "mnist-sample";

  /** Images in class folders, or whatever else is recognized in a folder or archive. */
  public static final String FOLDER = "folder";

  /** Images named in list files. */
  public static final String LIST = "list";

  /** Images and masks in folders of their own. */
  public static final String SEGMENTATION_FOLDER = SegmentationSets.FOLDER;

  private static final String CACHE_VARIABLE = "VIT4J_CACHE";

  private Datasets() {}

  /**
   * What a data set is.
   *
   * @param name to open it by
   * @param description one line
   * @param train samples to train on
   * @param test samples to test on
   * @param classes number of classes
   * @param shape of an image: channels, height, width; channels alone where sizes differ
   * @param builtIn whether it needs no files
   */
  public record Info(
      String name,
      String description,
      int train,
      int test,
      int classes,
      List<Integer> shape,
      boolean builtIn) {}

  /** The sets that are known by name, with what they stand for. */
  public static List<Info> list() {
    List<Integer> digit = List.of(1, 28, 28);
    List<Integer> cifar = List.of(3, 32, 32);
    List<Info> classification =
        List.of(
            new Info(
                SAMPLE, "MNIST's first 700 of each digit, built in", 6000, 1000, 10, digit, true),
            new Info("mnist", "handwritten digits", 60_000, 10_000, 10, digit, false),
            new Info("fashion-mnist", "images of clothes", 60_000, 10_000, 10, digit, false),
            new Info("cifar10", "small photos of things", 50_000, 10_000, 10, cifar, false),
            new Info("cifar100", "small photos of more things", 50_000, 10_000, 100, cifar, false),
            new Info("cifar100-coarse", "the same in 20 groups", 50_000, 10_000, 20, cifar, false));
    return Stream.concat(classification.stream(), SegmentationSets.list().stream()).toList();
  }

  /** All names: of {@link #list}, and those that stand for own images. */
  public static List<String> names() {
    return Stream.concat(
            list().stream().map(Info::name), Stream.of(FOLDER, LIST, SEGMENTATION_FOLDER))
        .toList();
  }

  /**
   * Opens a data set with the usual values, silently.
   *
   * @param name one of {@link #names}
   * @param dir the folder or archive with its files; null for the usual places
   * @throws IOException if files are missing or damaged, in one line that says what to do
   * @throws IllegalArgumentException if the name is unknown, or a built-in set is given a folder
   */
  public static Splits open(String name, @Nullable Path dir) throws IOException {
    return open(DataSpec.of(name, dir), note -> {});
  }

  /**
   * Opens a data set.
   *
   * <p>MNIST's four files may be gzipped or not, in the folder or in torchvision's {@code
   * MNIST/raw} below it. CIFAR may be in binary or in Python's form, in its folder or archive.
   * {@code folder} takes whatever is in the folder or archive. The segmentation sets are read as
   * their archives unpack.
   *
   * @param notes hears what was left out or takes long, in lines for people
   * @throws IOException if files are missing or damaged, in one line that says what to do
   * @throws IllegalArgumentException if the name is unknown, a built-in set is given a folder, or
   *     the values do not fit the data
   */
  public static Splits open(DataSpec spec, Consumer<String> notes) throws IOException {
    String name = spec.name();
    Path dir = spec.dir();
    if (name.equals(SAMPLE)) {
      if (dir != null) {
        throw new IllegalArgumentException(
            SAMPLE + " is built in and reads no folder: use mnist for the files in " + dir);
      }
      return new Splits(sample("train", "train"), null, sample("test", "t10k"));
    }
    if (name.equals(LIST)) {
      return ListFile.open(dir, spec.lists(), notes);
    }
    if (name.equals(FOLDER)) {
      return folder(spec, notes);
    }
    if (SegmentationSets.isOne(name)) {
      return SegmentationSets.open(spec, notes);
    }
    RemoteSet set = source(name);
    if (!name.startsWith("cifar")) {
      return new IdxFolder(set, dir == null ? folder(name) : dir).open();
    }
    List<Path> places = dir == null ? List.of(folder(name), Path.of("data")) : List.of(dir);
    return Cifar.open(set, places, notes);
  }

  private static Splits folder(DataSpec spec, Consumer<String> notes) throws IOException {
    Path dir = spec.dir();
    if (dir == null) {
      throw new IllegalArgumentException(
          "data 'folder' needs data_dir (--data): a folder or archive of images in class folders");
    }
    FileTree tree = FileTree.of(dir, notes);
    RemoteSet cifar = Cifar.in(tree);
    if (cifar == null) {
      return ImageFolder.open(tree, spec.testSplit(), spec.seed(), notes);
    }
    Splits found = Cifar.open(cifar, tree);
    return found == null ? Cifar.open(cifar, List.of(dir), notes) : found;
  }

  /**
   * The names by which a folder or archive can be opened, the likeliest first, judged by the names
   * of its files; empty if nothing is recognized.
   *
   * @throws IOException if it is not there or cannot be read
   */
  public static List<String> namesOf(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      for (String below : List.of("", "raw", "MNIST/raw", "FashionMNIST/raw")) {
        for (String ending : List.of("", ".gz")) {
          if (Files.exists(path.resolve(below).resolve("train-images-idx3-ubyte" + ending))) {
            return below.startsWith("Fashion")
                ? List.of("fashion-mnist")
                : List.of("mnist", "fashion-mnist");
          }
        }
      }
    }
    FileTree tree = FileTree.of(path, note -> {});
    List<String> segmentation = SegmentationSets.namesOf(tree);
    if (!segmentation.isEmpty()) {
      return segmentation;
    }
    RemoteSet cifar = Cifar.in(tree);
    if (cifar == null) {
      return ImageFolder.matches(tree) ? List.of(FOLDER) : List.of();
    }
    return cifar.equals(RemoteSet.CIFAR10)
        ? List.of("cifar10")
        : List.of("cifar100", "cifar100-coarse");
  }

  /**
   * The data set of a name, or of the folder or archive with its files.
   *
   * @param nameOrPath one of {@link #list}, a folder or an archive
   * @param hint what to take files for that fit several sets; for the built-in sample the whole set
   *     is meant
   */
  public static DataSpec named(String nameOrPath, String hint) throws IOException {
    if (list().stream().anyMatch(i -> i.name().equals(nameOrPath))) {
      return DataSpec.of(nameOrPath, null);
    }
    Path path = Path.of(nameOrPath);
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(
          "no data '%s': neither a folder or archive nor one of %s"
              .formatted(nameOrPath, String.join(", ", list().stream().map(Info::name).toList())));
    }
    String likely = hint.equals(SAMPLE) ? "mnist" : hint;
    List<String> fitting = namesOf(path);
    boolean asHinted = fitting.isEmpty() || fitting.contains(likely);
    return DataSpec.of(asHinted ? likely : fitting.get(0), path);
  }

  /** How images that are not of the set are framed before its models: {@code digit} or none. */
  public static String framing(String name) {
    return name.equals(SAMPLE) || name.equals(RemoteSet.MNIST.name()) ? "digit" : "none";
  }

  /** The folder in the cache where a data set's files are fetched to and looked for. */
  public static Path folder(String name) {
    return folder(name, System.getenv(CACHE_VARIABLE));
  }

  /** The folder of everything that is fetched: {@code VIT4J_CACHE}, or below the user's home. */
  public static Path cache() {
    return cache(System.getenv(CACHE_VARIABLE));
  }

  static Path folder(String name, @Nullable String cache) {
    boolean coarse = name.equals(RemoteSet.CIFAR100_COARSE.name());
    String folder = coarse ? RemoteSet.CIFAR100.name() : name;
    return cache(cache).resolve("datasets").resolve(folder);
  }

  private static Path cache(@Nullable String cache) {
    return cache == null || cache.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "vit4j")
        : Path.of(cache);
  }

  static RemoteSet source(String name) {
    for (RemoteSet source : RemoteSet.ALL) {
      if (source.name().equals(name)) {
        return source;
      }
    }
    if (name.equals(SAMPLE)) {
      throw new IllegalArgumentException(SAMPLE + " is built in; there is nothing to fetch");
    }
    if (SegmentationSets.list().stream().anyMatch(i -> i.name().equals(name))) {
      throw new IllegalArgumentException(
          name + " cannot be fetched: download it, then give its folder or archive (--data)");
    }
    if (name.equals(FOLDER) || name.equals(LIST) || name.equals(SEGMENTATION_FOLDER)) {
      throw new IllegalArgumentException(name + " stands for your own files; nothing is fetched");
    }
    throw new IllegalArgumentException(
        "unknown data set '%s': use one of %s".formatted(name, String.join(", ", names())));
  }

  private static ImageSet sample(String split, String prefix) throws IOException {
    return Idx.imageSet(
        SAMPLE + " " + split,
        "(built in)",
        resource(prefix + "-images-idx3-ubyte.gz"),
        resource(prefix + "-labels-idx1-ubyte.gz"),
        RemoteSet.MNIST.classes());
  }

  private static Idx.Array resource(String file) throws IOException {
    String path = SAMPLE + "/" + file;
    try (InputStream in = Datasets.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new FileNotFoundException(
            "dev/vit4j/data/source/" + path + " is missing from the jar");
      }
      return Idx.read(in, path);
    }
  }
}
