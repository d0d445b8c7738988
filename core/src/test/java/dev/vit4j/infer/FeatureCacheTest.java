package dev.vit4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.FeatureSet;
import dev.vit4j.data.Labels;
import dev.vit4j.data.source.DataSpec;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Encodes;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureCacheTest {
  private static final FeatureCache.Watch NOBODY = done -> {};

  @TempDir Path dir;

  private final List<String> notes = new ArrayList<>();
  private final Preprocess preprocess =
      new Preprocess(3, 16, 16, "bilinear", 1.0, "squash", half(), half(), "none");
  private Model model = model(1);

  private static List<Double> half() {
    return List.of(0.5, 0.5, 0.5);
  }

  private static Model model(long seed) {
    Map<String, Object> small =
        Map.of(
            "img_size",
            16,
            "patch_size",
            8,
            "embed_dim",
            12,
            "depth",
            2,
            "num_heads",
            3,
            "num_classes",
            2);
    return Models.create("vit_tiny_patch16_224", small, Init.seeded(seed));
  }

  @BeforeEach
  void pictures() throws IOException {
    for (String part : List.of("train", "test")) {
      for (int i = 0; i < 40; i++) {
        Path folder = dir.resolve("pictures").resolve(part).resolve(i % 2 == 0 ? "even" : "odd");
        Files.createDirectories(folder);
        write(folder.resolve("%02d.png".formatted(i)), i);
      }
    }
  }

  @AfterEach
  void free() {
    model.close();
  }

  private static void write(Path file, int seed) throws IOException {
    byte[] pixels = new byte[20 * 18 * 3];
    new Random(seed).nextBytes(pixels);
    ImageIO.write(new Image(20, 18, 3, pixels).toBufferedImage(), "png", file.toFile());
  }

  private Dataset train() throws IOException {
    return Datasets.open(DataSpec.of("folder", dir.resolve("pictures")), n -> {}).train();
  }

  private FeatureCache cache() {
    return new FeatureCache(dir.resolve("cache"), notes::add);
  }

  private Backbone backbone(int threads) {
    return new Backbone(model, preprocess, Device.CPU, Precision.F32, threads);
  }

  private FeatureCache.Found find() throws IOException {
    return cache().of(train(), backbone(2), NOBODY);
  }

  private static float[] vectors(FeatureSet set) {
    return set.features(IntStream.range(0, set.size()).toArray()).values();
  }

  private Path file() throws IOException {
    try (Stream<Path> all = Files.list(dir.resolve("cache"))) {
      List<Path> files = all.toList();
      assertThat(files).hasSize(1);
      return files.get(0);
    }
  }

  @Test
  void holdsWhatTheHeadReads() throws IOException {
    FeatureSet set = find().set();
    assertThat(set.size()).isEqualTo(40);
    assertThat(set.dim()).isEqualTo(12);
    assertThat(set.image(3).pixels()).isEqualTo(train().image(3).pixels());
    assertThat(Labels.of(set).label(39)).isEqualTo(1);
    FitToModel fit = new FitToModel(preprocess);
    float[] vector = set.features(new int[] {7}).values();
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      List<Image> seventh = List.of(fit.apply(train().image(7)));
      float[] direct = model.as(Encodes.class).features(fit.batch(seventh, Device.CPU)).toFloats();
      assertThat(vector).containsExactly(direct, Offset.offset(1e-5f));
    }
  }

  @Test
  void secondTimeItReadsTheFileWithAnyNumberOfThreads() throws IOException {
    FeatureCache.Found first = find();
    assertThat(first.fromCache()).isFalse();
    FeatureCache.Found second = find();
    assertThat(second.fromCache()).isTrue();
    assertThat(vectors(second.set())).isEqualTo(vectors(first.set()));
    Files.delete(file());
    FeatureCache.Found alone = cache().of(train(), backbone(1), NOBODY);
    assertThat(alone.fromCache()).isFalse();
    assertThat(vectors(alone.set())).as("the same bits").isEqualTo(vectors(first.set()));
    assertThat(notes).isEmpty();
  }

  @Test
  void aPictureThatChangedIsNoticedThoughItsNameSizeAndDateStay() throws IOException {
    find();
    Path picture = dir.resolve("pictures/train/even/00.png");
    FileTime date = Files.getLastModifiedTime(picture);
    long size = Files.size(picture);
    write(picture, 77); // noise, which no PNG makes smaller
    Files.setLastModifiedTime(picture, date);
    assertThat(Files.size(picture)).isEqualTo(size);
    assertThat(find().fromCache()).isFalse();
  }

  @Test
  void otherWeightsAreNoticedButNotTheHeads() throws IOException {
    find();
    try (NoGrad g = NoGrad.on()) {
      model.parameters().get("head.weight").fill_(3);
      assertThat(find().fromCache()).isTrue();
      model.parameters().get("blocks.1.mlp.fc2.bias").fill_(3);
      assertThat(find().fromCache()).isFalse();
    }
  }

  @Test
  void otherOrderIsNoticed() throws IOException {
    find();
    Files.move(dir.resolve("pictures/train/even/00.png"), dir.resolve("pictures/train/even/x.png"));
    assertThat(find().fromCache()).isFalse();
  }

  @Test
  void damagedFilesAreComputedAgain() throws IOException {
    float[] right = vectors(find().set());
    byte[] file = Files.readAllBytes(file());
    byte[] flipped = file.clone();
    flipped[file.length - 5] ^= 4;
    byte[] shorter = Arrays.copyOf(file, file.length - 10);
    for (byte[] damaged :
        List.of(
            flipped, shorter, "not a file of ours".getBytes(StandardCharsets.UTF_8), new byte[0])) {
      notes.clear();
      Files.write(file(), damaged);
      FeatureCache.Found found = find();
      assertThat(found.fromCache()).isFalse();
      assertThat(vectors(found.set())).isEqualTo(right);
      assertThat(notes).hasSize(1).first().asString().endsWith("computing again");
      assertThat(Files.readAllBytes(file())).isEqualTo(file);
    }
  }

  @Test
  void aFolderThatCannotBeWrittenStopsNothing() throws IOException {
    Files.writeString(dir.resolve("cache"), "in the way");
    FeatureCache.Found found = find();
    assertThat(found.fromCache()).isFalse();
    assertThat(found.set().size()).isEqualTo(40);
    assertThat(notes).hasSize(1).first().asString().startsWith("features could not be cached: ");
  }

  @Test
  void aBrokenPictureIsNamedAndNothingIsKept() throws IOException {
    Files.writeString(dir.resolve("pictures/train/odd/05.png"), "no picture");
    assertThatThrownBy(this::find).isInstanceOf(IOException.class).hasMessageContaining("05.png");
    assertThat(dir.resolve("cache")).doesNotExist();
  }

  @Test
  void manyAtOnceDoNotDisturbEachOther() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<float[]>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(pool.submit(() -> vectors(find().set())));
      }
      for (Future<float[]> one : all) {
        assertThat(one.get()).isEqualTo(all.get(0).get());
      }
    } finally {
      pool.shutdown();
    }
    assertThat(find().fromCache()).isTrue();
    file();
  }
}
