package dev.vit4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.source.DataSpec;
import dev.vit4j.data.source.Datasets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model's classes and a folder's are told apart by their names. */
class RelabelledTest {
  @TempDir Path dir;

  private final List<String> notes = new ArrayList<>();

  private Dataset folder() throws IOException {
    PictureFolders.write(dir, "train/a/1.png", "train/b/2.png", "train/c/3.png");
    PictureFolders.write(dir, "test/a/1.png", "test/b/2.png", "test/c/3.png");
    return Datasets.open(DataSpec.of("folder", dir), n -> {}).test();
  }

  private Dataset of(String... classes) throws IOException {
    return Relabelled.of(folder(), List.of(classes), true, notes::add);
  }

  @Test
  void namesCountNotTheirOrder() throws IOException {
    assertThat(Labels.of(of("a", "b", "c")).label(2)).isEqualTo(2);
    Dataset turned = of("c", "x", "a", "b");
    assertThat(turned.classes()).containsExactly("c", "x", "a", "b");
    assertThat(
            List.of(
                Labels.of(turned).label(0), Labels.of(turned).label(1), Labels.of(turned).label(2)))
        .containsExactly(2, 3, 0);
    assertThat(PictureFolders.red(turned, 1)).isEqualTo(PictureFolders.red(folder(), 1));
    assertThat(notes).isEmpty();
  }

  @Test
  void classesThatTheModelDoesNotKnowAreRefused() {
    assertThatThrownBy(() -> of("a", "b", "zebra"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("classes that the model does not have: c; the model has a; b; zebra");
    assertThatThrownBy(() -> of("w", "x", "y", "z"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 3 classes, but the model has 4");
  }

  @Test
  void otherNamesAltogetherAreTakenInTheirOrderAndSaid() throws IOException {
    assertThat(Labels.of(of("x", "y", "z")).label(1)).isEqualTo(1);
    assertThat(notes).singleElement().asString().contains("mapped in order, a to x");
  }

  /** Targets of any kind are mapped in the same way: the function gets the model's classes. */
  @Test
  void otherTargetsAreMappedToo() throws IOException {
    List<int[]> maps = new ArrayList<>();
    List<String> classes = List.of("c", "x", "a", "b");
    Labels mapped = new Labels(new int[] {2, 3, 0}, classes);
    Dataset turned =
        Relabelled.of(
            folder(),
            classes,
            true,
            notes::add,
            to -> {
              maps.add(to);
              return mapped;
            });
    assertThat(maps).singleElement().isEqualTo(new int[] {2, 3, 0});
    assertThat(turned.targets()).isSameAs(mapped);
    assertThat(turned.source(1)).isEqualTo(folder().source(1));
  }
}
