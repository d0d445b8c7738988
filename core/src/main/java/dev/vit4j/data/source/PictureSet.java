package dev.vit4j.data.source;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Shape;
import dev.vit4j.data.Targets;
import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pictures in files, each decoded when it is asked for. */
final class PictureSet implements Dataset {
  private final String name;
  private final FileTree tree;
  private final List<String> files;
  private final Targets targets;

  /**
   * Names the files; none is opened.
   *
   * @param files one of the tree for each sample
   * @param targets of the samples
   */
  PictureSet(String name, FileTree tree, List<String> files, Targets targets) {
    this.name = name;
    this.tree = tree;
    this.files = List.copyOf(files);
    this.targets = targets;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public Targets targets() {
    return targets;
  }

  @Override
  public Image image(int index) throws IOException {
    return tree.image(files.get(index));
  }

  @Override
  public byte[] encoded(int index) throws IOException {
    return tree.read(files.get(index));
  }

  @Override
  public void check(int index) throws IOException {
    String file = files.get(index);
    if (!PictureEnds.of(tree, file).areWhole()) {
      tree.image(file); // says what is wrong, or that nothing is
    }
  }

  @Override
  public @Nullable Shape shape() {
    return null;
  }

  @Override
  public String source(int index) {
    return tree.where(files.get(index));
  }

  @Override
  public String root() {
    return tree.root();
  }
}
