package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code vit.cmd} does for Windows what {@code vit} and its building part do for Unix. */
class LauncherScriptsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern FLAG = Pattern.compile("(?<=[\\s\"=])-(?:XX?:|X|D)[\\w:+.-]+");
  private static final Pattern VARIABLE = Pattern.compile("[$%]\\{?([A-Z][A-Z_]{3,})");

  /** Paths of the class path that KnownNatives reads have slashes, so it is of no use there. */
  private static final Set<String> UNIX_FLAGS = Set.of("-Dvit4j.natives");

  /** glibc's memory, the locale of file names, and a processor that /proc/cpuinfo tells of. */
  private static final Set<String> UNIX_VARIABLES =
      Set.of(
          "MALLOC_ARENA_MAX",
          "MALLOC_TRIM_THRESHOLD_",
          "MALLOC_MMAP_THRESHOLD_",
          "OPENBLAS_CORETYPE",
          "LC_ALL",
          "LC_CTYPE",
          "LANG",
          "CDPATH",
          "JAVA_VERSION");

  @Test
  void bothPassTheSameFlagsToTheJvm() throws IOException {
    Set<String> unix = all(FLAG, 0, unix());
    unix.removeAll(UNIX_FLAGS);
    assertThat(all(FLAG, 0, read("vit.cmd"))).isEqualTo(unix).hasSizeGreaterThan(6);
  }

  @Test
  void bothReadTheSameVariables() throws IOException {
    Set<String> unix = all(VARIABLE, 1, unix());
    unix.removeAll(UNIX_VARIABLES);
    Set<String> windows = all(VARIABLE, 1, read("vit.cmd"));
    windows.removeAll(Set.of("ERRORLEVEL", "TEMP", "RANDOM")); // of cmd itself
    assertThat(windows).isEqualTo(unix).contains("JAVA_HOME", "VIT_JAVA_OPTS");
  }

  @Test
  void bothBuildTheSameWay() throws IOException {
    String maven =
        "-q -B -ntp -Pquick -pl core,opencv,serve,cli -am package -Dmaven.test.skip=true";
    String sources = "core/src/main opencv/src/main serve/src/main cli/src/main";
    assertThat(unix()).contains(maven, sources);
    assertThat(read("vit.cmd")).contains(maven, sources.replace('/', '\\'));
  }

  @Test
  void bothStartTheSameVerbsQuickly() throws IOException {
    Matcher unix = Pattern.compile("\n +(\\w+(?: \\| \\w+)+) \\| \"\"").matcher(read("vit"));
    assertThat(unix.find()).isTrue();
    String verbs = unix.group(1).replace(" | ", " ");
    assertThat(read("vit.cmd")).contains("in (" + verbs + " ");
    assertThat(MainTest.verbs()).contains(verbs.split(" "));
  }

  @Test
  void theCommandForFasterStartsIsTheSame() throws IOException {
    String command = "bench serve --model vit_mnist_1850 -b 2 --runs 1";
    assertThat(read("vit")).contains(command);
    assertThat(read("vit.cmd")).contains(command);
  }

  private static String unix() throws IOException {
    return read("vit") + read("cli/src/main/sh/build.sh");
  }

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file))
        .replace("\r\n", "\n")
        .replaceAll("\n(rem|#) .*", "");
  }

  private static Set<String> all(Pattern pattern, int group, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(group));
    }
    return found;
  }
}
