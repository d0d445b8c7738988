package dev.vit4j.tensor;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Operating systems and processors for which libtorch's Java binding has natives. */
final class Platforms {
  /** JavaCPP's names of the platforms of {@code org.bytedeco:pytorch}. */
  private static final List<String> SUPPORTED =
      List.of("linux-x86_64", "macosx-arm64", "macosx-x86_64", "windows-x86_64");

  private Platforms() {}

  /**
   * Returns the reason why a platform is not supported; null if it is supported.
   *
   * @param os the system property {@code os.name}
   * @param arch the system property {@code os.arch}
   */
  static @Nullable String refusal(String os, String arch) {
    return SUPPORTED.contains(name(os, arch))
        ? null
        : "libtorch has no Java binding for %s on %s: use Linux, macOS or Windows on x86-64, or macOS on ARM64"
            .formatted(os, arch);
  }

  /** Returns JavaCPP's name of a platform, such as {@code linux-x86_64}. */
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
