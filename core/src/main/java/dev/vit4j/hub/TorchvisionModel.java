package dev.vit4j.hub;

import dev.vit4j.model.Interop;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * torchvision's pretrained weights. A file name ends with the first eight digits of its SHA-256,
 * which torch.hub verifies too.
 *
 * @param model torchvision's model name, such as {@code vit_b_16}
 * @param tag torchvision's name of the weights, such as {@code IMAGENET1K_V1}
 */
public record TorchvisionModel(String model, String tag) implements Published {
  static final String PREFIX = "torchvision/";
  private static final String V1 = "IMAGENET1K_V1";

  /** The published files; each model's first entry is torchvision's default. */
  private static final List<Interop.TorchvisionFile> PUBLISHED =
      Models.ALL.stream().flatMap(f -> f.interop().torchvisionFiles().stream()).toList();

  private static final Map<String, String> FILES = new LinkedHashMap<>();
  private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

  static {
    for (Interop.TorchvisionFile p : PUBLISHED) {
      FILES.put(p.model() + "." + p.tag(), p.file());
      DEFAULTS.putIfAbsent(p.model(), p.tag());
    }
  }

  /**
   * Creates a reference to known weights.
   *
   * @throws IllegalArgumentException if the model or tag is unknown
   */
  public TorchvisionModel {
    if (!DEFAULTS.containsKey(model)) {
      throw new IllegalArgumentException(
          "torchvision has no known weights of '%s', only of %s"
              .formatted(model, String.join(", ", DEFAULTS.keySet())));
    }
    if (!FILES.containsKey(model + "." + tag)) {
      throw new IllegalArgumentException(
          "torchvision's %s has no weights '%s': it has %s"
              .formatted(model, tag, String.join(", ", tags(model))));
    }
  }

  private static Set<String> tags(String model) {
    Set<String> tags = new TreeSet<>();
    PUBLISHED.stream().filter(p -> p.model().equals(model)).forEach(p -> tags.add(p.tag()));
    return tags;
  }

  /**
   * Parses {@code torchvision/MODEL}, optionally followed by {@code .TAG}; the prefix is optional
   * if the name is unambiguous.
   */
  static Optional<TorchvisionModel> parse(String word) {
    String name = word.startsWith(PREFIX) ? word.substring(PREFIX.length()) : word;
    int dot = name.indexOf('.');
    String model = dot < 0 ? name : name.substring(0, dot);
    boolean itsOwn = !Models.names().contains(model) || name.contains(".IMAGENET1K_");
    if (name.equals(word) && !(itsOwn && DEFAULTS.containsKey(model))) {
      return Optional.empty();
    }
    String standard = DEFAULTS.getOrDefault(model, V1);
    return Optional.of(new TorchvisionModel(model, dot < 0 ? standard : name.substring(dot + 1)));
  }

  /** The file name, both remote and local. */
  String file() {
    return FILES.getOrDefault(model + "." + tag, "");
  }

  /** The first digits of the file's SHA-256. */
  String hash() {
    return file().replaceFirst(".*-([0-9a-f]{8})\\.pth$", "$1");
  }

  URI address(HubSettings settings) {
    return URI.create(settings.torchvision() + "/" + file());
  }

  Path path(HubSettings settings) {
    return settings.torchCheckpoints().resolve(file());
  }

  @Override
  public String name() {
    return PREFIX + model + "." + tag;
  }

  @Override
  public String page(HubSettings settings) {
    return settings.torchvision().toString();
  }

  @Override
  public Optional<Path> cached(HubSettings settings) {
    return Optional.of(path(settings)).filter(Files::isRegularFile);
  }

  @Override
  public String byHand(HubSettings settings) {
    return "%s into %s".formatted(address(settings), settings.torchCheckpoints());
  }

  @Override
  public Fetch plan(HubSettings settings, Web web) throws IOException {
    return TorchvisionFetch.plan(this, settings, web);
  }
}
