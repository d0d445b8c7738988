package dev.vit4j.data.source;

import dev.vit4j.data.Captions;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Splits;
import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Images with captions: a table ({@link CaptionTable}), or a folder, an archive or a folder of tar
 * shards with {@link CaptionFiles}. Without a test split, a share is held out for testing.
 */
final class CaptionSets {
  /** Images with captions. */
  static final String NAME = "captions";

  private CaptionSets() {}

  /** Returns whether a path is a table. */
  static boolean isTable(Path path) {
    return CaptionTable.isOne(path) && Files.isRegularFile(path);
  }

  /** Returns whether a folder holds shards, judged by the content of the first archive. */
  static boolean hasShards(Path path) throws IOException {
    List<Path> archives = shards(path);
    return !archives.isEmpty() && CaptionFiles.matches(FileTree.of(archives.get(0), note -> {}));
  }

  /**
   * Opens the data set.
   *
   * @throws FormatException if images are missing, or captions are missing or empty
   */
  static Splits open(DataSpec spec, Consumer<String> notes) throws IOException {
    Path dir = spec.dir();
    String train = spec.lists().train();
    if (train != null) {
      DataLists lists = spec.lists();
      Dataset all = listed(spec, "train", train, lists.trainDir());
      Dataset val = lists.val() == null ? null : listed(spec, "val", lists.val(), lists.valDir());
      return lists.test() == null
          ? heldOut(all, val, spec)
          : new Splits(all, val, listed(spec, "test", lists.test(), lists.testDir()));
    }
    if (dir == null) {
      throw new IllegalArgumentException(
          "data 'captions' needs data_dir (--data): a table (.csv, .tsv, .jsonl), or a folder or archive with x.jpg and x.txt");
    }
    if (isTable(dir)) {
      Path folder = dir.toAbsolutePath().getParent();
      return heldOut(table(name(dir), dir, folder, spec.columns()), null, spec);
    }
    return parts(tree(dir, notes), name(dir), spec, notes);
  }

  private static Splits parts(FileTree tree, String name, DataSpec spec, Consumer<String> notes)
      throws IOException {
    String train = PartFolders.folder(tree, "train");
    if (train == null) {
      return heldOut(CaptionFiles.set(name, tree, notes), null, spec);
    }
    String val = PartFolders.folder(tree, "val");
    String test = PartFolders.folder(tree, "test");
    Dataset learned = CaptionFiles.set(name + " train", tree.below(train), notes);
    Dataset validated =
        val == null ? null : CaptionFiles.set(name + " val", tree.below(val), notes);
    return test == null
        ? heldOut(learned, validated, spec)
        : new Splits(learned, validated, CaptionFiles.set(name + " test", tree.below(test), notes));
  }

  private static Splits heldOut(Dataset all, @Nullable Dataset val, DataSpec spec) {
    return Splits.heldOut(all, val, spec.testSplit(), spec.seed(), "no test split");
  }

  private static Dataset listed(DataSpec spec, String split, String table, @Nullable String folder)
      throws IOException {
    Path dir = spec.dir();
    Path file = dir == null ? Path.of(table) : dir.resolve(table);
    Path images = folder == null ? dir : dir == null ? Path.of(folder) : dir.resolve(folder);
    return table(
        NAME + " " + split,
        file,
        images == null ? file.toAbsolutePath().getParent() : images,
        spec.columns());
  }

  private static Dataset table(String name, Path file, Path folder, CaptionColumns columns)
      throws IOException {
    Map<String, List<String>> rows = CaptionTable.read(file, columns);
    List<String> missing =
        rows.keySet().stream()
            .map(folder::resolve)
            .filter(p -> !Files.isRegularFile(p))
            .map(Path::toString)
            .toList();
    ListFile.refuse(
        file,
        missing.size() == 1
            ? "lists an image that does not exist"
            : "lists %d images that do not exist".formatted(missing.size()),
        missing);
    return new PictureSet(
        name,
        FolderTree.unlisted(folder),
        List.copyOf(rows.keySet()),
        new Captions(List.copyOf(rows.values())));
  }

  private static FileTree tree(Path path, Consumer<String> notes) throws IOException {
    Map<String, FileTree> shards = new TreeMap<>(FileTree.PYTHON_ORDER);
    for (Path shard : shards(path)) {
      shards.put(path.relativize(shard).toString().replace('\\', '/'), FileTree.of(shard, notes));
    }
    return shards.isEmpty() ? FileTree.of(path, notes) : new ShardTree(path.toString(), shards);
  }

  /** Returns the tar archives in a folder. */
  private static List<Path> shards(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(path)) {
      return files
          .filter(f -> f.toString().endsWith(".tar") && Files.isRegularFile(f))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FormatException.unreadable(path, e);
    }
  }

  private static String name(Path path) {
    Path last = path.toAbsolutePath().normalize().getFileName();
    return last == null ? NAME : last.toString();
  }
}
