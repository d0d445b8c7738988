package dev.vit4j.web;

import java.net.URI;

/** Receives the progress of a download. */
@FunctionalInterface
public interface DownloadProgress {
  /**
   * Called at the start of a file and as data arrives.
   *
   * @param from URL of the file
   * @param bytes number of bytes received, above 0 at the start of a resumed download
   * @param total size of the file in bytes
   */
  void received(URI from, long bytes, long total);
}
