package dev.vit4j.tensor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** What computes the tensors: libtorch's version, and what it makes of this machine. */
public final class Engine {
  private static final Pattern VERSION = Pattern.compile("TORCH_VERSION=([0-9.]+)");

  private Engine() {}

  /** libtorch's version, such as {@code 2.10.0}. */
  public static String version() {
    Matcher found = VERSION.matcher(configuration());
    return found.find() ? found.group(1) : "unknown";
  }

  /** How libtorch was built, several lines; PyTorch's {@code torch.__config__.show()}. */
  public static String configuration() {
    Native.load();
    try (BytePointer text = torch.show_config()) {
      return text.getString();
    }
  }

  /** Instructions that libtorch's own kernels use, such as {@code AVX2} or {@code AVX512}. */
  public static String cpuCapability() {
    Native.load();
    try (BytePointer text = torch.get_cpu_capability()) {
      return text.getString();
    }
  }

  /** The operating system and processor that the natives are for, such as {@code linux-x86_64}. */
  public static String platform() {
    return Loader.getPlatform();
  }

  /** The folder into which the natives are unpacked at the first start. */
  public static Path natives() throws IOException {
    return Loader.getCacheDir().toPath();
  }
}
