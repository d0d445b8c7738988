package dev.vit4j.text;

/**
 * Cleans text as open_clip does before it encodes it: {@link FixedText}, HTML's character
 * references twice, single blanks, lower case.
 */
final class OpenClipText {
  private OpenClipText() {}

  static String clean(String text) {
    String fixed =
        isPlain(text) ? text : HtmlEntities.unescape(HtmlEntities.unescape(FixedText.of(text)));
    return LowerCase.of(singleBlanks(fixed), true);
  }

  /** Returns whether only blanks and case can change: printable ASCII without {@code &}. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '&' || c > '~' || (c < ' ' && c != '\n' && c != '\t')) {
        return false;
      }
    }
    return true;
  }

  private static String singleBlanks(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean blank = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isBlank(c)) {
        blank = true;
        continue;
      }
      if (blank && !out.isEmpty()) {
        out.append(' ');
      }
      blank = false;
      out.append(c);
    }
    return out.toString();
  }

  /** Returns whether Python's {@code str.split} divides a text here. */
  private static boolean isBlank(char c) {
    return (c >= 0x09 && c <= 0x0D)
        || (c >= 0x1C && c <= 0x20)
        || c == 0x85
        || (c >= 0xA0 && Character.isSpaceChar(c));
  }
}
