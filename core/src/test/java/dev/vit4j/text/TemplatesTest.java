package dev.vit4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prompt templates, built in, from files and from the command line. */
class TemplatesTest {
  @TempDir Path dir;

  @Test
  void thePlaceOfTheNameHasThreeForms() throws IOException {
    assertThat(Templates.parse("a photo of a {c}").prompts("cat"))
        .containsExactly("a photo of a cat");
    assertThat(Templates.parse("{}, {label}!").prompts("$1 {c}"))
        .containsExactly("$1 {c}, $1 {c}!");
    assertThat(Templates.PHOTO.prompts("tench")).containsExactly("a photo of a tench");
    assertThatThrownBy(() -> Templates.PHOTO.prompts(" ")).hasMessageContaining("name is empty");
  }

  @Test
  void openAisTemplatesAreBuiltIn() throws IOException {
    assertThat(Templates.parse("openai").patterns())
        .hasSize(80)
        .startsWith("a bad photo of a {}.", "a photo of many {}.")
        .endsWith("a tattoo of the {}.");
    assertThat(Templates.parse("cifar100").patterns()).hasSize(18);
    assertThat(Templates.openai().name()).isEqualTo("openai");
  }

  @Test
  void aTemplateWithoutAPlaceIsRefused() {
    assertThatThrownBy(() -> Templates.parse("a photo"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'a photo' is neither a template with {c}, nor openai,");
    assertThatThrownBy(() -> Templates.of("a photo of {d}"))
        .hasMessage("template 'a photo of {d}' has no {c} for the class name");
    assertThatThrownBy(() -> Templates.parse("{c}" + "x".repeat(10_000_000)))
        .hasMessageContaining("has 10,000,003 characters, more than 100,000");
    assertThatThrownBy(() -> new Templates("none", List.of())).hasMessageContaining("no templates");
  }

  @Test
  void aFileHasATemplatePerLine() throws IOException {
    Path file = dir.resolve("templates.txt");
    Files.writeString(file, "\uFEFFa photo of a {}.\r\n\r\n  art of {c}\n");
    Templates templates = Templates.parse(file.toString());
    assertThat(templates.patterns()).containsExactly("a photo of a {}.", "art of {c}");
    assertThat(templates.name()).isEqualTo(file.toString());
    refused(file, "a {}\nb\n", "line 2 has no {c} for the class name: b");
    refused(file, "\n", "has no templates");
    Files.write(file, "a {}\n\u00e9 {}\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Templates.read(file)).hasMessage(file + ": line 2 is not UTF-8 text");
  }

  private static void refused(Path file, String content, String reason) throws IOException {
    Files.writeString(file, content);
    assertThatThrownBy(() -> Templates.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ": " + reason);
  }

  @ParameterizedTest
  @CsvSource({
    "cifar100, 100, 18, apple, worm",
    "CIFAR-10, 10, 18, airplane, truck",
    "mnist, 10, 1, 0, 9",
    "mnist-sample, 10, 1, 0, 9",
    "imagenet, 1000, 80, tench, toilet paper",
    "food101, 101, 1, apple pie, waffles",
    "fer2013, 7, 6, angry, neutral",
  })
  void dataSetsHaveNamesAndTemplates(
      String name, int classes, int templates, String first, String last) {
    DatasetPrompts prompts = DatasetPrompts.named(name).orElseThrow();
    assertThat(prompts.classes()).hasSize(classes).startsWith(first).endsWith(last);
    assertThat(prompts.templates().patterns()).hasSize(templates);
  }

  @Test
  void aClassCanHaveSeveralNames() {
    assertThat(DatasetPrompts.named("fer2013").orElseThrow().synonyms().get(3))
        .containsExactly("happy", "smiling");
    assertThat(DatasetPrompts.named("no such set")).isEmpty();
    assertThat(DatasetPrompts.names()).hasSize(27).contains("ImageNet", "CIFAR100", "UCF101");
  }
}
