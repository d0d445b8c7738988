package dev.vit4j.cli;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/cli.md is the help of every verb. */
class CommandLineReferenceTest {
  @Test
  void thePageIsTheHelpOfEveryVerb() throws IOException {
    GeneratedPage.requireSame("cli.md", page(), CommandLineReferenceTest.class);
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
    return page.toString();
  }
}
