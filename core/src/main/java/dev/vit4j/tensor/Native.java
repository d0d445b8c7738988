package dev.vit4j.tensor;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Loads libtorch once and configures its two thread pools so that they do not compete. */
final class Native {
  /** JavaCPP's property, set by applications that bring their own natives. */
  private static final String OWN_NATIVES = "org.bytedeco.javacpp.platform";

  private Native() {}

  /** Why libtorch cannot be loaded; null if it is. */
  private static final @Nullable String FAILURE = failure();

  private static @Nullable String failure() {
    String refusal = Platforms.refusal(property("os.name"), property("os.arch"));
    if (refusal != null && System.getProperty(OWN_NATIVES) == null) {
      return refusal;
    }
    try {
      KnownNatives.load(
          KnownNatives.LIBTORCH,
          () -> {
            Glibc.prepare();
            Loader.load(openblas_nolapack.class);
            Loader.load(torch.class);
          });
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      return reason(e);
    }
    // OpenBLAS's threads spin and would compete with OpenMP's: restrict it to one thread.
    openblas_nolapack.blas_set_num_threads(1);
    torch.set_num_threads(1);
    return null;
  }

  /** Says which dependency the application lacks, or else why its native libraries do not load. */
  private static String reason(LinkageError error) {
    String platform = Loader.getPlatform();
    boolean complete =
        isOnClassPath("javacpp", platform, "jnijavacpp")
            && isOnClassPath("openblas", platform, "jniopenblas_nolapack")
            && (isOnClassPath("pytorch", platform, "jnitorch")
                || isOnClassPath("pytorch", platform + "-gpu", "jnitorch"));
    return complete
        ? "libtorch's native libraries for %s cannot be loaded: %s"
            .formatted(platform, String.valueOf(error.getMessage()).lines().findFirst().orElse(""))
        : "libtorch's native libraries for %s are not on the class path: add the dependency dev.vit4j:vit4j-natives-%1$s"
            .formatted(platform);
  }

  private static boolean isOnClassPath(String binding, String platform, String library) {
    String file = System.mapLibraryName(library);
    return Loader.class.getResource("/org/bytedeco/%s/%s/%s".formatted(binding, platform, file))
        != null;
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }

  /**
   * Ensures that the natives are loaded; cheap after the first call.
   *
   * @throws IllegalStateException if there are none for this platform
   */
  static void load() {
    if (FAILURE != null) {
      throw new IllegalStateException(FAILURE);
    }
  }
}
