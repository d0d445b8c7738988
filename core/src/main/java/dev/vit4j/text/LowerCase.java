package dev.vit4j.text;

/** Lower case as Python's {@code str.lower} and Rust's {@code char::to_lowercase} compute it. */
final class LowerCase {
  private static final int CASE_IGNORABLE =
      (1 << Character.NON_SPACING_MARK)
          | (1 << Character.ENCLOSING_MARK)
          | (1 << Character.FORMAT)
          | (1 << Character.MODIFIER_LETTER)
          | (1 << Character.MODIFIER_SYMBOL);
  private static final String MORE_CASE_IGNORABLE = "'.:·՟״‘’․‧︓﹒﹕＇．：";

  private LowerCase() {}

  /**
   * @param finalSigma whether a capital sigma at the end of a word becomes ς, as in Python, or σ
   */
  static String of(String text, boolean finalSigma) {
    StringBuilder lower = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
      int c = text.codePointAt(i);
      if (c == 'İ') {
        lower.append("i\u0307"); // the only character whose lower case is two
      } else if (c == 'Σ' && finalSigma && endsWord(text, i)) {
        lower.append('ς');
      } else {
        lower.appendCodePoint(Character.toLowerCase(c));
      }
    }
    return lower.toString();
  }

  /** Unicode's condition Final_Sigma: a cased letter before, none after; marks do not count. */
  private static boolean endsWord(String text, int at) {
    int before = at;
    while (before > 0 && isIgnorable(text.codePointBefore(before))) {
      before = text.offsetByCodePoints(before, -1);
    }
    int after = at + 1;
    while (after < text.length() && isIgnorable(text.codePointAt(after))) {
      after = text.offsetByCodePoints(after, 1);
    }
    return before > 0
        && isCased(text.codePointBefore(before))
        && (after == text.length() || !isCased(text.codePointAt(after)));
  }

  private static boolean isCased(int c) {
    return Character.isLowerCase(c) || Character.isUpperCase(c) || Character.isTitleCase(c);
  }

  private static boolean isIgnorable(int c) {
    return ((CASE_IGNORABLE >> Character.getType(c)) & 1) == 1
        || MORE_CASE_IGNORABLE.indexOf(c) >= 0;
  }
}
