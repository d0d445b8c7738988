package dev.vit4j.hub;

import dev.vit4j.web.DownloadProgress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** What is to be fetched: known in every detail before anything is. */
public sealed interface Fetch permits HubFetch, TorchvisionFetch {
  /**
   * A file of it.
   *
   * @param name its name
   * @param from its address
   * @param bytes its size
   * @param isHere whether it is on this machine already
   * @param path where it is, or will be
   */
  record Item(String name, URI from, long bytes, boolean isHere, Path path) {}

  /** All files, in the order in which they are fetched. */
  List<Item> items();

  /** The version of the files: a commit; empty where there are no versions. */
  String version();

  /** The folder or file that is a model when all is done. */
  Path place();

  /**
   * Fetches what is not here yet. Each file is checked before it appears under its name; what has
   * come of a file is kept when something fails, and the next call goes on from there.
   *
   * @throws IOException in one line that says what failed and which files to put where instead
   */
  void run(DownloadProgress progress) throws IOException;

  /** Bytes that are not on this machine yet; of half a file all. */
  default long missing() {
    return items().stream().filter(item -> !item.isHere()).mapToLong(Item::bytes).sum();
  }
}
