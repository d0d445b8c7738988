package dev.vit4j.task.contrastive;

import java.util.List;

/**
 * Sentences with a place for a class name.
 *
 * @param sentences each with {@code {c}} or {@code {}}
 */
record Templates(List<String> sentences) {
  /** CLIP's shortest prompt. */
  static final Templates DEFAULT = new Templates(List.of("a photo of a {c}."));

  /**
   * Checks the sentences.
   *
   * @throws IllegalArgumentException if there is none, or one without a place
   */
  Templates {
    sentences = List.copyOf(sentences);
    if (sentences.isEmpty()) {
      throw new IllegalArgumentException("templates is empty: name at least one sentence");
    }
    for (String sentence : sentences) {
      if (!sentence.contains("{c}") && !sentence.contains("{}")) {
        throw new IllegalArgumentException(
            "the template '%s' has no place for the class name: write {c} where it belongs"
                .formatted(sentence));
      }
    }
  }

  /** Returns the templates of a recipe: a sentence or a list of them. */
  static Templates of(Object value) {
    return value instanceof List<?> list
        ? new Templates(list.stream().map(String::valueOf).toList())
        : new Templates(List.of(value.toString()));
  }

  /** Returns the number of sentences. */
  int size() {
    return sentences.size();
  }

  /** Returns a sentence with a class name. */
  String fill(int template, String name) {
    return sentences.get(template).replace("{c}", name).replace("{}", name);
  }
}
