package dev.vit4j.hub;

import dev.vit4j.web.DownloadProgress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** A planned download; all files are known before anything is downloaded. */
public sealed interface Fetch permits HubFetch, TorchvisionFetch {
  /**
   * A file of the download.
   *
   * @param name file name
   * @param from URL
   * @param bytes size in bytes
   * @param isHere whether it is already in the local cache
   * @param path its local path, now or after the download
   */
  record Item(String name, URI from, long bytes, boolean isHere, Path path) {}

  /** All files, in download order. */
  List<Item> items();

  /** The commit of the files; empty if they are not versioned. */
  String version();

  /** The folder or file of the model after the download. */
  Path place();

  /**
   * Downloads missing files. Each file is verified before it gets its name; after a failure, the
   * data received so far is kept, and the next call resumes the download.
   *
   * @throws IOException in one line that says what failed and which files to copy where instead
   */
  void run(DownloadProgress progress) throws IOException;

  /** Number of bytes to download; partial files count as missing. */
  default long missing() {
    return items().stream().filter(item -> !item.isHere()).mapToLong(Item::bytes).sum();
  }
}
