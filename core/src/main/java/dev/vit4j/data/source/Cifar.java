package dev.vit4j.data.source;

import dev.vit4j.data.ImageSet;
import dev.vit4j.data.Shape;
import dev.vit4j.data.Splits;
import dev.vit4j.format.FormatException;
import dev.vit4j.format.NumpyArray;
import dev.vit4j.format.Pickle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads CIFAR-10 and CIFAR-100 in the two published formats.
 *
 * <pre>
 * binary: records of one label byte (CIFAR-100: coarse, then fine label), then 1024 red, 1024 green
 *         and 1024 blue bytes of 32 rows
 * python: a pickled dict with data, u8 [N, 3072] in the same order, and labels, or fine_labels and
 *         coarse_labels, N integers
 * </pre>
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">The CIFAR data sets</a>
 */
final class Cifar {
  private static final Shape SHAPE = new Shape(3, 32, 32);

  private static final Form[] FORMS = {
    new Form(10, false, numbered("data_batch_%d.bin"), "test_batch.bin"),
    new Form(100, false, List.of("train.bin"), "test.bin"),
    new Form(10, true, numbered("data_batch_%d"), "test_batch"),
    new Form(100, true, List.of("train"), "test"),
  };

  private static final List<String> FOLDERS =
      List.of(
          "",
          "cifar-10-batches-bin",
          "cifar-100-binary",
          "cifar-10-batches-py",
          "cifar-100-python",
          "cifar-10-binary.tar.gz",
          "cifar-100-binary.tar.gz",
          "cifar-10-python.tar.gz",
          "cifar-100-python.tar.gz");

  private final RemoteSet set;
  private final FileTree tree;
  private final Form form;

  private record Form(int classes, boolean python, List<String> train, String test) {
    boolean isOf(RemoteSet set) {
      return set.equals(RemoteSet.CIFAR10) ? classes == 10 : classes == 100;
    }

    boolean isIn(FileTree tree) {
      NavigableSet<String> files = tree.files();
      return files.contains(test) && files.contains(train.get(0));
    }
  }

  private Cifar(RemoteSet set, FileTree tree, Form form) {
    this.set = set;
    this.tree = tree;
    this.form = form;
  }

  private static List<String> numbered(String pattern) {
    return List.of(1, 2, 3, 4, 5).stream().map(pattern::formatted).toList();
  }

  /** Recognizes the data set of a folder or archive by its file names; null if none. */
  static @Nullable RemoteSet in(FileTree tree) {
    for (Form form : FORMS) {
      if (place(tree, form) != null) {
        return form.classes() == 10 ? RemoteSet.CIFAR10 : RemoteSet.CIFAR100;
      }
    }
    for (RemoteSet set : List.of(RemoteSet.CIFAR10, RemoteSet.CIFAR100)) {
      if (FOLDERS.stream().anyMatch(f -> isArchiveOf(set, f) && tree.files().contains(f))) {
        return set;
      }
    }
    return null;
  }

  private static @Nullable FileTree place(FileTree tree, Form form) {
    for (String folder : FOLDERS) {
      boolean there = folder.isEmpty() || tree.folders().contains(folder);
      FileTree inner = there ? tree.below(folder) : tree;
      if (there && form.isIn(inner)) {
        return inner;
      }
    }
    return null;
  }

  /**
   * Opens a data set from the first location that contains it: the files, the original folder, or
   * the original archive.
   *
   * @throws FormatException if no location contains it, or files are damaged
   */
  static Splits open(RemoteSet set, List<Path> places, Consumer<String> notes) throws IOException {
    for (Path place : places) {
      for (String folder : FOLDERS) {
        Path path = place.resolve(folder);
        boolean archive = Files.isRegularFile(path);
        if (archive ? folder.isEmpty() || isArchiveOf(set, folder) : Files.isDirectory(path)) {
          Splits found = open(set, archive ? FileTree.of(path, notes) : FolderTree.flat(path));
          if (found != null) {
            return found;
          }
        }
      }
    }
    throw new FormatException(
        places.get(0).toString(),
        -1,
        "%s: put %s there, or run: vit data fetch %s"
            .formatted(
                Files.exists(places.get(0)) ? "has no files of " + set.name() : "does not exist",
                set.fileNames(),
                set.name()));
  }

  private static boolean isArchiveOf(RemoteSet set, String archive) {
    return archive.endsWith(".tar.gz")
        && archive.startsWith(set.equals(RemoteSet.CIFAR10) ? "cifar-10-" : "cifar-100-");
  }

  /** Opens a data set from its files in a folder or archive; null if there are none. */
  static @Nullable Splits open(RemoteSet set, FileTree tree) throws IOException {
    for (Form form : FORMS) {
      FileTree place = place(tree, form);
      if (place != null && form.isOf(set)) {
        Cifar cifar = new Cifar(set, place, form);
        return new Splits(
            cifar.part("train", form.train()), null, cifar.part("test", List.of(form.test())));
      }
    }
    return null;
  }

  private ImageSet part(String split, List<String> files) throws IOException {
    List<byte[]> pixels = new ArrayList<>();
    List<int[]> labels = new ArrayList<>();
    for (String file : files) {
      if (!tree.files().contains(file)) {
        throw new FormatException(
            tree.root(), -1, "has no " + file + ", which belongs to " + set.name());
      }
      byte[] content = tree.read(file);
      if (form.python()) {
        readPython(tree.where(file), content, pixels, labels);
      } else {
        readBinary(tree.where(file), content, pixels, labels);
      }
    }
    byte[] allPixels = CifarParts.join(pixels);
    int[] allLabels = labels.stream().flatMapToInt(Arrays::stream).toArray();
    try {
      return ImageSet.of(
          set.name() + " " + split, tree.root(), allPixels, allLabels, set.classes(), SHAPE);
    } catch (IllegalArgumentException e) {
      throw new FormatException(tree.root(), -1, e.getMessage());
    }
  }

  private void readBinary(String source, byte[] content, List<byte[]> pixels, List<int[]> labels)
      throws FormatException {
    int head = form.classes() == 10 ? 1 : 2;
    int record = head + SHAPE.bytes();
    if (content.length == 0 || content.length % record != 0) {
      throw new FormatException(
          source,
          -1,
          "has %d bytes, not a multiple of the record size %d".formatted(content.length, record));
    }
    int count = content.length / record;
    int which = set.equals(RemoteSet.CIFAR100) ? 1 : 0;
    byte[] planes = new byte[count * SHAPE.bytes()];
    int[] classes = new int[count];
    for (int i = 0; i < count; i++) {
      classes[i] = content[i * record + which] & 0xff;
      System.arraycopy(content, i * record + head, planes, i * SHAPE.bytes(), SHAPE.bytes());
    }
    pixels.add(planes);
    labels.add(classes);
  }

  private void readPython(String source, byte[] content, List<byte[]> pixels, List<int[]> labels)
      throws FormatException {
    Object value = new Pickle(source, content, 0, NumpyArray.GLOBALS, null).read();
    try {
      Map<String, @Nullable Object> dict = CifarParts.dict(value);
      String key =
          set.equals(RemoteSet.CIFAR10)
              ? "labels"
              : set.equals(RemoteSet.CIFAR100) ? "fine_labels" : "coarse_labels";
      labels.add(CifarParts.labels(dict.get(key), key));
      pixels.add(CifarParts.pixels(dict.get("data"), SHAPE.bytes()));
    } catch (IllegalArgumentException e) {
      throw new FormatException(source, -1, String.valueOf(e.getMessage()));
    }
  }
}
