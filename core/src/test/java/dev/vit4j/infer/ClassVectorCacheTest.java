package dev.vit4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassVectorCacheTest {
  private static final List<List<String>> PROMPTS =
      List.of(List.of("a photo of a cat", "a cat"), List.of("a photo of a dog", "a dog"));

  @TempDir Path dir;
  private final List<String> notes = new ArrayList<>();
  private final WeightsFolder.Loaded clip = clip(1);

  private static WeightsFolder.Loaded clip(long seed) {
    Map<String, Object> small =
        Map.of(
            "img_size", 32,
            "vision_patch_size", 16,
            "vision_width", 16,
            "vision_layers", 1,
            "vision_head_width", 8,
            "embed_dim", 12,
            "text_width", 16,
            "text_heads", 2,
            "text_layers", 1);
    List<Double> half = List.of(0.5, 0.5, 0.5);
    Model model = Models.create("clip", small, Init.seeded(seed));
    return new WeightsFolder.Loaded(
        model, new Preprocess(3, 32, 32, "bicubic", 1, "squash", half, half, "none"), List.of());
  }

  @AfterEach
  void free() {
    clip.close();
  }

  private ClassVectorCache.Found find(WeightsFolder.Loaded model, List<List<String>> prompts) {
    return new ClassVectorCache(dir.resolve("cache"), notes::add).of(model, prompts, 2, notes::add);
  }

  private Path file() throws IOException {
    try (Stream<Path> all = Files.list(dir.resolve("cache"))) {
      List<Path> files = all.toList();
      assertThat(files).hasSize(1);
      return files.get(0);
    }
  }

  @Test
  void theSecondTimeReadsTheSameBits() {
    ClassVectorCache.Found first = find(clip, PROMPTS);
    assertThat(first.fromCache()).isFalse();
    assertThat(first.vectors()).isDeepEqualTo(ZeroShotHead.vectors(clip, PROMPTS, 1, m -> {}));
    ClassVectorCache.Found second = find(clip, PROMPTS);
    assertThat(second.fromCache()).isTrue();
    assertThat(second.vectors()).isDeepEqualTo(first.vectors());
    assertThat(notes).isEmpty();
  }

  @Test
  void otherPromptsClassesOrWeightsAreComputed() {
    find(clip, PROMPTS);
    List<String> cats = PROMPTS.get(0);
    List<String> dogs = PROMPTS.get(1);
    List<List<List<String>>> others =
        List.of(
            List.of(dogs, cats),
            List.of(cats, dogs, List.of("a cow")),
            List.of(cats, List.of("a photo of a dog", "a small dog")),
            List.of(List.of(cats.get(0)), List.of(cats.get(1), dogs.get(0), dogs.get(1))));
    for (List<List<String>> other : others) {
      assertThat(find(clip, other).fromCache()).isFalse();
      assertThat(find(clip, other).fromCache()).isTrue();
    }
    try (WeightsFolder.Loaded another = clip(2);
        NoGrad g = NoGrad.on()) {
      assertThat(find(another, PROMPTS).fromCache()).isFalse();
      clip.model().parameters().get("text_projection").fill_(0.25);
      assertThat(find(clip, PROMPTS).fromCache()).isFalse();
    }
  }

  @Test
  void damagedFilesAreComputedAgain() throws IOException {
    float[][] right = find(clip, PROMPTS).vectors();
    byte[] file = Files.readAllBytes(file());
    byte[] flipped = file.clone();
    flipped[file.length - 5] ^= 4;
    for (byte[] damaged :
        List.of(
            flipped,
            Arrays.copyOf(file, file.length - 10),
            "not a file of ours".getBytes(StandardCharsets.UTF_8))) {
      notes.clear();
      Files.write(file(), damaged);
      ClassVectorCache.Found found = find(clip, PROMPTS);
      assertThat(found.fromCache()).isFalse();
      assertThat(found.vectors()).isDeepEqualTo(right);
      assertThat(notes).hasSize(1).first().asString().endsWith("computing again");
      assertThat(Files.readAllBytes(file())).isEqualTo(file);
    }
  }

  @Test
  void aTruncatedPromptIsSaidEachTime() {
    List<List<String>> longOne = List.of(List.of("cat ".repeat(100)));
    find(clip, longOne);
    find(clip, longOne);
    assertThat(notes).hasSize(2);
    assertThat(notes.get(0)).isEqualTo(notes.get(1)).contains("77");
  }

  @Test
  void emptyPromptsAreRefused() {
    assertThatThrownBy(() -> find(clip, List.of(List.of("a cat"), List.of())))
        .hasMessage("a class has no prompt");
    assertThatThrownBy(() -> find(clip, List.of(List.of("a cat", " "))))
        .hasMessage("a text is empty: give at least one word");
    assertThatThrownBy(() -> find(clip, List.of()))
        .hasMessage("there are no classes: give at least one");
  }
}
