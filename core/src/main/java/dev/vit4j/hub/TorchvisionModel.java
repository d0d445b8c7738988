package dev.vit4j.hub;

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
 * Weights of torchvision's. A file's name ends with the first eight digits of its SHA-256, by which
 * torch.hub checks it too.
 *
 * @param model torchvision's name, such as {@code vit_b_16}
 * @param tag torchvision's name of the weights, such as {@code IMAGENET1K_V1}
 */
public record TorchvisionModel(String model, String tag) implements Published {
  static final String PREFIX = "torchvision/";
  private static final String V1 = "IMAGENET1K_V1";
  private static final String V2 = "IMAGENET1K_V2";
  private static final String SWAG = "IMAGENET1K_SWAG_E2E_V1";
  private static final String SWAG_LINEAR = "IMAGENET1K_SWAG_LINEAR_V1";

  /** The published files: model, tag, file; torchvision's default of each model is the first. */
  private static final List<List<String>> PUBLISHED =
      List.of(
          List.of("resnet18", V1, "resnet18-f37072fd.pth"),
          List.of("resnet34", V1, "resnet34-b627a593.pth"),
          List.of("resnet50", V2, "resnet50-11ad3fa6.pth"),
          List.of("resnet50", V1, "resnet50-0676ba61.pth"),
          List.of("resnet101", V2, "resnet101-cd907fc2.pth"),
          List.of("resnet101", V1, "resnet101-63fe2227.pth"),
          List.of("resnet152", V2, "resnet152-f82ba261.pth"),
          List.of("resnet152", V1, "resnet152-394f9c45.pth"),
          List.of("vit_b_16", V1, "vit_b_16-c867db91.pth"),
          List.of("vit_b_16", SWAG, "vit_b_16_swag-9ac1b537.pth"),
          List.of("vit_b_16", SWAG_LINEAR, "vit_b_16_lc_swag-4e70ced5.pth"),
          List.of("vit_b_32", V1, "vit_b_32-d86f8d99.pth"),
          List.of("vit_l_16", V1, "vit_l_16-852ce7e3.pth"),
          List.of("vit_l_16", SWAG, "vit_l_16_swag-4f3808c9.pth"),
          List.of("vit_l_16", SWAG_LINEAR, "vit_l_16_lc_swag-4d563306.pth"),
          List.of("vit_l_32", V1, "vit_l_32-c7638314.pth"),
          List.of("vit_h_14", SWAG, "vit_h_14_swag-80465313.pth"),
          List.of("vit_h_14", SWAG_LINEAR, "vit_h_14_lc_swag-c1eb923e.pth"));

  private static final Map<String, String> FILES = new LinkedHashMap<>();
  private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

  static {
    for (List<String> p : PUBLISHED) {
      FILES.put(p.get(0) + "." + p.get(1), p.get(2));
      DEFAULTS.putIfAbsent(p.get(0), p.get(1));
    }
  }

  /**
   * Weights of the table.
   *
   * @throws IllegalArgumentException if it has no such model or tag
   */
  public TorchvisionModel {
    if (!DEFAULTS.containsKey(model)) {
      throw new IllegalArgumentException(
          "no weights of torchvision's '%s' are known: those of %s are"
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
    PUBLISHED.stream().filter(p -> p.get(0).equals(model)).forEach(p -> tags.add(p.get(1)));
    return tags;
  }

  /**
   * Reads {@code torchvision/MODEL} with {@code .TAG} behind or without; the prefix may be left out
   * where the rest is nobody else's name.
   */
  static Optional<TorchvisionModel> parse(String word) {
    String name = word.startsWith(PREFIX) ? word.substring(PREFIX.length()) : word;
    int dot = name.indexOf('.');
    String model = dot < 0 ? name : name.substring(0, dot);
    boolean itsOwn = model.matches("vit_[blh]_\\d+") || name.contains(".IMAGENET1K_");
    if (name.equals(word) && !(itsOwn && DEFAULTS.containsKey(model))) {
      return Optional.empty();
    }
    String standard = DEFAULTS.getOrDefault(model, V1);
    return Optional.of(new TorchvisionModel(model, dot < 0 ? standard : name.substring(dot + 1)));
  }

  /** The file's name, on the web as on the disk. */
  String file() {
    return FILES.getOrDefault(model + "." + tag, "");
  }

  /** What the file's SHA-256 begins with. */
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
