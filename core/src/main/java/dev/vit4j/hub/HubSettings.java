package dev.vit4j.hub;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.UserPath;
import dev.vit4j.web.Address;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Servers and cache folders of pretrained weights, set by the environment variables of
 * huggingface_hub and torch.hub.
 *
 * <table>
 *   <caption>Variables</caption>
 *   <tr><td>{@code HF_HOME}</td><td>default {@code ~/.cache/huggingface}</td></tr>
 *   <tr><td>{@code HF_HUB_CACHE}</td><td>default {@code $HF_HOME/hub}</td></tr>
 *   <tr><td>{@code HF_ENDPOINT}</td><td>default {@code https://huggingface.co}</td></tr>
 *   <tr><td>{@code HF_TOKEN}</td><td>default content of {@code HF_TOKEN_PATH}, else {@code $HF_HOME/token}</td></tr>
 *   <tr><td>{@code HF_HUB_OFFLINE}, {@code VIT4J_OFFLINE}</td><td>1 forbids downloads</td></tr>
 *   <tr><td>{@code HF_HUB_DISABLE_SYMLINKS}</td><td>1 stores files instead of links</td></tr>
 *   <tr><td>{@code TORCH_HOME}</td><td>default {@code ~/.cache/torch}</td></tr>
 *   <tr><td>{@code VIT4J_TORCHVISION_MIRROR}</td><td>default torchvision's download server</td></tr>
 * </table>
 *
 * {@code XDG_CACHE_HOME} replaces {@code ~/.cache}.
 */
public final class HubSettings {
  private static final String HUB = "https://huggingface.co";
  private static final String TORCHVISION = "https://download.pytorch.org/models";
  private static final int LONGEST_TOKEN = 4096;

  private final Map<String, String> environment;
  private final Path home;

  private HubSettings(Map<String, String> environment, Path home) {
    this.environment = Map.copyOf(environment);
    this.home = home;
  }

  /** Returns the settings of this process's environment. */
  public static HubSettings ofMachine() {
    return of(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /**
   * Returns the settings of another environment.
   *
   * @param environment as {@link System#getenv()}
   * @param home the user's home folder
   */
  public static HubSettings of(Map<String, String> environment, Path home) {
    return new HubSettings(environment, home);
  }

  /** The cache folder that contains {@code models--ORG--NAME}. */
  Path hubCache() {
    return folder("HF_HUB_CACHE", folder("HUGGINGFACE_HUB_CACHE", hfHome().resolve("hub")));
  }

  /** The cache folder of torch.hub. */
  Path torchCheckpoints() {
    return folder("TORCH_HOME", cache().resolve("torch")).resolve("hub").resolve("checkpoints");
  }

  /**
   * The Hub's URL, without a trailing slash.
   *
   * @throws IllegalArgumentException if the user's URL is invalid
   */
  URI endpoint() {
    return address("HF_ENDPOINT", HUB);
  }

  /**
   * The base URL of torchvision's weights, without a trailing slash.
   *
   * @throws IllegalArgumentException if the user's URL is invalid
   */
  URI torchvision() {
    return address("VIT4J_TORCHVISION_MIRROR", TORCHVISION);
  }

  /** Whether downloads are disabled. */
  public boolean isOffline() {
    return Web.isForbidden(environment);
  }

  /** Whether the cache may contain symbolic links. */
  boolean allowsLinks() {
    return !environment.getOrDefault("HF_HUB_DISABLE_SYMLINKS", "").matches("(?i)1|on|yes|true");
  }

  /**
   * The user's token for the Hub; null if none is set.
   *
   * @throws IOException if its file cannot be read
   */
  @Nullable String token() throws IOException {
    String token = value("HF_TOKEN", value("HUGGING_FACE_HUB_TOKEN", ""));
    Path file = folder("HF_TOKEN_PATH", hfHome().resolve("token"));
    if (token.isEmpty() && Files.isRegularFile(file)) {
      token = read(file);
    }
    if (!token.matches("[!-~]{0," + LONGEST_TOKEN + "}")) {
      throw new IllegalArgumentException(
          "HF_TOKEN (or %s) has characters that are invalid in a token: copy it again"
              .formatted(file));
    }
    return token.isEmpty() ? null : token;
  }

  private static String read(Path file) throws IOException {
    try {
      if (Files.size(file) > LONGEST_TOKEN) {
        throw new FormatException(file.toString(), -1, "is too long for a token");
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
  }

  private Path hfHome() {
    return folder("HF_HOME", cache().resolve("huggingface"));
  }

  private Path cache() {
    return folder("XDG_CACHE_HOME", home.resolve(".cache"));
  }

  private Path folder(String variable, Path otherwise) {
    String text = value(variable, "");
    if (text.isEmpty()) {
      return otherwise;
    }
    return UserPath.of(text, home);
  }

  private URI address(String variable, String otherwise) {
    return Address.parse(variable, value(variable, otherwise).replaceFirst("/+$", ""));
  }

  private String value(String variable, String otherwise) {
    String text = environment.getOrDefault(variable, "").strip();
    return text.isEmpty() ? otherwise : text;
  }
}
