package dev.vit4j.data.source;

import dev.vit4j.data.ImageSet;
import dev.vit4j.data.Splits;
import dev.vit4j.format.UserPath;
import dev.vit4j.tensor.UserCache;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens data sets by name. */
public final class Datasets {
  /** Built-in digits: the first 600 + 100 of each class of MNIST. */
  public static final String SAMPLE = "mnist-sample";

  /** Images in class folders, or another recognized format in a folder or archive. */
  public static final String FOLDER = "folder";

  /** Images listed in text files. */
  public static final String LIST = "list";

  /** Images with captions, in a table or beside the images. */
  public static final String CAPTIONS = CaptionSets.NAME;

  /** Images and masks in separate folders. */
  public static final String SEGMENTATION_FOLDER = SegmentationSets.FOLDER;

  private Datasets() {}

  /**
   * Description of a data set.
   *
   * @param name name of the data set
   * @param description one line
   * @param train number of training samples
   * @param test number of test samples
   * @param classes number of classes
   * @param shape channels, height and width of images; only channels if sizes differ
   * @param builtIn whether it is part of the jar
   */
  public record Info(
      String name,
      String description,
      int train,
      int test,
      int classes,
      List<Integer> shape,
      boolean builtIn) {}

  /** Returns the data sets that are known by name. */
  public static List<Info> list() {
    List<Integer> digit = List.of(1, 28, 28);
    List<Integer> cifar = List.of(3, 32, 32);
    List<Info> classification =
        List.of(
            new Info(
                SAMPLE, "first 700 of each digit of MNIST, built in", 6000, 1000, 10, digit, true),
            new Info("mnist", "handwritten digits", 60_000, 10_000, 10, digit, false),
            new Info("fashion-mnist", "images of clothes", 60_000, 10_000, 10, digit, false),
            new Info("cifar10", "small photos of 10 classes", 50_000, 10_000, 10, cifar, false),
            new Info("cifar100", "small photos of 100 classes", 50_000, 10_000, 100, cifar, false),
            new Info(
                "cifar100-coarse",
                "CIFAR-100 in 20 superclasses",
                50_000,
                10_000,
                20,
                cifar,
                false));
    Info nyu =
        new Info(
            NyuDepth.NAME,
            "photos of rooms, a depth for every pixel",
            795,
            654,
            0,
            List.of(3, 480, 640),
            false);
    return Stream.of(classification, SegmentationSets.list(), List.of(nyu))
        .flatMap(List::stream)
        .toList();
  }

  /** Returns all names: those of {@link #list} and those for custom data. */
  public static List<String> names() {
    return Stream.concat(
            list().stream().map(Info::name), Stream.of(FOLDER, LIST, CAPTIONS, SEGMENTATION_FOLDER))
        .toList();
  }

  /**
   * Opens a data set with default values and without notes.
   *
   * @param name one of {@link #names}
   * @param dir folder or archive with its files; null for the default locations
   * @throws IOException if files are missing or damaged
   * @throws IllegalArgumentException if the name is unknown, or a built-in set is given a folder
   */
  public static Splits open(String name, @Nullable Path dir) throws IOException {
    return open(DataSpec.of(name, dir), note -> {});
  }

  /**
   * Opens a data set.
   *
   * <p>MNIST's four files can be gzipped or not, in the folder or in torchvision's {@code
   * MNIST/raw}. CIFAR can be in binary or Python format, in its folder or archive. {@code folder}
   * recognizes the format of the folder or archive. Segmentation data sets are read in the layout
   * of their archives.
   *
   * @param notes receives messages about skipped files and long operations
   * @throws IOException if files are missing or damaged
   * @throws IllegalArgumentException if the name is unknown, a built-in set is given a folder, or
   *     the values do not match the data
   */
  public static Splits open(DataSpec spec, Consumer<String> notes) throws IOException {
    String name = spec.name();
    Path dir = spec.dir();
    if (name.equals(SAMPLE)) {
      if (dir != null) {
        throw new IllegalArgumentException(
            SAMPLE + " is built in and has no folder: use mnist for the files in " + dir);
      }
      return new Splits(sample("train", "train"), null, sample("test", "t10k"));
    }
    if (name.equals(LIST)) {
      DataLists lists =
          ListFile.isOne(dir)
              ? spec.lists().ofTrain(String.valueOf(dir.getFileName()))
              : ListFolder.lists(dir, spec.lists(), spec.testSet());
      Path base = ListFile.isOne(dir) ? dir.toAbsolutePath().getParent() : dir;
      return ListFile.open(base, lists, spec.testSplit(), spec.seed(), notes);
    }
    if (name.equals(CAPTIONS)) {
      return CaptionSets.open(spec, notes);
    }
    if (name.equals(FOLDER)) {
      return folder(spec, notes);
    }
    if (SegmentationSets.isOne(name)) {
      return SegmentationSets.open(spec, notes);
    }
    if (name.equals(NyuDepth.NAME)) {
      return NyuDepth.open(spec, notes);
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
   * Returns the names by which a folder or archive can be opened, most likely first, determined by
   * its file names; empty if nothing is recognized.
   *
   * @throws IOException if it does not exist or cannot be read
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
    if (NyuDepth.in(path) != null) {
      return List.of(NyuDepth.NAME);
    }
    if (ListFolder.matches(path) || ListFile.isOne(path)) {
      return List.of(LIST);
    }
    if (CaptionSets.isTable(path) || CaptionSets.hasShards(path)) {
      return List.of(CAPTIONS);
    }
    FileTree tree = FileTree.of(path, note -> {});
    if (CaptionFiles.matches(tree)) {
      return List.of(CAPTIONS, FOLDER);
    }
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
   * @param hint preferred name if files match several data sets; the built-in sample stands for the
   *     full data set
   */
  public static DataSpec named(String nameOrPath, String hint) throws IOException {
    if (list().stream().anyMatch(i -> i.name().equals(nameOrPath))) {
      return DataSpec.of(nameOrPath, null);
    }
    Path path = UserPath.of(nameOrPath);
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(
          "no data '%s': use a folder, an archive or one of %s"
              .formatted(nameOrPath, String.join(", ", list().stream().map(Info::name).toList())));
    }
    String likely = hint.equals(SAMPLE) ? "mnist" : hint;
    List<String> fitting = namesOf(path);
    boolean asHinted = fitting.isEmpty() || fitting.contains(likely);
    return DataSpec.of(asHinted ? likely : fitting.get(0), path);
  }

  /**
   * Returns the names of the test sets of a folder that has several, such as A, B; empty for other
   * data.
   */
  public static List<String> testSets(DataSpec spec) throws IOException {
    Path dir = spec.dir();
    boolean hasLists = spec.lists().train() != null || spec.lists().test() != null;
    return dir == null || hasLists || !spec.name().equals(LIST) || !ListFolder.matches(dir)
        ? List.of()
        : ListFolder.testSets(dir);
  }

  /** Returns the class names of a known data set; empty for other names. */
  public static Optional<List<String>> classes(String name) {
    return name.equals(SAMPLE)
        ? Optional.of(RemoteSet.MNIST.classes())
        : RemoteSet.ALL.stream()
            .filter(set -> set.name().equals(name))
            .findFirst()
            .map(RemoteSet::classes)
            .or(() -> SegmentationSets.classes(name));
  }

  /** Returns the framing of user images for models of this data set: {@code digit} or none. */
  public static String framing(String name) {
    return name.equals(SAMPLE) || name.equals(RemoteSet.MNIST.name()) ? "digit" : "none";
  }

  /** Returns the cache folder of a data set. */
  public static Path folder(String name) {
    return folder(name, UserCache.folder());
  }

  /** Returns the cache folder of all downloads: {@code VIT4J_CACHE}, or in the user's home. */
  public static Path cache() {
    return UserCache.folder();
  }

  static Path folder(String name, Path cache) {
    boolean coarse = name.equals(RemoteSet.CIFAR100_COARSE.name());
    String folder = coarse ? RemoteSet.CIFAR100.name() : name;
    return cache.resolve("datasets").resolve(folder);
  }

  static RemoteSet source(String name) {
    for (RemoteSet source : RemoteSet.ALL) {
      if (source.name().equals(name)) {
        return source;
      }
    }
    if (name.equals(SAMPLE)) {
      throw new IllegalArgumentException(SAMPLE + " is built in and need not be downloaded");
    }
    if (list().stream().anyMatch(i -> i.name().equals(name))) {
      throw new IllegalArgumentException(
          name
              + " cannot be downloaded by vit: download it manually and pass its folder or archive with --data");
    }
    if (name.equals(FOLDER)
        || name.equals(LIST)
        || name.equals(CAPTIONS)
        || name.equals(SEGMENTATION_FOLDER)) {
      throw new IllegalArgumentException(name + " is for your own files, nothing to download");
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
