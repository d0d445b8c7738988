package dev.vit4j.data.source;

import dev.vit4j.data.Captions;
import dev.vit4j.format.Count;
import dev.vit4j.format.FirstFew;
import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Images with a file of the same name that holds their captions: {@code x.jpg} and {@code x.txt},
 * with one caption per line, or {@code x.json} with {@code caption}, {@code title} or {@code text};
 * if both exist, the {@code .txt}. This is also the content of WebDataset shards.
 */
final class CaptionFiles {
  private static final List<String> ENDINGS = List.of(".txt", ".json");
  private static final List<String> KEYS = List.of("caption", "title", "text");

  private CaptionFiles() {}

  /** Returns whether most images of a tree have a file with captions. */
  static boolean matches(FileTree tree) {
    List<String> images = tree.images();
    Map<String, String> texts = texts(tree);
    long with = images.stream().filter(i -> texts.containsKey(stem(i))).count();
    return with > 0 && 2 * with >= images.size();
  }

  /**
   * Reads all captions.
   *
   * @param notes receives the names of captions without an image
   * @throws FormatException if there are no images, images without captions, or empty captions
   */
  static PictureSet set(String name, FileTree tree, Consumer<String> notes) throws IOException {
    Map<String, String> texts = texts(tree);
    List<String> images = tree.images();
    List<List<String>> captions = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<String> empty = new ArrayList<>();
    for (String image : images) {
      String text = texts.remove(stem(image));
      if (text == null) {
        missing.add(image);
        continue;
      }
      List<String> own = captions(tree, text);
      if (own.isEmpty()) {
        empty.add(text);
      }
      captions.add(own);
    }
    refuse(
        tree,
        "%d of %d images have no caption (a .txt or .json of the same name)",
        missing,
        images);
    refuse(tree, "%d of %d images have an empty caption", empty, images);
    if (images.isEmpty()) {
      throw new FormatException(tree.root(), -1, "has no images");
    }
    if (!texts.isEmpty()) {
      notes.accept(
          "%s: skipped %s without an image: %s"
              .formatted(
                  tree.root(),
                  Count.of(texts.size(), "caption"),
                  FirstFew.of(List.copyOf(texts.values()))));
    }
    return new PictureSet(name, tree, images, new Captions(captions));
  }

  private static void refuse(FileTree tree, String reason, List<String> wrong, List<String> all)
      throws FormatException {
    if (!wrong.isEmpty()) {
      throw new FormatException(
          tree.root(), -1, reason.formatted(wrong.size(), all.size()) + ": " + FirstFew.of(wrong));
    }
  }

  /** Returns the files with captions by their path without extension. */
  private static Map<String, String> texts(FileTree tree) {
    Map<String, String> texts = new TreeMap<>(FileTree.PYTHON_ORDER);
    for (String ending : ENDINGS) {
      for (String file : tree.files()) {
        if (file.endsWith(ending) && !FileTree.isHidden(file)) {
          texts.putIfAbsent(stem(file), file);
        }
      }
    }
    return texts;
  }

  private static String stem(String file) {
    return file.substring(0, file.lastIndexOf('.'));
  }

  private static List<String> captions(FileTree tree, String file) throws IOException {
    String text;
    try {
      text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(tree.read(file))).toString();
    } catch (CharacterCodingException e) {
      throw new FormatException(tree.where(file), -1, "is not UTF-8 text");
    }
    if (file.endsWith(".txt")) {
      return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
    try {
      JsonNode root = JsonMapper.shared().readTree(text);
      return KEYS.stream()
          .map(key -> root.path(key).asString("").strip())
          .filter(caption -> !caption.isEmpty())
          .limit(1)
          .toList();
    } catch (JacksonException e) {
      throw new FormatException(
          tree.where(file), -1, "is not valid JSON: " + FormatException.words(e));
    }
  }
}
