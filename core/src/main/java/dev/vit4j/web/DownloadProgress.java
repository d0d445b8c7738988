package dev.vit4j.web;

import java.net.URI;

/** Hears how a download goes on. */
@FunctionalInterface
public interface DownloadProgress {
  /**
   * Called at the start of a file and as its data comes.
   *
   * @param from the file's address
   * @param bytes that are here; above 0 at the start of a download that goes on
   * @param total that there will be
   */
  void received(URI from, long bytes, long total);
}
