package dev.vit4j.hub;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.FormatException;
import dev.vit4j.format.ShardIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The cache of one model in huggingface_hub's layout, so that both libraries share downloads:
 *
 * <pre>
 * models--ORG--NAME/
 * blobs/ETAG                   the files, named by their checksums
 * blobs/ETAG.incomplete        a partial download
 * refs/main                    the commit of a branch or tag at the last download
 * snapshots/COMMIT/FILE        a link to ../../blobs/ETAG; without links, the file itself
 * .no_exist/COMMIT/FILE        empty: the commit has no such file
 * .locks/models--ORG--NAME/ETAG.lock
 * </pre>
 */
final class HubCache {
  static final String COMMIT = "[0-9a-f]{40}";

  private final Path root;
  private final Path folder;

  /**
   * @param root cache folder of all models
   * @param id {@code org/name}, validated
   */
  HubCache(Path root, String id) {
    this.root = root;
    this.folder = root.resolve(folderName(id));
  }

  private static String folderName(String id) {
    return "models--" + id.replace("/", "--");
  }

  /** Returns the snapshot of a revision if its weights are complete, otherwise empty. */
  Optional<Path> weights(String revision) throws IOException {
    Path snapshot = snapshot(commit(revision));
    for (String name : HubFiles.join(HubFiles.WEIGHTS, HubFiles.OPEN_CLIP)) {
      Path file = snapshot.resolve(name);
      if (Files.isRegularFile(file)) {
        return hasShards(file) ? Optional.of(snapshot) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Returns open_clip's weights file of a revision if it and its configuration exist. */
  Optional<Path> openClip(String revision) throws IOException {
    Path snapshot = snapshot(commit(revision));
    return Files.isRegularFile(snapshot.resolve(HubFiles.OPEN_CLIP_CONFIG))
        ? HubFiles.OPEN_CLIP.stream()
            .map(snapshot::resolve)
            .filter(Files::isRegularFile)
            .findFirst()
        : Optional.empty();
  }

  private static boolean hasShards(Path weights) throws IOException {
    String index = weights.getFileName().toString();
    return !HubFiles.isIndex(index)
        || ShardIndex.read(weights).weightMap().values().stream()
            .distinct()
            .allMatch(
                shard ->
                    HubFiles.isShard(index, shard)
                        && Files.isRegularFile(weights.resolveSibling(shard)));
  }

  /** Returns the cached commit of a revision; the revision itself if none is cached. */
  private String commit(String revision) throws IOException {
    Path ref = folder.resolve("refs").resolve(revision);
    if (revision.matches(COMMIT) || !Files.isRegularFile(ref)) {
      return revision;
    }
    String commit =
        Files.size(ref) > 100 ? "" : new String(Files.readAllBytes(ref), ISO_8859_1).strip();
    if (!commit.matches(COMMIT)) {
      throw new FormatException(
          ref.toString(), -1, "contains no commit: delete it and fetch again");
    }
    return commit;
  }

  /** Returns the folder of a commit. */
  Path snapshot(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  /** Returns the path of a file in its snapshot, whether it exists or not. */
  Path pointer(RemoteFile file, String commit) {
    return snapshot(commit).resolve(file.name());
  }

  /** Returns the path of a file by its checksum, whether it exists or not. */
  Path blob(RemoteFile file) {
    return folder.resolve("blobs").resolve(file.checksum().hex());
  }

  /** Returns the path of a partial download. */
  Path part(RemoteFile file) {
    return blob(file).resolveSibling(file.checksum().hex() + ".incomplete");
  }

  /** Returns the path of the download's lock file. */
  Path lock(RemoteFile file) {
    return root.resolve(".locks")
        .resolve(folder.getFileName())
        .resolve(file.checksum().hex() + ".lock");
  }

  /** Whether a file of a commit is complete in the cache. */
  boolean has(RemoteFile file, String commit) {
    return isWhole(pointer(file, commit), file) || isWhole(blob(file), file);
  }

  private static boolean isWhole(Path path, RemoteFile file) {
    return Files.isRegularFile(path) && path.toFile().length() == file.bytes();
  }

  /** Links a blob into a commit's snapshot; without links, moves it there. */
  void link(RemoteFile file, String commit, boolean links) throws IOException {
    Path pointer = pointer(file, commit);
    if (isWhole(pointer, file)) {
      return;
    }
    Files.createDirectories(pointer.getParent());
    Files.deleteIfExists(pointer);
    Path target = pointer.getParent().relativize(blob(file));
    if (!links || !isLinked(pointer, target)) {
      Files.move(blob(file), pointer, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static boolean isLinked(Path pointer, Path target) {
    try {
      Files.createSymbolicLink(pointer, target);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false; // Windows without the privilege to create links
    }
  }

  /** Records that a commit has no such file. */
  void markMissing(String name, String commit) throws IOException {
    Path mark = folder.resolve(".no_exist").resolve(commit).resolve(name);
    Files.createDirectories(mark.getParent());
    if (!Files.exists(mark)) {
      Files.createFile(mark);
    }
  }

  /** Records the commit of a branch or tag; the last step, once all files are complete. */
  void remember(String revision, String commit) throws IOException {
    if (revision.equals(commit) || commit.equals(commit(revision))) {
      return; // a complete cache may be read-only
    }
    Path ref = folder.resolve("refs").resolve(revision);
    Files.createDirectories(ref.getParent());
    AtomicFile.writeString(ref, commit);
  }
}
