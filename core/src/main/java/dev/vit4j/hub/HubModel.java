package dev.vit4j.hub;

import dev.vit4j.model.catalog.Models;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model on the Hugging Face Hub.
 *
 * @param id {@code org/name}
 * @param revision branch, tag or commit
 */
public record HubModel(String id, String revision) implements Published {
  /** The default revision. */
  public static final String MAIN = "main";

  private static final String PART = "[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?";
  private static final Pattern ID = Pattern.compile(PART + "/" + PART);
  private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./-]{0,200}");
  private static final Pattern WORD =
      Pattern.compile("(hf[-_]hub:)?([^@:]+?)(?:@([^@:]+))?", Pattern.DOTALL);

  /**
   * Creates a reference to a Hub model.
   *
   * @throws IllegalArgumentException if the name or the revision is invalid
   */
  public HubModel {
    if (!ID.matcher(id).matches() || id.contains("--") || id.contains("..")) {
      throw new IllegalArgumentException(
          "'%s' is not a Hub model name: use ORG/NAME".formatted(id));
    }
    if (!REVISION.matcher(revision).matches()
        || revision.contains("..")
        || revision.contains("//")
        || revision.endsWith("/")) {
      throw new IllegalArgumentException(
          "'%s' is not a valid revision of %s: use a branch, a tag or a commit"
              .formatted(revision, id));
    }
  }

  /**
   * Parses {@code org/name}, optionally with the prefix {@code hf-hub:} or the suffix
   * {@code @revision}, or a timm name with a tag.
   */
  static Optional<HubModel> parse(String word) {
    Matcher m = WORD.matcher(word);
    if (!m.matches()) {
      return Optional.empty();
    }
    String id = isTimms(m.group(2)) ? timmId(m.group(2)) : m.group(2);
    if (m.group(1) == null && !ID.matcher(id).matches()) {
      return Optional.empty();
    }
    return Optional.of(new HubModel(id, m.group(3) == null ? MAIN : m.group(3)));
  }

  /**
   * The Hub's name for a name of timm with a tag. timm's models with quick GELU have their own
   * names, but not their weights.
   */
  static String timmId(String name) {
    return "timm/" + name.replace("_quickgelu", "");
  }

  /** Whether this is a catalog name followed by a dot and a tag of weights. */
  private static boolean isTimms(String name) {
    int dot = name.indexOf('.');
    return dot > 0 && dot < name.length() - 1 && Models.names().contains(name.substring(0, dot));
  }

  /** Returns the same model at another revision. */
  public HubModel at(String other) {
    return new HubModel(id, other);
  }

  @Override
  public String name() {
    String whose = id.startsWith(TorchvisionModel.PREFIX) ? "hf-hub:" : "";
    return whose + id + (revision.equals(MAIN) ? "" : "@" + revision);
  }

  @Override
  public String page(HubSettings settings) {
    return settings.endpoint() + "/" + id;
  }

  @Override
  public Optional<Path> cached(HubSettings settings) throws IOException {
    return new HubCache(settings.hubCache(), id).weights(revision);
  }

  @Override
  public String byHand(HubSettings settings) {
    return "config.json and model.safetensors of %s/tree/%s into %s"
        .formatted(
            page(settings), revision, new HubCache(settings.hubCache(), id).snapshot(revision));
  }

  @Override
  public Fetch plan(HubSettings settings, Web web) throws IOException {
    return HubFetch.plan(this, settings, web);
  }
}
