package dev.vit4j.data.source;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/** The files of several archives, each below the name of its archive. */
final class ShardTree implements FileTree {
  private final String root;
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final NavigableSet<String> files = new TreeSet<>(PYTHON_ORDER);
  private final NavigableSet<String> folders = new TreeSet<>(PYTHON_ORDER);

  /** A file of an archive. */
  private record Place(FileTree shard, String file) {}

  /**
   * @param root name for messages
   * @param shards archives by their path relative to the root
   */
  ShardTree(String root, Map<String, FileTree> shards) {
    this.root = root;
    shards.forEach(
        (name, shard) -> {
          for (String file : shard.files()) {
            String path = name + "/" + file;
            places.put(path, new Place(shard, file));
            files.add(path);
          }
          for (String folder = name; !folder.isEmpty(); folder = FileTree.parent(folder)) {
            folders.add(folder);
          }
          shard.folders().forEach(folder -> folders.add(name + "/" + folder));
        });
  }

  private Place place(String file) {
    Place place = places.get(file);
    if (place == null) {
      throw new IllegalArgumentException(root + " has no file " + file);
    }
    return place;
  }

  @Override
  public NavigableSet<String> files() {
    return files;
  }

  @Override
  public NavigableSet<String> folders() {
    return folders;
  }

  @Override
  public String root() {
    return root;
  }

  @Override
  public String where(String file) {
    Place place = places.get(file);
    return place == null ? root + "/" + file : place.shard.where(place.file);
  }

  @Override
  public long size(String file) throws IOException {
    return place(file).shard.size(place(file).file);
  }

  @Override
  public InputStream open(String file) throws IOException {
    return place(file).shard.open(place(file).file);
  }

  @Override
  public byte[] read(String file) throws IOException {
    return place(file).shard.read(place(file).file);
  }

  @Override
  public Image image(String file) throws IOException {
    return place(file).shard.image(place(file).file);
  }
}
