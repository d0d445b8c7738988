package dev.vit4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassMatchTest {
  private static List<String> numbers(int from, int to, String format) {
    return IntStream.rangeClosed(from, to).mapToObj(format::formatted).sorted().toList();
  }

  private static ClassMatch unnamed(List<String> own, int classes) {
    List<String> model = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    return ClassMatch.of("D", own, model, false);
  }

  @Test
  void foldersCalledByNumbersAreTakenByNumberAndSaid() {
    ClassMatch match = unnamed(numbers(0, 11, "%d"), 12); // 0, 1, 10, 11, 2, …
    assertThat(match.to()).containsExactly(0, 1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(match.notes())
        .singleElement()
        .asString()
        .contains("by number, 0 to 0, 1 to 1, 10 to 10", "torchvision's order")
        .contains("0, 1, 10, 11 …", "--classes");
    assertThat(unnamed(numbers(0, 9, "%d"), 10).notes()).as("both orders are one").isEmpty();
  }

  @Test
  void otherNumbersAreRanked() {
    ClassMatch match = unnamed(numbers(1, 12, "%d"), 12); // 1, 10, 11, 12, 2, …
    assertThat(match.to()).containsExactly(0, 9, 10, 11, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(match.notes()).singleElement().asString().contains("order of their numbers, 1 to 0");
    match = unnamed(numbers(0, 11, "%02d"), 12);
    assertThat(match.to()).isEqualTo(IntStream.range(0, 12).toArray());
    assertThat(match.notes()).hasSize(1);
    match = unnamed(numbers(0, 11, "c%d"), 12);
    assertThat(match.to()).isEqualTo(IntStream.range(0, 12).toArray());
    assertThat(match.notes()).singleElement().asString().contains("order of their names, c0 to 0");
  }

  @Test
  void someNumbersOfManyAreIndices() {
    assertThat(unnamed(List.of("281", "7"), 1000).to()).containsExactly(281, 7);
    assertThatThrownBy(() -> unnamed(List.of("281", "1000"), 1000))
        .hasMessageContaining("has 2 classes, but the model has 1000");
  }

  /** Folders such as ImageNetV2's 0 to 999, for a model that knows the names. */
  @Test
  void numbersAreIndicesOfAModelWithNamesToo() {
    List<String> names = numbers(0, 11, "n%02d");
    ClassMatch match = ClassMatch.of("D", numbers(0, 11, "%d"), names, true);
    assertThat(match.to()).containsExactly(0, 1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(match.notes()).singleElement().asString().contains("class indices: 0 to n00");
    assertThat(ClassMatch.of("D", List.of("10", "2"), names, true).to()).containsExactly(10, 2);
    match = ClassMatch.of("D", numbers(1, 12, "%d"), names, true);
    assertThat(match.to()).containsExactly(0, 9, 10, 11, 1, 2, 3, 4, 5, 6, 7, 8);
  }

  @Test
  void namesMatchButForCaseBlanksAndMarks() {
    ClassMatch match =
        ClassMatch.of(
            "D",
            List.of("golden_retriever", "tabby-cat"),
            List.of("Tabby cat", "Golden Retriever", "Fox"),
            true);
    assertThat(match.to()).containsExactly(1, 0);
    assertThat(match.notes()).singleElement().asString().contains("golden_retriever to Golden Ret");
    assertThatThrownBy(() -> ClassMatch.of("D", List.of("a", "b c"), List.of("b", "bc", "c"), true))
        .hasMessageContaining("has 2 classes, but the model has 3");
  }

  @Test
  void twoClassesOfOneNameAreSaid() {
    List<String> model = List.of("crane", "cat", "crane");
    ClassMatch match = ClassMatch.of("D", List.of("cat", "crane"), model, true);
    assertThat(match.to()).containsExactly(1, 0);
    assertThat(match.notes())
        .singleElement()
        .asString()
        .contains("the first of them: crane (0, 2)");
    assertThat(ClassMatch.of("D", model, model, true).notes()).as("its own data").isEmpty();
    assertThat(ClassMatch.of("D", List.of("cat"), model, true).notes()).isEmpty();
  }
}
