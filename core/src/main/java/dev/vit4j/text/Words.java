package dev.vit4j.text;

import java.util.List;
import java.util.function.Consumer;

/**
 * Splits clean text into the words that are encoded, as CLIP's regular expression does: special
 * tokens, else {@code 's 't 're 've 'm 'll 'd}, else letters, else a single digit, else other
 * characters up to the next letter, digit or blank.
 */
final class Words {
  private static final List<String> CONTRACTIONS = List.of("s", "t", "re", "ve", "m", "ll", "d");
  private static final int NUMBERS =
      (1 << Character.DECIMAL_DIGIT_NUMBER)
          | (1 << Character.LETTER_NUMBER)
          | (1 << Character.OTHER_NUMBER);

  private enum Kind {
    BLANK,
    LETTER,
    NUMBER,
    OTHER
  }

  private final List<String> specials;
  private final boolean ignoreCase;

  /**
   * @param specials special tokens in lower case; each begins with {@code <}
   * @param ignoreCase whether the long s (ſ), the only other character that is equal to a letter of
   *     lower case when case is ignored, counts as s in special tokens and contractions
   */
  Words(List<String> specials, boolean ignoreCase) {
    this.specials = specials;
    this.ignoreCase = ignoreCase;
  }

  /**
   * Reports the words of a text in their order.
   *
   * @param text in lower case, with single blanks (U+0020) between words
   */
  void forEach(String text, Consumer<String> word) {
    int at = 0;
    while (at < text.length()) {
      Kind kind = kind(text.codePointAt(at));
      int end = kind == Kind.BLANK ? at + 1 : end(text, at, kind);
      if (kind != Kind.BLANK) {
        word.accept(text.substring(at, end));
      }
      at = end;
    }
  }

  private int end(String text, int at, Kind kind) {
    char first = text.charAt(at);
    if (first == '<') {
      for (String special : specials) {
        if (startsWith(text, at, special)) {
          return at + special.length();
        }
      }
    }
    if (first == '\'') {
      for (String contraction : CONTRACTIONS) {
        if (startsWith(text, at + 1, contraction)) {
          return at + 1 + contraction.length();
        }
      }
    }
    int end = text.offsetByCodePoints(at, 1);
    while (kind != Kind.NUMBER && end < text.length() && kind(text.codePointAt(end)) == kind) {
      end = text.offsetByCodePoints(end, 1);
    }
    return end;
  }

  private boolean startsWith(String text, int at, String prefix) {
    if (text.length() - at < prefix.length()) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      char c = text.charAt(at + i);
      if (c != prefix.charAt(i) && !(ignoreCase && c == 'ſ' && prefix.charAt(i) == 's')) {
        return false;
      }
    }
    return true;
  }

  private static Kind kind(int c) {
    if (c < 128) {
      return c == ' '
          ? Kind.BLANK
          : (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              ? Kind.LETTER
              : c >= '0' && c <= '9' ? Kind.NUMBER : Kind.OTHER;
    }
    return Character.isLetter(c)
        ? Kind.LETTER
        : ((NUMBERS >> Character.getType(c)) & 1) == 1 ? Kind.NUMBER : Kind.OTHER;
  }
}
