package dev.vit4j.spark;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Hadoop's file systems as the driver asks them: every failure names the path. */
final class RemoteFiles {
  /** A question to a file system. */
  @FunctionalInterface
  interface Question<T> {
    T ask(FileSystem files) throws IOException;
  }

  private RemoteFiles() {}

  /**
   * Asks the file system of a path.
   *
   * @throws IOException if there is no such file system, or it fails
   */
  static <T> T ask(Path path, Configuration hadoop, Question<T> question) throws IOException {
    FileSystem files = files(path, hadoop);
    try {
      return question.ask(files);
    } catch (IOException e) {
      throw failure(path, String.valueOf(e.getMessage()), e);
    }
  }

  private static FileSystem files(Path path, Configuration hadoop) throws IOException {
    try {
      return path.getFileSystem(hadoop);
    } catch (UnsupportedFileSystemException e) {
      throw failure(path, "Spark has no file system for " + path.toUri().getScheme() + ":", e);
    } catch (IOException e) {
      throw failure(path, String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) { // Hadoop's way to say that a class or a host is missing
      boolean lacksClass = e.getCause() instanceof ClassNotFoundException;
      String advice = lacksClass ? "; add its jar, as with spark-submit --packages" : "";
      throw failure(path, e.getMessage() + advice, e);
    }
  }

  /** The cause is suppressed, since the innermost cause is what {@link Failures} prints. */
  private static IOException failure(Path path, String reason, Exception cause) {
    String name = path.toString();
    IOException failure = new IOException(reason.contains(name) ? reason : name + ": " + reason);
    failure.addSuppressed(cause);
    return failure;
  }
}
