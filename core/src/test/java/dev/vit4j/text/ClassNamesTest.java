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

/** Class names: cleaning, and reading from files. */
class ClassNamesTest {
  @TempDir Path dir;

  private ClassNames read(String content) throws IOException {
    return ClassNames.read(
        Files.writeString(dir.resolve("classes.txt"), content), ClassNames.Rules.PROMPTS);
  }

  private void refused(String content, String... reasons) {
    assertThatThrownBy(() -> read(content))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(dir.resolve("classes.txt") + ": is not a valid list of classes: ")
        .hasMessageContainingAll(reasons);
  }

  @Test
  void onePrefixIsRemovedOnceAndOnlyAtTheBeginning() {
    ClassNames.Rules rules = ClassNames.Rules.PROMPTS;
    assertThat(rules.clean("Animal_Bear")).isEqualTo("Bear");
    assertThat(rules.clean("Caltech-101_Food-101_pie")).isEqualTo("Food-101 pie");
    assertThat(rules.clean("Animal_Animal_Thu-dog_x")).isEqualTo("Animal Thu-dog x");
    assertThat(rules.clean("my_Animal_Bear")).isEqualTo("my Animal Bear");
    assertThat(rules.clean("Animals")).isEqualTo("Animals");
    assertThat(rules.clean("Animal_")).isEqualTo("Animal");
    assertThat(new ClassNames.Rules(List.of("a_", "b"), false).clean("b_c_d")).isEqualTo("c_d");
    assertThat(ClassNames.Rules.NONE.clean("Animal_x y")).isEqualTo("Animal_x y");
  }

  @Test
  void aFileOfTheFourSourcesIsCleanedAndShown() throws IOException {
    ClassNames classes =
        read("Animal_Bear 0\nThu-dog_Shiba_Dog 1\n\nCaltech-101_accordion 2\nFood-101_apple_pie 3");
    assertThat(classes.originals())
        .containsExactly(
            "Animal_Bear", "Thu-dog_Shiba_Dog", "Caltech-101_accordion", "Food-101_apple_pie");
    assertThat(classes.names()).containsExactly("Bear", "Shiba Dog", "accordion", "apple pie");
    assertThat(classes.changes().orElseThrow())
        .startsWith("4 of 4 class names cleaned up: Animal_Bear → Bear, ");
    assertThat(classes.duplicates()).isEmpty();
  }

  @Test
  void namesWithBlanksNeedNoIndex() throws IOException {
    assertThat(read("great white shark\nhen\nsea lion\n").names())
        .containsExactly("great white shark", "hen", "sea lion");
    assertThat(read("great white shark 0\nhen 1\n").names())
        .containsExactly("great white shark", "hen");
    assertThat(read("Acura RL Sedan 2012\nAudi S4 Sedan 2007\n").names())
        .containsExactly("Acura RL Sedan 2012", "Audi S4 Sedan 2007");
    assertThat(read("0\n1\n2\n").names()).containsExactly("0", "1", "2");
    assertThat(read("Boeing 747\nhen\nsea lion\n").changes()).isEmpty();
  }

  @Test
  void duplicatesGapsAndWrongIdsAreNamedWithTheirLines() {
    refused("a 0\nb 1\nd 3\ne 4\n", "line 3: index 3, not 2; line 4: index 4, not 3");
    refused("a 1\nb 2\n", "line 1: index 1, not 0; line 2: index 2, not 1");
    refused("a 0\nb 1\na 2\n", "line 3: a is also line 1");
    refused("a\n\nb\nb\n", "line 4: b is also line 3");
    refused("a 0\nb 1\nc\n", "line 3: no index, not 2");
    refused("\n", "the file is empty");
  }

  @Test
  void invalidTextIsNamedWithItsLine() throws IOException {
    Path file = dir.resolve("latin.txt");
    Files.write(file, "cat\nchien\nfen\u00eatre\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ClassNames.read(file, ClassNames.Rules.NONE))
        .hasMessage(file + ": line 3 is not UTF-8 text");
  }

  @Test
  void sameNamesAfterCleaningAreNamed() {
    ClassNames classes =
        ClassNames.of(List.of("Animal_dog", "cat", "Thu-dog_dog"), ClassNames.Rules.PROMPTS);
    assertThat(classes.duplicates())
        .hasValue("several classes have the same name: dog (Animal_dog, Thu-dog_dog)");
  }

  @Test
  void labelsAreSeparatedByCommas() {
    assertThat(ClassNames.ofLabels("cat, polar bear,dog").names())
        .containsExactly("cat", "polar bear", "dog");
    assertThatThrownBy(() -> ClassNames.ofLabels("cat,,dog"))
        .hasMessage("label 2 of 'cat,,dog' is empty");
    assertThatThrownBy(() -> ClassNames.ofLabels("")).hasMessage("label 1 of '' is empty");
    assertThatThrownBy(() -> ClassNames.ofLabels("cat,dog,cat"))
        .hasMessage("the label 'cat' is given twice");
  }
}
