package dev.vit4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.data.Moments;
import dev.vit4j.data.Splits;
import dev.vit4j.data.source.Datasets;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All of CIFAR-100, from sheets of 40 x 25 pictures each. */
@Tag("fulldata")
class FullCifarTest {
  private static final Path SHEETS =
      Path.of(System.getProperty("vit4j.shared", ""), "data", "cifar100");

  @Test
  void countsMeanAndDeviationAreTheKnownOnes(@TempDir Path dir) throws IOException {
    write("train", 50, dir.resolve("train.bin"));
    write("test", 10, dir.resolve("test.bin"));
    Splits fine = Datasets.open("cifar100", dir);
    assertCounts(fine.train(), 500);
    assertCounts(fine.test(), 100);
    Moments moments = Moments.of(fine.train(), 3);
    assertThat(moments.pictures()).isEqualTo(50_000);
    List<Double> mean = List.of(0.50708, 0.48655, 0.44091);
    List<Double> std = List.of(0.26733, 0.25644, 0.27615);
    for (int c = 0; c < 3; c++) {
      assertThat(moments.mean().get(c)).isCloseTo(mean.get(c), within(1e-5));
      assertThat(moments.std().get(c)).isCloseTo(std.get(c), within(1e-5));
    }
    Splits coarse = Datasets.open("cifar100-coarse", dir);
    assertCounts(coarse.train(), 2500);
    assertThat(coarse.train().classes().get(Labels.of(coarse.train()).label(0)))
        .isEqualTo("large_omnivores_and_herbivores");
    assertThat(fine.train().classes().get(Labels.of(fine.train()).label(0))).isEqualTo("cattle");
  }

  private static void assertCounts(Dataset data, int ofEach) {
    int[] counts = new int[data.classes().size()];
    for (int i = 0; i < data.size(); i++) {
      counts[Labels.of(data).label(i)]++;
    }
    assertThat(counts).containsOnly(ofEach);
  }

  private static void write(String split, int sheets, Path file) throws IOException {
    byte[] coarse = Files.readAllBytes(SHEETS.resolve("fine_to_coarse.u8"));
    byte[] labels = Files.readAllBytes(SHEETS.resolve(split + "_fine_labels.u8"));
    byte[] planes = new byte[3 * 1024];
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < 1000 * sheets; i += 1000) {
        BufferedImage sheet =
            ImageIO.read(SHEETS.resolve("%s_%02d.png".formatted(split, i / 1000)).toFile());
        for (int tile = 0; tile < 1000; tile++) {
          for (int p = 0; p < 1024; p++) {
            int rgb = sheet.getRGB(tile % 40 * 32 + p % 32, tile / 40 * 32 + p / 32);
            for (int c = 0; c < 3; c++) {
              planes[1024 * c + p] = (byte) (rgb >> (16 - 8 * c));
            }
          }
          out.write(coarse[labels[i + tile]]);
          out.write(labels[i + tile]);
          out.write(planes);
        }
      }
    }
  }
}
