package dev.vit4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks which packages are API: docs/library.md has the list of those that are not. */
class ApiTest {
  private static final String ROOT = "dev.vit4j.";
  private static final Path PAGE = Path.of("..", "docs", "library.md");
  private static final Path SOURCES = Path.of("src", "main", "java", "dev", "vit4j");
  private static final String SENTENCE = "Not part of the API.";

  /** Types of other libraries in signatures of the API; no user of a library should need them. */
  private static final Set<String> FOREIGN =
      Set.of(
          "org.apache.commons.compress.archivers.zip.ZipFile", // format.ZipArchive.open
          "tools.jackson.core.JacksonException"); // format.FormatException.words

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.vit4j");

  @Test
  void thePageListsThePackagesWhoseJavadocSaysSo() throws IOException {
    Set<String> said = new TreeSet<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(f -> f.endsWith("package-info.java")).toList()) {
        if (Files.readString(file).contains(SENTENCE)) {
          said.add(SOURCES.relativize(file.getParent()).toString().replace('/', '.'));
        }
      }
    }
    assertThat(said).isEqualTo(notApi());
  }

  /** The comparison with the last release leaves out the same packages. */
  @Test
  void japicmpExcludesTheSamePackages() throws IOException {
    String pom = Files.readString(Path.of("..", "pom.xml"));
    assertThat(found("<exclude>dev\\.vit4j\\.([a-z.]+)</exclude>", pom)).isEqualTo(notApi());
  }

  @Test
  void signaturesOfTheApiHaveNoTypesOfOtherPackages() throws IOException {
    Set<String> notApi = notApi();
    List<String> exposed =
        CODE.stream()
            .filter(type -> isVisible(type) && isOfApi(type, notApi))
            .flatMap(type -> exposed(type, notApi))
            .toList();
    assertThat(exposed).isEmpty();
  }

  private static Stream<String> exposed(JavaClass type, Set<String> notApi) {
    Stream<JavaType> inherited =
        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
    Stream<JavaType> used =
        type.getMembers().stream()
            .filter(member -> isVisible(member.getModifiers()))
            .flatMap(
                member ->
                    member instanceof JavaField field
                        ? Stream.of(field.getType())
                        : types((JavaCodeUnit) member));
    return Stream.concat(inherited, used)
        .flatMap(t -> t.getAllInvolvedRawTypes().stream())
        .map(JavaClass::getBaseComponentType)
        .filter(t -> !isOfJava(t) && !isOfApi(t, notApi) && !FOREIGN.contains(t.getName()))
        .map(t -> type.getName() + " shows " + t.getName())
        .distinct();
  }

  private static Stream<JavaType> types(JavaCodeUnit unit) {
    return Stream.of(
            Stream.of(unit.getReturnType()),
            unit.getParameterTypes().stream(),
            unit.getExceptionTypes().stream().map(JavaType.class::cast))
        .flatMap(t -> t);
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static boolean isOfJava(JavaClass type) {
    return type.isPrimitive()
        || type.getPackageName().startsWith("java.")
        || type.getPackageName().startsWith("javax.");
  }

  private static boolean isOfApi(JavaClass type, Set<String> notApi) {
    return type.getName().startsWith(ROOT)
        && !notApi.contains(type.getPackageName().substring(ROOT.length()));
  }

  private static boolean isVisible(JavaClass type) {
    return Stream.iterate(type, t -> t.getEnclosingClass().orElse(null))
        .takeWhile(t -> t != null)
        .allMatch(t -> isVisible(t.getModifiers()));
  }

  private static Set<String> notApi() throws IOException {
    try (Stream<String> lines = Files.lines(PAGE)) {
      String table =
          lines
              .dropWhile(line -> !line.equals("## What is API"))
              .filter(line -> line.startsWith("| `"))
              .map(line -> line.split("\\|", -1)[1])
              .collect(Collectors.joining(" "));
      return found("`([a-z.]+)`", table);
    }
  }

  private static Set<String> found(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult each) -> each.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
