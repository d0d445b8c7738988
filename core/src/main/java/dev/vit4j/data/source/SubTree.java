package dev.vit4j.data.source;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.TreeSet;

/** The files below a folder of another tree, with paths relative to it. */
final class SubTree implements FileTree {
  private final FileTree whole;
  private final String prefix;
  private final NavigableSet<String> files;
  private final NavigableSet<String> folders;

  SubTree(FileTree whole, String folder) {
    this.whole = whole;
    this.prefix = folder + "/";
    this.files = below(whole.files());
    this.folders = below(whole.folders());
  }

  private NavigableSet<String> below(Collection<String> paths) {
    NavigableSet<String> below = new TreeSet<>(PYTHON_ORDER);
    paths.stream()
        .filter(p -> p.startsWith(prefix))
        .forEach(p -> below.add(p.substring(prefix.length())));
    return below;
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
    return whole.where(prefix.substring(0, prefix.length() - 1));
  }

  @Override
  public String where(String file) {
    return whole.where(prefix + file);
  }

  @Override
  public long size(String file) throws IOException {
    return whole.size(prefix + file);
  }

  @Override
  public InputStream open(String file) throws IOException {
    return whole.open(prefix + file);
  }

  @Override
  public byte[] read(String file) throws IOException {
    return whole.read(prefix + file);
  }

  @Override
  public Image image(String file) throws IOException {
    return whole.image(prefix + file);
  }
}
