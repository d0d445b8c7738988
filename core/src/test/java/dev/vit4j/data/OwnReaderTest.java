package dev.vit4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.data.source.FileTree;
import dev.vit4j.data.source.PictureSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task with its own targets reads folders and archives by two classes. */
class OwnReaderTest {
  @TempDir Path dir;

  @Test
  void imagesOfAFolderGetTargetsOfTheReader() throws IOException {
    PictureFolders.write(dir, "b_1.png", "sub/a_2.png", ".hidden/c_3.png");
    Files.writeString(dir.resolve("notes.txt"), "no image");
    FileTree tree = FileTree.of(dir, note -> {});
    List<String> images = tree.images();
    assertThat(images).containsExactly("b_1.png", "sub/a_2.png");
    Labels labels = new Labels(new int[] {1, 0}, List.of("a", "b"));
    Dataset data = new PictureSet("own", tree, images, labels);
    assertThat(data.targets()).isSameAs(labels);
    assertThat(data.image(1).channels()).isEqualTo(3);
    assertThat(data.encoded(0)).isEqualTo(Files.readAllBytes(dir.resolve("b_1.png")));
    assertThat(data.source(1)).isEqualTo(dir.resolve("sub/a_2.png").toString());
  }
}
