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
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Holds the house to the table of ARCHITECTURE.md. */
class ArchitectureTest {
  private static final String ROOT = "dev.vit4j.";

  /** From the ground up: a room uses itself and the rooms before it. */
  private static final List<String> ROOMS =
      List.of(
          "tensor", "nn", "model", "format", "web", "hub", "weights", "image", "data", "text",
          "metric", "view", "infer", "train", "probe");

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.vit4j");

  @Test
  void aRoomUsesOnlyTheRoomsBelowIt() {
    classes().should(useOnlyRoomsBelow()).check(HOUSE);
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
        .check(HOUSE);
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
        .check(HOUSE);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.vit4j.(**)").should().beFreeOfCycles().check(HOUSE);
  }

  @Test
  void everyPackageIsDescribedAndNullMarked() {
    assertThat(HOUSE)
        .isNotEmpty()
        .allSatisfy(
            type ->
                assertThat(type.getPackage().isAnnotatedWith(NullMarked.class))
                    .as("package-info.java with @NullMarked in %s", type.getPackageName())
                    .isTrue());
  }

  private static ArchCondition<JavaClass> useOnlyRoomsBelow() {
    return new ArchCondition<>("be in a room and use only it and the rooms below it") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        int floor = floor(type);
        if (floor < 0) {
          events.add(SimpleConditionEvent.violated(type, type.getName() + " is in no room"));
        }
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (target.getName().startsWith(ROOT) && floor(target) > floor) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }
    };
  }

  /** The place of the class's room in the table, -1 outside of all rooms. */
  private static int floor(JavaClass type) {
    String path = type.getPackageName() + ".";
    return path.startsWith(ROOT)
        ? ROOMS.indexOf(path.substring(ROOT.length()).split("\\.", 2)[0])
        : -1;
  }
}
