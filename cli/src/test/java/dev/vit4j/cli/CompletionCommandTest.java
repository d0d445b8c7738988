package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.model.catalog.Models;
import dev.vit4j.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts run in their shells in {@code bench/checks/release/distribution.sh}. */
class CompletionCommandTest {
  private static Completed verb(String name) {
    return Completed.verbs(Main.commandLine()).stream()
        .filter(each -> each.verb().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Completed.Option option(String verb, String name) {
    return verb(verb).options().stream()
        .filter(each -> each.names().contains(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyVerbIsCompleted() {
    assertThat(Completed.verbs(Main.commandLine()).stream().map(Completed::verb))
        .containsExactlyElementsOf(MainTest.verbs());
  }

  /** The module is no dependency of this one, so its sources are read. */
  @Test
  void verbsOfSparkAreThoseOfItsModule() throws IOException {
    Path sources = Path.of("..", "spark", "src", "main", "java", "dev", "vit4j", "spark");
    Map<String, String> expected = new LinkedHashMap<>();
    String main = Files.readString(sources.resolve("Main.java"));
    expected.put("spark", described(main));
    Matcher command = Pattern.compile("addSubcommand\\(new (\\w+)Command\\(").matcher(main);
    while (command.find()) {
      String source = Files.readString(sources.resolve(command.group(1) + "Command.java"));
      expected.put("spark " + command.group(1).toLowerCase(Locale.ROOT), described(source));
    }
    Map<String, String> completed = new LinkedHashMap<>();
    Completed.spark().forEach(each -> completed.put(each.verb(), each.description()));
    assertThat(completed).isEqualTo(expected);
    assertThat(Completed.spark().get(0).verbs().stream().map("spark "::concat))
        .containsExactlyElementsOf(expected.keySet().stream().skip(1).toList());
  }

  private static String described(String source) {
    Matcher line = Pattern.compile("\n {4}description = \"([^\"]*)\\.\"").matcher(source);
    assertThat(line.find()).isTrue();
    return line.group(1);
  }

  @Test
  void namesOfRecipesModelsAndChoicesAreKnown() {
    assertThat(verb("train").values()).isEqualTo(Recipe.names());
    assertThat(verb("summary").values()).isEqualTo(Models.names());
    assertThat(verb("predict").values()).as("a run folder").isEmpty();
    assertThat(verb("bench").values()).contains("train", "infer");
    assertThat(option("train", "--model").values()).isEqualTo(Models.names());
    assertThat(option("train", "--opt").values()).contains("sgd", "adamw");
    assertThat(option("train", "--data").values()).contains("mnist-sample");
    assertThat(option("train", "--data").mayBeFile()).isTrue();
    assertThat(option("predict", "--precision").values()).containsExactly("f32", "bf16", "int8");
  }

  @Test
  void anOptionHasItsNamesAndALine() {
    Completed.Option batch = option("train", "-b");
    assertThat(batch.names()).isEqualTo(List.of("-b", "--batch-size"));
    assertThat(batch.label()).isEqualTo("N");
    assertThat(option("train", "--json").label()).as("takes no value").isEmpty();
    for (Completed verb : Completed.verbs(Main.commandLine())) {
      assertThat(verb.options())
          .allSatisfy(o -> assertThat(o.description()).isNotBlank().doesNotContain("${", "\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh", "fish"})
  void theScriptNamesVerbsOptionsAndValues(String shell) {
    Vit vit = Vit.run("completion", shell);
    assertThat(vit.code()).isZero();
    assertThat(vit.out()).contains("train", "batch-size", "adamw", "vit_mnist_1850", "data info");
    assertThat(vit.out()).contains("spark", "segment");
    assertThat(vit.out()).startsWith(shell.equals("zsh") ? "#compdef vit" : "# " + shell);
  }

  @Test
  void anUnknownShellIsRefusedInOneLine() {
    Vit vit = Vit.run("completion", "tcsh");
    assertThat(vit.code()).isEqualTo(2);
    assertThat(vit.err().lines()).hasSize(1);
    assertThat(vit.err()).contains("tcsh", "bash", "zsh", "fish");
  }

  @Test
  void examplesCallTheProgramAsItIsInstalled() {
    picocli.CommandLine vit = Main.commandLine();
    Main.call("vit", vit);
    assertThat(vit.getSubcommands().get("train").getUsageMessage())
        .contains("\n  vit train\n")
        .doesNotContain("./vit");
  }
}
