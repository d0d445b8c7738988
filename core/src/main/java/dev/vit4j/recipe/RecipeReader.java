package dev.vit4j.recipe;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads recipes from files and from the resources of the library. */
final class RecipeReader {
  static final List<String> SHIPPED =
      List.of(
          "mnist-sample",
          "mnist-1850",
          "fashion-mnist",
          "folder",
          "cifar100-vit",
          "camvid-segmenter",
          "camvid-vit",
          "camvid-multitask",
          "voc-multitask",
          "pascal-context-multitask",
          "nyu-depth",
          "cifar100-cct",
          "cifar100-resnet18-fast",
          "cifar100-resnet32",
          "cifar100-resnet34-v1",
          "cifar100-resnet34-v2",
          "cifar100-resnet34-v3",
          "cifar100-resnet34-v4",
          "cifar100-vit-b16-256",
          "cifar10-vit",
          "cifar10-cct",
          "cifar10-resnet18-fast",
          "cifar10-vit-b16-1epoch",
          "pizza-steak-sushi-scratch",
          "pizza-steak-sushi-features",
          "finetune-vit-b16",
          "mnist-spikformer",
          "cifar10-spikformer",
          "cifar100-spikformer",
          "mnist-clip",
          "cifar100-clip",
          "folder-clip");

  private RecipeReader() {}

  static Recipe load(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FormatException(file.toString(), -1, "is a folder, not a recipe");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return parse(file.toString(), in);
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
  }

  static Recipe named(String name) {
    String yaml = shipped(name);
    try {
      return parse(name + ".yaml", yaml);
    } catch (FormatException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** Returns the comment at the start of a built-in recipe, unchanged. */
  static String about(String name) {
    return shipped(name)
        .lines()
        .takeWhile(line -> line.startsWith("#"))
        .collect(Collectors.joining("\n"));
  }

  private static String shipped(String name) {
    if (!SHIPPED.contains(name)) {
      throw new IllegalArgumentException(
          "unknown recipe '%s': %s"
              .formatted(RecipeKey.clip(name), Nearest.hint(name, SHIPPED, "vit recipes")));
    }
    String resource = "/dev/vit4j/recipes/" + name + ".yaml";
    try (InputStream in = Recipe.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private static Recipe parse(String source, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(RecipeYaml.LIMIT + 1);
    if (bytes.length == 0) {
      throw new FormatException(source, -1, "is empty: a recipe has lines such as 'epochs: 10'");
    }
    checkSize(source, bytes.length);
    try {
      return parse(
          source, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new FormatException(source, -1, "is not UTF-8 text");
    }
  }

  static Recipe parse(String source, String yaml) throws FormatException {
    checkSize(source, yaml.length());
    try {
      Object document = RecipeYaml.read(yaml);
      if (document != null && !(document instanceof Map<?, ?>)) {
        throw new IllegalArgumentException("must consist of lines such as 'epochs: 10'");
      }
      Map<?, ?> given = document == null ? Map.of() : (Map<?, ?>) document;
      return new Recipe(resolve(given, stem(source)));
    } catch (IllegalArgumentException e) {
      throw new FormatException(source, -1, String.valueOf(e.getMessage()));
    }
  }

  private static void checkSize(String source, int size) throws FormatException {
    if (size > RecipeYaml.LIMIT) {
      throw new FormatException(
          source, -1, "is too large for a recipe (at most %d bytes)".formatted(RecipeYaml.LIMIT));
    }
  }

  private static Map<String, @Nullable Object> resolve(Map<?, ?> given, String name) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    RecipeKeys.all().forEach(key -> values.put(key.name(), key.standard()));
    values.put(RunKeys.NAME.name(), name);
    for (Map.Entry<?, ?> entry : given.entrySet()) {
      RecipeKey<?> key = RecipeKeys.named(String.valueOf(entry.getKey()));
      values.put(key.name(), key.read(entry.getValue()));
    }
    return values;
  }

  private static String stem(String source) {
    String file = source.substring(1 + Math.max(source.lastIndexOf('/'), source.lastIndexOf('\\')));
    String stem = file.replaceFirst("\\.ya?ml$", "").replaceAll("[^A-Za-z0-9._-]", "-");
    return RunKeys.NAME.type().reader().apply(stem) == null ? "recipe" : stem;
  }
}
