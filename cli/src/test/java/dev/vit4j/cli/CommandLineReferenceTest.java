package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * docs/cli.md is the help of every verb. {@code -Dvit4j.docs=write} writes it instead of comparing.
 */
class CommandLineReferenceTest {
  private static final Path PAGE = Path.of("..", "docs", "cli.md");
  private static final String REWRITE =
      "mvn -q -pl cli -am test -Dtest=CommandLineReferenceTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dvit4j.docs=write";

  @Test
  void thePageIsTheHelpOfEveryVerb() throws IOException {
    String page = page();
    if ("write".equals(System.getProperty("vit4j.docs"))) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE).replace("\r\n", "\n"))
        .as("docs/cli.md lags behind; write it anew: " + REWRITE)
        .isEqualTo(page);
  }

  private static String page() {
    List<String> verbs = MainTest.verbs();
    StringBuilder page = new StringBuilder();
    page.append("# Command line\n")
        .append("This page is what `./vit COMMAND --help` prints. It is generated:\n")
        .append("`CommandLineReferenceTest` fails if it differs from the program. ")
        .append("`./vit COMMAND -h` prints the\nusual options only. ")
        .append("Exit codes: 0 success, 1 failure, 2 wrong usage, 130 interrupted.\n\n");
    verbs.forEach(
        verb -> page.append("- [vit %s](#vit-%s)\n".formatted(verb, verb.replace(' ', '-'))));
    for (String verb : verbs) {
      String help = Vit.run((verb + " --help").split(" ", -1)).out();
      page.append("\n## vit %s\n```text\n%s\n```\n".formatted(verb, help.stripTrailing()));
    }
    return page.toString().replace("\r\n", "\n");
  }
}
