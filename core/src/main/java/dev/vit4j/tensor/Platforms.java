package dev.vit4j.tensor;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The operating systems and processors that libtorch's Java binding has native code for. */
final class Platforms {
  /** JavaCPP's names of those of {@code org.bytedeco:pytorch}. */
  private static final List<String> SUPPORTED =
      List.of("linux-x86_64", "macosx-arm64", "macosx-x86_64", "windows-x86_64");

  private Platforms() {}

  /**
   * Why tensors cannot be computed on a platform; null where they can.
   *
   * @param os as the system property {@code os.name}
   * @param arch as {@code os.arch}
   */
  static @Nullable String refusal(String os, String arch) {
    return SUPPORTED.contains(name(os, arch))
        ? null
        : "libtorch has no Java binding for %s on %s: use Linux, macOS or Windows on x86-64, or macOS on ARM64"
            .formatted(os, arch);
  }

  /** JavaCPP's name of a platform, such as {@code linux-x86_64}. */
  private static String name(String os, String arch) {
    String system = os.toLowerCase(Locale.ROOT).split(" ", 2)[0];
    String processor =
        switch (arch.toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64", "x86-64", "x64" -> "x86_64";
          case "aarch64", "arm64" -> "arm64";
          default -> arch;
        };
    return (system.equals("mac") ? "macosx" : system) + "-" + processor;
  }
}
