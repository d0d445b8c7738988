package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The Chinese documentation is in step with the English: every page has a twin with the same
 * blocks, headings, pictures, links and figures, which was made from the page as it is now. {@code
 * -Dvit4j.docs=write} writes the checksums of the pages into the twins.
 */
class TranslationTest {
  private static final String PAGE =
      """
      # Speed
      [中文](zh/speed.md)

      It is fast ([data](data.md)).
      ```sh
      ./vit train
      ```
      ## Figures
      | what | time |
      | --- | --- |
      | one image | 1.5 ms, 96.1 % |
      ![curves](curves.png)
      """;

  private static final String TWIN =
      """
      # 速度
      [English](../speed.md)

      很快（见[数据](data.md)）。
      ```sh
      ./vit train
      ```
      ## 数字
      | 项目 | 时间 |
      | --- | --- |
      | 一张图像 | 96.1 %，1.5 ms |
      ![曲线](../curves.png)
      """;

  @TempDir Path dir;

  static List<Translation> translations() throws IOException {
    return Translation.all(Path.of(".."));
  }

  @ParameterizedTest
  @MethodSource("translations")
  void theTwinIsInStepWithItsPage(Translation translation) throws IOException {
    if ("write".equals(System.getProperty("vit4j.docs"))) {
      translation.mark();
    }
    List<String> differences = translation.differences();
    if (!differences.isEmpty()) {
      fail(String.join("\n", differences));
    }
  }

  @Test
  void aLaterChangeOfThePageIsFound() throws IOException {
    assertThat(differences(PAGE, TWIN)).isEmpty();
    Files.writeString(dir.resolve("docs/speed.md"), PAGE + "More.\n");
    assertThat(speed().differences())
        .singleElement()
        .asString()
        .startsWith("docs/zh/speed.md was translated from an older docs/speed.md: bring it in step")
        .contains("then run: mvn ")
        .hasLineCount(1);
    speed().mark();
    assertThat(speed().differences()).isEmpty();
    assertThat(Files.readString(dir.resolve("docs/zh/speed.md"))).containsOnlyOnce("<!--");
    Files.delete(dir.resolve("docs/zh/speed.md"));
    assertThat(speed().differences())
        .containsExactly("docs/zh/speed.md is missing: translate docs/speed.md");
  }

  @Test
  void whatDiffersIsNamed() throws IOException {
    assertThat(differences(PAGE, TWIN.replace("train", "eval")))
        .containsExactly(
            "docs/zh/speed.md: lines of code blocks, number 2 is './vit eval',"
                + " but docs/speed.md has './vit train'");
    assertThat(differences(PAGE, TWIN.replace("## ", "### ")))
        .containsExactly(
            "docs/zh/speed.md: headings, number 2 is '###', but docs/speed.md has '##'");
    assertThat(differences(PAGE, TWIN.replace("1.5", "1.4")))
        .containsExactly(
            "docs/zh/speed.md: figures of the table rows, number 3 is '| | % 1.4 96.1 |',"
                + " but docs/speed.md has '| | % 1.5 96.1 |'");
    assertThat(differences(PAGE, TWIN.replace("| 一张图像", "| | |\n| 一张图像")).get(0))
        .endsWith("number 3 is '| | |', but docs/speed.md has '| | % 1.5 96.1 |'");
    assertThat(differences(PAGE, TWIN.replaceFirst("\\| 一张图像.*\n", "")).get(0))
        .endsWith("number 3 is missing, but docs/speed.md has '| | % 1.5 96.1 |'");
    assertThat(differences(PAGE, TWIN.replace("../curves", "../other")))
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).contains("pictures, number 1 is"));
    assertThat(differences(PAGE, TWIN.replace("(data.md)", "(../data.md)")))
        .containsExactly(
            "docs/zh/speed.md lacks links to [docs/zh/data.md], and has others to [docs/data.md]");
    assertThat(differences(PAGE.replace("[中文](zh/speed.md)", ""), TWIN))
        .containsExactly("docs/speed.md must have this line below its heading: [中文](zh/speed.md)");
  }

  private List<String> differences(String page, String twin) throws IOException {
    Files.createDirectories(dir.resolve("docs/zh"));
    Files.writeString(dir.resolve("docs/data.md"), "# Data\n");
    Files.writeString(dir.resolve("docs/speed.md"), page);
    Files.writeString(dir.resolve("docs/zh/speed.md"), twin);
    speed().mark();
    return speed().differences();
  }

  private Translation speed() {
    return new Translation(dir, "docs/speed.md", "docs/zh/speed.md");
  }
}
