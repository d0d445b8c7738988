package dev.vit4j.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The data sets known by name. */
public final class Datasets {
  /** The digits in the jar: the first 600 + 100 of each class of MNIST. */
  public static final String SAMPLE = "mnist-sample";

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
   * @param shape of a picture: channels, height, width
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

  /** All names, with what they stand for. */
  public static List<Info> list() {
    List<Integer> shape = List.of(1, 28, 28);
    return List.of(
        new Info(SAMPLE, "MNIST's first 700 of each digit, built in", 6000, 1000, 10, shape, true),
        new Info("mnist", "handwritten digits", 60_000, 10_000, 10, shape, false),
        new Info("fashion-mnist", "pictures of clothes", 60_000, 10_000, 10, shape, false));
  }

  /**
   * Opens a data set.
   *
   * <p>The four files may be gzipped or not, in the folder or in torchvision's {@code MNIST/raw}
   * below it.
   *
   * @param name one of {@link #list}
   * @param dir the folder with its files; null for {@link #folder}
   * @throws IOException if files are missing or damaged, in one line that says what to do
   * @throws IllegalArgumentException if the name is unknown, or a built-in set is given a folder
   */
  public static Splits open(String name, @Nullable Path dir) throws IOException {
    if (name.equals(SAMPLE)) {
      if (dir != null) {
        throw new IllegalArgumentException(
            SAMPLE + " is built in and reads no folder: use mnist for the files in " + dir);
      }
      return new Splits(sample("train", "train"), null, sample("test", "t10k"));
    }
    return new IdxFolder(source(name), dir == null ? folder(name) : dir).open();
  }

  /**
   * Opens a data set by its name, or by the folder with its files.
   *
   * @param nameOrFolder one of {@link #list}, or a folder
   * @param nameOfFolder which data set a folder holds; for the built-in sample the whole set is
   *     meant
   */
  public static Splits openNamed(String nameOrFolder, String nameOfFolder) throws IOException {
    if (list().stream().anyMatch(i -> i.name().equals(nameOrFolder))) {
      return open(nameOrFolder, null);
    }
    Path folder = Path.of(nameOrFolder);
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "no data '%s': neither a folder nor one of %s"
              .formatted(
                  nameOrFolder, String.join(", ", list().stream().map(Info::name).toList())));
    }
    return open(nameOfFolder.equals(SAMPLE) ? "mnist" : nameOfFolder, folder);
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
    return cache(cache).resolve("datasets").resolve(name);
  }

  private static Path cache(@Nullable String cache) {
    return cache == null || cache.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "vit4j")
        : Path.of(cache);
  }

  static IdxSource source(String name) {
    for (IdxSource source : IdxSource.ALL) {
      if (source.name().equals(name)) {
        return source;
      }
    }
    if (name.equals(SAMPLE)) {
      throw new IllegalArgumentException(SAMPLE + " is built in; there is nothing to fetch");
    }
    throw new IllegalArgumentException(
        "unknown data set '%s': use one of %s"
            .formatted(name, String.join(", ", list().stream().map(Info::name).toList())));
  }

  private static ImageSet sample(String split, String prefix) throws IOException {
    return ImageSet.ofIdx(
        SAMPLE + " " + split,
        "(built in)",
        resource(prefix + "-images-idx3-ubyte.gz"),
        resource(prefix + "-labels-idx1-ubyte.gz"),
        IdxSource.MNIST.classes());
  }

  private static Idx.Array resource(String file) throws IOException {
    String path = SAMPLE + "/" + file;
    try (InputStream in = Datasets.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new FileNotFoundException("dev/vit4j/data/" + path + " is missing from the jar");
      }
      return Idx.read(in, path);
    }
  }
}
