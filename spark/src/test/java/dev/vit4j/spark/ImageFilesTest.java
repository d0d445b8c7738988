package dev.vit4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How many tasks read image files. */
class ImageFilesTest {
  @Test
  void allCoresHaveAsManyTasks() {
    assertThat(ImageFiles.tasks(1, 2)).isEqualTo(1);
    assertThat(ImageFiles.tasks(64, 8)).isEqualTo(2);
    assertThat(ImageFiles.tasks(250, 2)).isEqualTo(8);
    assertThat(ImageFiles.tasks(1000, 2)).isEqualTo(16);
    assertThat(ImageFiles.tasks(10_001, 2)).isEqualTo(16);
    assertThat(ImageFiles.tasks(1_000_000, 3)).isEqualTo(1002);
  }
}
