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
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the code against the package table of ARCHITECTURE.md. */
class ArchitectureTest {
  private static final String ROOT = "dev.vit4j.";
  private static final String CATALOG = ROOT + "model.catalog";

  /** From the bottom up: a package uses only itself and the packages before it. */
  private static final List<String> PACKAGES =
      List.of(
          "parallel",
          "tensor",
          "format",
          "nn",
          "image",
          "image.augment",
          "model",
          "model.FAMILY", // every package of one model family
          "model.catalog",
          "data",
          "web",
          "data.source",
          "input",
          "hub",
          "weights",
          "metric",
          "view",
          "infer",
          "infer.output",
          "explain",
          "recipe",
          "optim",
          "task",
          "task.classification",
          "task.segmentation",
          "task.catalog",
          "train");

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.vit4j");

  @Test
  void aPackageUsesOnlyThePackagesBelowIt() {
    classes().should(useOnlyPackagesBelow()).check(CODE);
  }

  static Set<String> families() {
    return CODE.stream()
        .map(JavaClass::getPackageName)
        .filter(ArchitectureTest::isFamily)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isFamily(String packageName) {
    return packageName.startsWith(ROOT + "model.") && !packageName.equals(CATALOG);
  }

  /** A new family is one package and one line of the catalogue: nobody else knows any family. */
  @ParameterizedTest
  @MethodSource("families")
  void onlyItsPackageAndTheCatalogueKnowAFamily(String family) {
    noClasses()
        .that()
        .resideOutsideOfPackages(family, CATALOG)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(family)
        .check(CODE);
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

  private static ArchCondition<JavaClass> useOnlyPackagesBelow() {
    return new ArchCondition<>("be in a listed package and use only it and those before it") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        int level = level(type);
        if (level < 0) {
          events.add(SimpleConditionEvent.violated(type, type.getName() + " is in no package"));
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
    if (isFamily(name)) {
      return PACKAGES.indexOf("model.FAMILY");
    }
    return name.startsWith(ROOT) ? PACKAGES.indexOf(name.substring(ROOT.length())) : -1;
  }
}
