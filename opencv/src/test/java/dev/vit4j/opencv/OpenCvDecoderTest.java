package dev.vit4j.opencv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.image.Image;
import dev.vit4j.image.PixelDecoders;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** JPEGs of all kinds that Pillow wrote; {@code bench/peers/make_jpeg_fixture.py} makes them. */
class OpenCvDecoderTest {
  @TempDir Path dir;

  /** Prints the decoder after some images, and then what it says of itself. */
  static final class Decodes {
    private Decodes() {}

    public static void main(String[] args) throws IOException {
      for (int i = 0; i < 200; i++) {
        Image image = Image.read(Path.of(args[0]));
        if (i == 0) {
          System.out.println(Arrays.hashCode(image.pixels()));
        }
      }
      System.out.println(PixelDecoders.description());
    }
  }

  static Stream<Path> jpegs() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.filter(f -> f.toString().endsWith(".jpg")).sorted().toList().stream();
    }
  }

  private static Path folder() {
    try {
      return Path.of(Objects.requireNonNull(OpenCvDecoderTest.class.getResource("/jpeg")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("jpegs")
  void givesPillowsPixelsItself(Path file) throws IOException {
    Image expected = Image.read(Path.of(file.toString().replace(".jpg", ".png")));
    Image viaLibrary = Image.read(file);
    assertThat(viaLibrary).hasToString(expected.toString());
    assertThat(Arrays.equals(viaLibrary.pixels(), expected.pixels())).isTrue();
    byte[] decoded =
        new OpenCvDecoder()
            .decode(
                Files.readAllBytes(file), expected.height(), expected.width(), expected.channels());
    assertThat(Arrays.equals(decoded, expected.pixels())).isTrue();
  }

  @Test
  void refusesAFileOfAnotherSizeAndOneThatIsNoImage() throws IOException {
    byte[] file = Files.readAllBytes(folder().resolve("420.jpg"));
    assertThat(new OpenCvDecoder().decode(file, 1, 1, 3)).isNull();
    assertThat(new OpenCvDecoder().decode(new byte[40], 4, 4, 3)).isNull();
  }

  @Test
  void namesItsLibraries() {
    assertThat(PixelDecoders.description()).matches("libjpeg-turbo [0-9.]+ \\(OpenCV [0-9.]+\\)");
  }

  /** In processes of their own: one with the libraries, and one without those for the platform. */
  @Test
  void withoutItsLibrariesTheJdkDecodes() throws Exception {
    String all = System.getProperty("java.class.path");
    List<String> with = run("native", all);
    assertThat(with.get(1)).startsWith("libjpeg-turbo");
    String fewer =
        String.join(
            File.pathSeparator,
            Stream.of(all.split(File.pathSeparator))
                .filter(entry -> !entry.matches(".*opencv-[^/\\\\]*-x?[a-z0-9]*-[a-z0-9_]*\\.jar"))
                .toList());
    assertThat(fewer).isNotEqualTo(all);
    List<String> without = run("native", fewer);
    assertThat(without.get(0)).isEqualTo(with.get(0));
    assertThat(without.get(1))
        .isEqualTo(
            "the JDK's: the native decoder does not load (add the dependency org.bytedeco:opencv with the classifier "
                + Loader.getPlatform()
                + ")");
    assertThat(run("jdk", all).get(1)).isEqualTo("the JDK's (-Dvit4j.decoder=jdk)");
    assertThat(run("auto", all)).isEqualTo(with);
  }

  private List<String> run(String decoder, String classPath)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xlog:disable"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath));
    command.addAll(List.of("-Dvit4j.decoder=" + decoder, Decodes.class.getName()));
    command.add(folder().resolve("420.jpg").toString());
    File out = dir.resolve(decoder + classPath.length()).toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out).start();
    process.waitFor();
    return Files.readAllLines(out.toPath(), StandardCharsets.UTF_8).stream()
        .filter(line -> !line.startsWith("Picked up ")) // the JVM names options of the environment
        .toList();
  }
}
