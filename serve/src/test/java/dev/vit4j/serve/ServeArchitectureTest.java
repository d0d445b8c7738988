package dev.vit4j.serve;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The service uses the library, and the library does not know the service. */
class ServeArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.vit4j");

  @Test
  void theLibraryKnowsNothingOfTheService() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.vit4j.serve..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.vit4j.serve..", "org.eclipse.jetty..", "io.prometheus..")
        .check(CODE);
  }

  /** The service never fetches anything, and knows no family and no task. */
  @Test
  void theServiceOpensNoConnectionsAndKnowsNoFamily() {
    noClasses()
        .that()
        .resideInAPackage("dev.vit4j.serve..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.bytedeco..",
            "java.net.http..",
            "dev.vit4j.web..",
            "dev.vit4j.hub..",
            "dev.vit4j.train..",
            "dev.vit4j.model.*..",
            "dev.vit4j.task.classification..",
            "dev.vit4j.task.contrastive..",
            "dev.vit4j.task.depth..",
            "dev.vit4j.task.multitask..",
            "dev.vit4j.task.segmentation..")
        .check(CODE);
  }
}
