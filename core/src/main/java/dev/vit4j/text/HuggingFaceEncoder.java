package dev.vit4j.text;

import java.text.Normalizer;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * CLIP's tokenizer as transformers' {@code CLIPTokenizer}: normalization form C, single blanks,
 * lower case. Unlike open_clip it repairs no text.
 */
final class HuggingFaceEncoder implements Encoder {
  private static final Pattern BLANKS =
      Pattern.compile(
          "[\\t-\\r \\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+");

  /** A special token that only appears after lower-casing is divided like other text. */
  private static final Pattern LOWERED = Pattern.compile("<\\||[a-z]+|\\|>");

  private static final List<String> SPECIALS = List.of("<|startoftext|>", "<|endoftext|>");

  private final BytePairs pairs;
  private final Words words = new Words(SPECIALS, false);
  private final Pattern added;

  /**
   * @param added special tokens, which are found in the text as it is
   */
  HuggingFaceEncoder(BytePairs pairs, List<String> added) {
    this.pairs = pairs;
    this.added =
        Pattern.compile(added.stream().map(Pattern::quote).collect(Collectors.joining("|")));
  }

  @Override
  public void encode(String text, IntConsumer ids) {
    Matcher special = added.matcher(text);
    int at = 0;
    while (special.find()) {
      ordinary(text.substring(at, special.start()), ids);
      ids.accept(Objects.requireNonNull(pairs.id(special.group())));
      at = special.end();
    }
    ordinary(text.substring(at), ids);
  }

  private void ordinary(String text, IntConsumer ids) {
    String normal = Normalizer.normalize(text, Normalizer.Form.NFC);
    words.forEach(
        LowerCase.of(BLANKS.matcher(normal).replaceAll(" "), false),
        word -> {
          if (SPECIALS.contains(word)) {
            LOWERED.matcher(word).results().forEach(part -> word(part.group(), ids));
          } else {
            word(word, ids);
          }
        });
  }

  private void word(String word, IntConsumer ids) {
    for (int id : pairs.encode(word)) {
      ids.accept(id);
    }
  }

  @Override
  public String decode(int[] ids) {
    return pairs.decode(ids);
  }

  @Override
  public @Nullable Integer id(String token) {
    return pairs.id(token);
  }

  @Override
  public int size() {
    return pairs.size();
  }
}
