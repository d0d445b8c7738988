package dev.vit4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.data.PictureFolders;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.format.Allocation;
import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.input.Preprocess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictorTest {
  private static final int BROKEN = 7;

  @TempDir Path dir;

  /** Pictures whose one pixel is their number; one cannot be read. */
  private static List<Predictor.Picture> numbered(int count) {
    List<Predictor.Picture> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixel = {(byte) i};
      boolean isBroken = i == BROKEN;
      Predictor.Reader reader =
          () -> {
            if (isBroken) {
              throw new IOException("is broken");
            }
            return new Image(1, 1, 1, pixel);
          };
      pictures.add(new Predictor.Picture("p" + i, reader, null));
    }
    return pictures;
  }

  @Test
  void answersOfAnyKindComeInOrderAndABrokenPictureStopsNobody() throws IOException {
    for (int threads : new int[] {1, 3, 8}) {
      Predictor<String> predictor =
          new Predictor<>(
              Predictor.Reader::read,
              images -> images.stream().map(i -> "number " + i.pixels()[0]).toList(),
              4,
              threads);
      List<Predictor.Answer<String>> answers = new ArrayList<>();
      predictor.run(numbered(30), answers::add);
      assertThat(answers).hasSize(30);
      for (int i = 0; i < 30; i++) {
        Predictor.Answer<String> answer = answers.get(i);
        assertThat(answer.picture().source()).isEqualTo("p" + i);
        assertThat(answer.picture().label()).isEqualTo(-1);
        assertThat(answer.error()).isEqualTo(i == BROKEN ? "is broken" : null);
        assertThat(answer.value()).isEqualTo(i == BROKEN ? null : "number " + i);
      }
      assertThatThrownBy(() -> answers.get(BROKEN).found()).hasMessage("is broken");
    }
  }

  /** What a caller frees afterwards, such as a model, is in nobody's use. */
  @Test
  void nobodyUsesTheModelAfterAFailure() {
    AtomicInteger running = new AtomicInteger();
    for (int round = 0; round < 200; round++) {
      int bad = round % 20;
      boolean ofSink = round % 2 == 0;
      Predictor<Integer> predictor =
          new Predictor<>(
              Predictor.Reader::read,
              images -> {
                running.incrementAndGet();
                LockSupport.parkNanos(200_000);
                running.decrementAndGet();
                if (!ofSink && images.get(0).pixels()[0] == bad) {
                  throw new IllegalStateException("failed");
                }
                return images.stream().map(i -> (int) i.pixels()[0]).toList();
              },
              1,
              8);
      List<Predictor.Picture> pictures =
          numbered(20).stream().filter(p -> !p.source().equals("p7")).toList();
      if (bad == BROKEN) {
        continue;
      }
      assertThatThrownBy(
              () ->
                  predictor.run(
                      pictures,
                      answer -> {
                        if (ofSink && answer.found() == bad) {
                          throw new IOException("failed");
                        }
                      }))
          .hasMessage("failed");
      assertThat(running).hasValue(0);
    }
  }

  @Test
  void samplesOfAnArchiveShrinkWhileTheyAreDecoded() throws IOException {
    int side = 2_000;
    byte[] photo = PictureFolders.jpeg(side, side);
    Path zip = dir.resolve("photos.zip");
    try (OutputStream file = Files.newOutputStream(zip);
        ZipOutputStream out = new ZipOutputStream(file)) {
      for (String name :
          List.of("test/a/1.jpg", "test/b/2.jpg", "train/a/3.jpg", "train/b/4.jpg")) {
        out.putNextEntry(new ZipEntry(name));
        out.write(photo);
        out.closeEntry();
      }
    }
    Dataset test = Datasets.open("folder", zip).test();
    List<Double> half = List.of(0.5, 0.5, 0.5);
    FitToModel fit =
        new FitToModel(new Preprocess(3, 64, 64, "bicubic", 0.9, "center", half, half, "none"));
    byte[] expected = fit.apply(test.image(1)).pixels();
    Predictor.Picture picture = Predictor.sample(test, 1);
    long before = Allocation.bytes();
    Image fitted = picture.reader().read(fit);
    assertThat(Allocation.bytes() - before)
        .isLessThan((long) side * side); // the whole photo: 3 each
    assertThat(Arrays.equals(fitted.pixels(), expected)).isTrue();
    assertThat(picture.label()).isEqualTo(1);
    assertThat(picture.source()).endsWith("2.jpg");
  }

  @Test
  void samplesThatArePixelsAreReadAsTheyAre() throws IOException {
    Dataset test = Datasets.open(Datasets.SAMPLE, null).test();
    assertThat(test.encoded(0)).isNull();
    List<Predictor.Picture> pictures = new ArrayList<>();
    Predictor.samples(test, 3).forEach(pictures::add);
    assertThat(pictures).hasSize(3);
    assertThat(pictures.get(2).reader().read().pixels()).isEqualTo(test.image(2).pixels());
    assertThat(IntStream.range(0, 3).map(i -> pictures.get(i).label()).toArray())
        .isEqualTo(IntStream.range(0, 3).map(Labels.of(test)::label).toArray());
  }
}
