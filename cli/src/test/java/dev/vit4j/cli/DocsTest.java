package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The documentation fits the program: commands in {@code sh} blocks parse, {@code java} blocks
 * compile or equal the source that they quote, links lead to files.
 */
class DocsTest {
  /**
   * Pages whose Java blocks are complete. Those of the others use values that the text names, and
   * those of the translations are the same.
   */
  private static final Set<String> WITH_COMPLETE_JAVA =
      Set.of(
          "README.md",
          "library.md",
          "quick-start.md",
          "vit-step-by-step.md",
          "own-pictures.md",
          "fine-tuning.md",
          "resnets.md",
          "looking-inside.md",
          "inference.md",
          "faq.md");

  /** Pages that the program writes: help texts and recipes with their commands. */
  private static final Set<String> GENERATED = Set.of("cli.md", "recipes.md");

  /** Fences that hide a block from docs.sh: indented ones, tildes, and other names of sh. */
  private static final Pattern UNUSUAL_FENCE =
      Pattern.compile("^\\s+```|^\\s*~~~|^````|^```\\s|^```(bash|shell|console|zsh)");

  private static final Pattern COMMAND =
      Pattern.compile(
          "^\\s*((\\./)?vit|mvn|\\./mvnw|java|jbang|jshell|curl|python3?|docker|spark-submit|torchrun|srun|tar) ");

  /** Packages that a block may use without imports. */
  private static final List<String> IMPORTS =
      List.of(
          "java.nio.file.Path",
          "java.util.*",
          "dev.vit4j.explain.*",
          "dev.vit4j.format.*",
          "dev.vit4j.image.*",
          "dev.vit4j.infer.*",
          "dev.vit4j.model.*",
          "dev.vit4j.model.catalog.*",
          "dev.vit4j.nn.Init",
          "dev.vit4j.recipe.Recipe",
          "dev.vit4j.tensor.*",
          "dev.vit4j.train.*",
          "dev.vit4j.weights.*");

  @TempDir Path dir;

  @Test
  void commandsParse() throws IOException {
    List<String> checked = new ArrayList<>();
    for (DocsPage page : DocsPage.all()) {
      for (DocsPage.Block block : page.blocks("sh")) {
        for (List<String> command : DocsPage.commands(block)) {
          if (command.get(0).equals("spark")) {
            continue; // a program of its own, whose MainTest parses these commands
          }
          String[] args = command.toArray(String[]::new);
          assertThatCode(() -> Main.commandLine(args).parseArgs(args))
              .as("%s: ./vit %s", block, String.join(" ", command))
              .doesNotThrowAnyException();
          checked.add(page.file().getFileName().toString());
        }
      }
    }
    assertThat(checked).contains("README.md", "quick-start.md", "vit-step-by-step.md");
  }

  /** {@code bench/checks/docs.sh} runs the commands of {@code sh} blocks and sees no others. */
  @Test
  void commandsAreInBlocksThatAreRun() throws IOException {
    for (DocsPage page : DocsPage.all()) {
      if (GENERATED.contains(page.file().getFileName().toString())) {
        continue;
      }
      assertThat(page.lines())
          .as("fences of %s", page.file())
          .noneMatch(UNUSUAL_FENCE.asPredicate());
      assertThat(page.text())
          .as("commands of %s that are indented instead of fenced", page.file())
          .noneMatch(line -> line.startsWith(" ") && COMMAND.matcher(line).find());
      for (DocsPage.Block block : page.blocks()) {
        if (!block.language().equals("sh")) {
          assertThat(block.lines())
              .as("%s has commands, so mark it as sh", block)
              .noneMatch(COMMAND.asPredicate());
        }
      }
    }
  }

  @Test
  void linksLeadToFilesAndHeadings() throws IOException {
    for (DocsPage page : DocsPage.all()) {
      for (DocsPage.Link link : page.links()) {
        if (!link.toWeb()) {
          Path target = Path.of(link.target());
          assertThat(target).as("a link of %s", page.file()).exists();
          if (!link.anchor().isEmpty() && link.target().endsWith(".md")) {
            assertThat(DocsPage.read(target).anchors())
                .as("headings of %s, for a link of %s", target, page.file())
                .contains(link.anchor());
          }
        }
      }
    }
  }

  @Test
  void quotedLinesAreThoseOfTheSource() throws IOException {
    int quotes = 0;
    for (DocsPage page : DocsPage.all()) {
      for (DocsPage.Block block : page.blocks("java")) {
        for (Path source : DocsPage.quoted(block)) {
          assertThat(stripped(Files.readAllLines(source)))
              .as("%s quotes %s", block, source.getFileName())
              .containsSubsequence(stripped(block.lines()));
          quotes++;
        }
      }
    }
    assertThat(quotes).isGreaterThan(5);
  }

  private static List<String> stripped(List<String> lines) {
    return lines.stream().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  @Test
  void javaBlocksCompile() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (DocsPage page : DocsPage.all()) {
      if (WITH_COMPLETE_JAVA.contains(page.file().getFileName().toString())
          && !page.file().getParent().endsWith("zh")) {
        for (DocsPage.Block block : page.blocks("java")) {
          if (DocsPage.quoted(block).isEmpty()) {
            sources.add(write(block, "Block" + sources.size()));
          }
        }
      }
    }
    assertThat(sources).isNotEmpty();
    assertThat(errors(sources)).isEmpty();
  }

  /**
   * Writes a block as a class: a complete one into a package of its own, statements as a method.
   */
  private Path write(DocsPage.Block block, String name) throws IOException {
    String code = String.join("\n", block.lines());
    int start = code.indexOf("public class ");
    String type = start < 0 ? name : code.substring(start).split("\\W+", -1)[2];
    String text =
        start < 0
            ? "import %s;\n// %s\nclass %s {\n  static void run() throws Exception {\n%s\n  }\n}\n"
                .formatted(String.join(";\nimport ", IMPORTS), block, name, code)
            : code;
    Path folder = Files.createDirectories(dir.resolve(name.toLowerCase(Locale.ROOT)));
    String head = "package " + name.toLowerCase(Locale.ROOT) + ";\n";
    return Files.writeString(folder.resolve(type + ".java"), head + text);
  }

  private List<String> errors(List<Path> sources) throws IOException {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = javac.getStandardFileManager(found, null, null)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-d",
              dir.resolve("classes").toString(),
              "-cp",
              System.getProperty("java.class.path"));
      Files.createDirectories(dir.resolve("classes"));
      javac
          .getTask(null, files, found, options, null, files.getJavaFileObjectsFromPaths(sources))
          .call();
    }
    return found.getDiagnostics().stream()
        .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
        .map(d -> d.getSource() + ":" + d.getLineNumber() + " " + d.getMessage(Locale.ROOT))
        .toList();
  }
}
