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
 * The cache of one model as huggingface_hub lays it out, so that either uses what the other has
 * fetched:
 *
 * <pre>
 * models--ORG--NAME/
 *   blobs/ETAG                   the files, called by their checksums
 *   blobs/ETAG.incomplete        what has come of one
 *   refs/main                    the commit that a branch or tag meant when it was last asked for
 *   snapshots/COMMIT/FILE        a link to ../../blobs/ETAG; without links the file itself
 *   .no_exist/COMMIT/FILE        empty: that commit has no such file
 * .locks/models--ORG--NAME/ETAG.lock
 * </pre>
 */
final class HubCache {
  static final String COMMIT = "[0-9a-f]{40}";

  private final Path root;
  private final Path folder;

  /**
   * @param root of all models
   * @param id {@code org/name}, checked
   */
  HubCache(Path root, String id) {
    this.root = root;
    this.folder = root.resolve(folderName(id));
  }

  private static String folderName(String id) {
    return "models--" + id.replace("/", "--");
  }

  /** The snapshot of a revision with all of its weights; empty if something is missing. */
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

  /** The commit that a revision means here; the revision itself if nobody has asked for it. */
  private String commit(String revision) throws IOException {
    Path ref = folder.resolve("refs").resolve(revision);
    if (revision.matches(COMMIT) || !Files.isRegularFile(ref)) {
      return revision;
    }
    String commit =
        Files.size(ref) > 100 ? "" : new String(Files.readAllBytes(ref), ISO_8859_1).strip();
    if (!commit.matches(COMMIT)) {
      throw new FormatException(ref.toString(), -1, "holds no commit: delete it and fetch again");
    }
    return commit;
  }

  /** The folder with the files of a commit. */
  Path snapshot(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  /** Where a file lies for its users, whether it is there or not. */
  Path pointer(RemoteFile file, String commit) {
    return snapshot(commit).resolve(file.name());
  }

  /** The file under its checksum, whether it is there or not. */
  Path blob(RemoteFile file) {
    return folder.resolve("blobs").resolve(file.checksum().hex());
  }

  /** Where the file is while it is incomplete. */
  Path part(RemoteFile file) {
    return blob(file).resolveSibling(file.checksum().hex() + ".incomplete");
  }

  /** The lock of whoever fetches the file. */
  Path lock(RemoteFile file) {
    return root.resolve(".locks")
        .resolve(folder.getFileName())
        .resolve(file.checksum().hex() + ".lock");
  }

  /** Whether a commit's file is here, whole. */
  boolean has(RemoteFile file, String commit) {
    return isWhole(pointer(file, commit), file) || isWhole(blob(file), file);
  }

  private static boolean isWhole(Path path, RemoteFile file) {
    return Files.isRegularFile(path) && path.toFile().length() == file.bytes();
  }

  /** Makes a blob a commit's file, by a link where there can be one. */
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
      return false; // Windows without the right to make links
    }
  }

  /** Remembers that a commit has no such file. */
  void markMissing(String name, String commit) throws IOException {
    Path mark = folder.resolve(".no_exist").resolve(commit).resolve(name);
    Files.createDirectories(mark.getParent());
    if (!Files.exists(mark)) {
      Files.createFile(mark);
    }
  }

  /** Remembers the commit of a branch or tag; the last step, when all files are there. */
  void remember(String revision, String commit) throws IOException {
    if (revision.equals(commit) || commit.equals(commit(revision))) {
      return; // a cache that is complete need not be writable
    }
    Path ref = folder.resolve("refs").resolve(revision);
    Files.createDirectories(ref.getParent());
    AtomicFile.writeString(ref, commit);
  }
}
