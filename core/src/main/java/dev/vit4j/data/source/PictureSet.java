package dev.vit4j.data.source;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Shape;
import dev.vit4j.data.Targets;
import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images in files, each decoded when it is asked for. */
public final class PictureSet implements Dataset {
  private final String name;
  private final FileTree tree;
  private final List<String> files;
  private final Targets targets;
  private final TargetCheck check;

  /** Checks whether a sample's target can be read and matches its image. */
  interface TargetCheck {
    /**
     * Checks a target.
     *
     * @param ends first and last bytes of the image file
     * @throws IOException if the target is unusable
     */
    void check(int index, PictureEnds ends) throws IOException;
  }

  /**
   * Creates the data set without opening files.
   *
   * @param files file of each sample
   * @param targets targets of the samples
   */
  public PictureSet(String name, FileTree tree, List<String> files, Targets targets) {
    this(name, tree, files, targets, (index, ends) -> {});
  }

  /** Creates the data set with targets in files. */
  PictureSet(String name, FileTree tree, List<String> files, Targets targets, TargetCheck check) {
    this.name = name;
    this.tree = tree;
    this.files = List.copyOf(files);
    this.targets = targets;
    this.check = check;
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
    PictureEnds ends = PictureEnds.of(tree, file);
    if (!ends.areWhole()) {
      tree.image(file); // throws if the image is damaged
    }
    check.check(index, ends);
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
