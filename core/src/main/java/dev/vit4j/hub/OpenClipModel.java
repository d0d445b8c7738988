package dev.vit4j.hub;

import dev.vit4j.model.Interop;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * open_clip's pretrained weights, which lie on the Hugging Face Hub.
 *
 * @param model catalog name of the model that the weights were trained as, such as {@code
 *     ViT-B-32-quickgelu}
 * @param tag open_clip's name of the weights, such as {@code openai}
 */
public record OpenClipModel(String model, String tag) implements Published {
  private static final List<Interop.OpenClipWeights> PUBLISHED =
      Models.ALL.stream().flatMap(f -> f.interop().openClipWeights().stream()).toList();

  private static final Pattern WORD = Pattern.compile("([A-Za-z0-9-]+)[.:](.+)");

  /** What names of models with quick GELU end with; open_clip has weights of both kinds. */
  private static final String QUICK = "-quickgelu";

  /**
   * Creates a reference to known weights. A model without quick GELU in its name stands for the one
   * with it, if the weights need that one: open_clip only warns about such a pair.
   *
   * @throws IllegalArgumentException if there are none of this tag, or if they are of the model
   *     without quick GELU
   */
  public OpenClipModel {
    tag = tag.toLowerCase(Locale.ROOT).replace('-', '_');
    if (find(model, tag).isEmpty()) {
      if (find(model + QUICK, tag).isPresent()) {
        model += QUICK;
      } else {
        throw new IllegalArgumentException(reason(model, tag));
      }
    }
  }

  private static String reason(String model, String tag) {
    String plain = plain(model);
    return find(plain, tag).isPresent()
        ? "open_clip's weights %s of %s were trained without quick GELU: use %s.%s"
            .formatted(tag, plain, plain, tag)
        : "open_clip has no known weights '%s' of %s: it has %s"
            .formatted(tag, plain, String.join(", ", tags(plain)));
  }

  private static String plain(String model) {
    return model.endsWith(QUICK) ? model.substring(0, model.length() - QUICK.length()) : model;
  }

  private static Optional<Interop.OpenClipWeights> find(String model, String tag) {
    return PUBLISHED.stream().filter(p -> p.model().equals(model) && p.tag().equals(tag)).findAny();
  }

  /** Returns open_clip's weights of exactly this model, with a tag each; often none. */
  static List<OpenClipModel> of(String model) {
    return PUBLISHED.stream()
        .filter(p -> p.model().equals(model))
        .map(p -> new OpenClipModel(model, p.tag()))
        .toList();
  }

  /** The tags of a model, with quick GELU or without, in open_clip's order; often none. */
  static List<String> tags(String model) {
    String plain = plain(model);
    return PUBLISHED.stream()
        .filter(p -> plain(p.model()).equals(plain))
        .map(Interop.OpenClipWeights::tag)
        .toList();
  }

  /**
   * Parses {@code ViT-B-32.laion2b_s34b_b79k}, or the same with a colon, as open_clip prints it.
   */
  static Optional<OpenClipModel> parse(String word) {
    Matcher m = WORD.matcher(word);
    return m.matches() && !tags(m.group(1)).isEmpty()
        ? Optional.of(new OpenClipModel(m.group(1), m.group(2)))
        : Optional.empty();
  }

  private HubModel repository() {
    return new HubModel(find(model, tag).orElseThrow().repository(), HubModel.MAIN);
  }

  @Override
  public String name() {
    return model + "." + tag;
  }

  @Override
  public String page(HubSettings settings) {
    return repository().page(settings);
  }

  @Override
  public Optional<Path> cached(HubSettings settings) throws IOException {
    return new HubCache(settings.hubCache(), repository().id()).openClip(HubModel.MAIN);
  }

  @Override
  public String byHand(HubSettings settings) {
    HubModel hub = repository();
    return "%s and %s of %s/tree/%s into %s"
        .formatted(
            HubFiles.OPEN_CLIP_CONFIG,
            HubFiles.OPEN_CLIP.get(0),
            hub.page(settings),
            hub.revision(),
            new HubCache(settings.hubCache(), hub.id()).snapshot(hub.revision()));
  }

  @Override
  public Fetch plan(HubSettings settings, Web web) throws IOException {
    return HubFetch.planOpenClip(repository(), byHand(settings), settings, web);
  }
}
