import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.gradle.api.Project;
import org.gradle.testfixtures.ProjectBuilder;

/**
 * Prints the class path that Gradle resolves for a Java project: {@code FOLDER}, which has a
 * {@code build.gradle}. It is Gradle's own code (dev.gradleplugins:gradle-api), since Maven Central
 * has no distribution of it. Kotlin's build scripts need one; a block of calls reads the same in
 * both languages.
 */
public final class GradleResolve {
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]).toRealPath();
    Project project =
        ProjectBuilder.builder()
            .withProjectDir(folder.toFile())
            .withGradleUserHomeDir(Files.createDirectories(folder.resolve("home")).toFile())
            .build();
    project.getPluginManager().apply("java");
    project.apply(Map.of("from", folder.resolve("build.gradle").toFile()));
    System.out.println(
        project.getConfigurations().getByName("runtimeClasspath").resolve().stream()
            .map(File::getPath)
            .collect(Collectors.joining(File.pathSeparator)));
    System.exit(0); // its threads stay
  }
}
