package dev.vit4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the code against the package table of ARCHITECTURE.md. */
class ArchitectureTest {
  private static final String ROOT = "dev.vit4j.";
  private static final Path TABLE = Path.of("..", "ARCHITECTURE.md");

  /** The table's packages, from the bottom up: a package uses only those before it. */
  private static final List<String> PACKAGES = packages();

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.vit4j");

  @Test
  void aPackageUsesOnlyThePackagesBelowIt() {
    classes().should(useOnlyPackagesBelow()).check(CODE);
  }

  /** A new family is one package and one line of the catalog; no other code depends on it. */
  @ParameterizedTest
  @MethodSource
  void onlyItsPackageAndTheCatalogKnowAFamily(String family) {
    onlyCatalogKnows(family, "model.catalog");
  }

  @Test
  void onlyTensorKnowsJavaCpp() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.vit4j.tensor..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .allowEmptyShould(true)
        .check(CODE);
  }

  @Test
  void onlyWebOpensConnections() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.vit4j.web..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.net.http..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.net\\.(Socket|ServerSocket|URLConnection|HttpURLConnection)")
        .check(CODE);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.vit4j.(**)").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void everyPackageIsDescribedAndNullMarked() {
    assertThat(CODE)
        .isNotEmpty()
        .allSatisfy(
            type ->
                assertThat(type.getPackage().isAnnotatedWith(NullMarked.class))
                    .as("package-info.java with @NullMarked in %s", type.getPackageName())
                    .isTrue());
  }

  static Stream<String> onlyItsPackageAndTheCatalogKnowAFamily() {
    return below("model.");
  }

  /** A new task is one package and one line of the catalog. */
  @ParameterizedTest
  @MethodSource
  void onlyItsPackageAndTheCatalogKnowATask(String task) {
    onlyCatalogKnows(task, "task.catalog");
  }

  static Stream<String> onlyItsPackageAndTheCatalogKnowATask() {
    return below("task.");
  }

  private static Stream<String> below(String parent) {
    return PACKAGES.stream().filter(p -> p.startsWith(parent) && !p.endsWith(".catalog"));
  }

  private static void onlyCatalogKnows(String name, String catalog) {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + name, ROOT + catalog)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + name)
        .check(CODE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "opencv", "serve", "spark", "cli", "bench"})
  void aFileIsReadInOneSitting(String module) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("..", module, "src"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(400);
      }
    }
  }

  private static List<String> packages() {
    Pattern row = Pattern.compile("^\\| `([a-z.]+)` \\| .*");
    try (Stream<String> lines = Files.lines(TABLE)) {
      return lines
          .dropWhile(line -> !line.equals("## Packages"))
          .takeWhile(line -> !line.equals("## One image through the code"))
          .map(row::matcher)
          .filter(Matcher::matches)
          .map(m -> m.group(1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ArchCondition<JavaClass> useOnlyPackagesBelow() {
    return new ArchCondition<>("be in a listed package and use only it and those before it") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        int level = level(type);
        if (level < 0) {
          events.add(
              SimpleConditionEvent.violated(
                  type, type.getName() + " is in no package of " + TABLE));
        }
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (target.getName().startsWith(ROOT) && level(target) > level) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }
    };
  }

  /** The position of the class's package in the table, or -1. */
  private static int level(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith(ROOT) ? PACKAGES.indexOf(name.substring(ROOT.length())) : -1;
  }
}
