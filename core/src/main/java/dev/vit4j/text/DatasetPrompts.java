package dev.vit4j.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The class names and templates that OpenAI used for a data set (openai/CLIP, {@code
 * data/prompts.md}, and the notebook for ImageNet).
 *
 * @param dataset its name there, such as {@code CIFAR100}
 * @param synonyms of each class its names; of most classes one
 */
public record DatasetPrompts(String dataset, List<List<String>> synonyms, Templates templates) {
  private static final String IMAGENET = "ImageNet";

  /** Other names of the data sets, without characters other than letters and digits. */
  private static final Map<String, String> ALIASES =
      Map.ofEntries(
          Map.entry("mnistsample", "mnist"),
          Map.entry("imagenet1k", "imagenet"),
          Map.entry("dtd", "describabletextures"),
          Map.entry("fer2013", "facialemotionrecognition2013"),
          Map.entry("flowers", "flowers102"),
          Map.entry("pets", "oxfordpets"),
          Map.entry("pcam", "patchcamelyon"),
          Map.entry("voc2007", "pascalvoc2007"),
          Map.entry("cars", "stanfordcars"),
          Map.entry("clevr", "clevrcounts"));

  private static final class All {
    static final Map<String, DatasetPrompts> BY_NAME = read();
  }

  /**
   * Returns the prompts of a data set.
   *
   * @param name as in open_clip or in vit4j; upper case, blanks, {@code -} and {@code _} do not
   *     matter
   */
  public static Optional<DatasetPrompts> named(String name) {
    String plain = plain(name);
    return Optional.ofNullable(All.BY_NAME.get(ALIASES.getOrDefault(plain, plain)));
  }

  /** Returns the names of all data sets. */
  public static List<String> names() {
    return All.BY_NAME.values().stream().map(DatasetPrompts::dataset).toList();
  }

  /** Returns the first name of each class, in the order of the class ids. */
  public List<String> classes() {
    return synonyms.stream().map(names -> names.get(0)).toList();
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  private static Map<String, DatasetPrompts> read() {
    Map<String, DatasetPrompts> all = new LinkedHashMap<>();
    add(
        all,
        new DatasetPrompts(
            IMAGENET,
            resource("imagenet_classes.txt").lines().map(List::of).toList(),
            new Templates(IMAGENET, resource("imagenet_templates.txt").lines().toList())));
    JsonNode root = JsonMapper.shared().readTree(resource("prompts.json"));
    for (Map.Entry<String, JsonNode> set : root.properties()) {
      List<List<String>> synonyms = new ArrayList<>();
      for (JsonNode name : set.getValue().get("classes")) {
        synonyms.add(name.isArray() ? strings(name) : List.of(name.asString()));
      }
      Templates templates = new Templates(set.getKey(), strings(set.getValue().get("templates")));
      add(all, new DatasetPrompts(set.getKey(), List.copyOf(synonyms), templates));
    }
    return all;
  }

  private static void add(Map<String, DatasetPrompts> all, DatasetPrompts set) {
    all.put(plain(set.dataset()), set);
  }

  private static List<String> strings(JsonNode list) {
    return list.valueStream().map(JsonNode::asString).toList();
  }

  private static String resource(String name) {
    try (InputStream in = DatasetPrompts.class.getResourceAsStream(name)) {
      byte[] text = Objects.requireNonNull(in, name).readAllBytes();
      return new String(text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
