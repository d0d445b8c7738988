package dev.vit4j.spark;

import dev.vit4j.data.source.FileTree;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.SparkSession;

/**
 * Files of any Hadoop file system. Spark's {@code binaryFile} source passes over empty files
 * without a word, and fails if a file is missing or too large.
 */
final class FileList {
  /**
   * A file.
   *
   * @param length bytes
   */
  record Entry(String path, long length) implements Serializable {}

  private final FileSystem files;
  private final List<String> endings;

  private FileList(FileSystem files, List<String> endings) {
    this.files = files;
    this.endings = endings;
  }

  /**
   * Returns the files with these endings in folders and their subfolders, sorted by path. Hidden
   * ones are passed over.
   *
   * @param endings in lower case
   * @param paths files, which may have any ending, folders or globs
   * @throws IOException if there are none, or a folder cannot be read
   */
  static List<Entry> of(SparkSession spark, List<String> endings, String... paths)
      throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    List<Entry> found = new ArrayList<>();
    for (String path : paths) {
      Path pattern = new Path(path);
      found.addAll(
          RemoteFiles.ask(
              pattern, hadoop, files -> new FileList(files, endings).matching(pattern)));
    }
    return found.stream().distinct().sorted(Comparator.comparing(Entry::path)).toList();
  }

  private List<Entry> matching(Path pattern) throws IOException {
    FileStatus[] matches = files.globStatus(pattern);
    if (matches == null || matches.length == 0) {
      throw new IOException(pattern + ": no such file or folder");
    }
    List<Entry> found = new ArrayList<>();
    for (FileStatus match : matches) {
      if (match.isDirectory()) {
        found.addAll(below(match.getPath()));
      } else {
        found.add(new Entry(match.getPath().toString(), match.getLen()));
      }
    }
    if (found.isEmpty()) {
      throw new IOException(
          "%s: contains no files with the endings %s"
              .formatted(pattern, String.join(", ", endings)));
    }
    return found;
  }

  private List<Entry> below(Path folder) throws IOException {
    List<Entry> found = new ArrayList<>();
    int root = folder.toString().length() + 1;
    for (RemoteIterator<LocatedFileStatus> each = files.listFiles(folder, true); each.hasNext(); ) {
      LocatedFileStatus file = each.next();
      String path = file.getPath().toString();
      if (hasEnding(path, endings) && !FileTree.isHidden(path.substring(root))) {
        found.add(new Entry(path, file.getLen()));
      }
    }
    return found;
  }

  /** Returns whether a path has one of these endings, in any case. */
  static boolean hasEnding(String path, List<String> endings) {
    String lower = path.toLowerCase(Locale.ROOT);
    return endings.stream().anyMatch(lower::endsWith);
  }
}
