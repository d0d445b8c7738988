package dev.vit4j.dist;

import java.net.URL;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.javacpp.ClassProperties;
import org.bytedeco.javacpp.Loader;

/**
 * The native libraries that the application loads on a platform. They are found as JavaCPP finds
 * them there, by the annotations of its bindings, so that nothing is missing and nothing else is
 * packed: OpenCV alone has 140 libraries, of which decoding images takes seven.
 */
final class NativeLibraries {
  /** The bindings that {@code core} and {@code opencv} load; Gloo exists for Linux only. */
  private static final List<String> BINDINGS =
      List.of(
          "org.bytedeco.javacpp.Loader",
          "org.bytedeco.openblas.global.openblas_nolapack",
          "org.bytedeco.pytorch.global.torch",
          "org.bytedeco.pytorch.global.torch_gloo",
          "org.bytedeco.opencv.global.opencv_imgcodecs");

  private final Properties platform;
  private final Set<Class<?>> visited = new HashSet<>();
  private final Set<String> found = new TreeSet<>();
  private final List<String> own = new ArrayList<>();

  private NativeLibraries(String platform) {
    this.platform = Loader.loadProperties(platform, null);
  }

  /**
   * Returns the names of the jar entries of all libraries that are loaded on a platform.
   *
   * @param platform JavaCPP's name, such as {@code linux-x86_64}; its jars must be on the class
   *     path
   * @throws IllegalStateException if a binding's own library is missing
   */
  static Set<String> of(String platform) throws ReflectiveOperationException {
    NativeLibraries libraries = new NativeLibraries(platform);
    for (String binding : BINDINGS) {
      libraries.visit(binding);
    }
    if (!libraries.own.isEmpty()) {
      throw new IllegalStateException(platform + " has no " + String.join(", ", libraries.own));
    }
    return libraries.found;
  }

  private void visit(String name) throws ReflectiveOperationException {
    Class<?> binding = Class.forName(name, false, NativeLibraries.class.getClassLoader());
    if (!visited.add(binding) || !Loader.checkPlatform(binding, platform)) {
      return;
    }
    ClassProperties properties = Loader.loadProperties(binding, platform, true);
    for (String global : properties.get("global")) {
      visit(global);
    }
    for (String kind : List.of("platform.preload", "platform.link")) {
      properties.get(kind).forEach(library -> add(binding, properties, library));
    }
    String library = properties.getProperty("platform.library");
    if (!add(binding, properties, library)) {
      own.add(library);
    }
  }

  /** Adds the file that JavaCPP takes first, if the jars have one; CUDA's are not in them. */
  private boolean add(Class<?> binding, ClassProperties properties, String library) {
    for (URL url : Loader.findLibrary(binding, properties, library, false)) {
      if (url.getProtocol().equals("jar")) {
        found.add(entry(url));
        return true;
      }
    }
    return false;
  }

  private static String entry(URL url) {
    String path = url.getPath();
    return path.substring(path.indexOf("!/") + 2);
  }
}
