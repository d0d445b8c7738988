package dev.vit4j.text;

import java.text.Normalizer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Repairs damaged text as <a href="https://ftfy.readthedocs.io">ftfy</a>'s {@code fix_text} does
 * with its default settings, in this order, line by line, until nothing changes:
 *
 * <ol>
 *   <li>HTML's character references with a semicolon, unless this line or one before it contains
 *       {@code <}
 *   <li>UTF-8 that was read in another encoding ({@link Mojibake}, an approximation)
 *   <li>the control characters U+0080 to U+009F: the characters of Windows-1252
 *   <li>ligatures of Latin letters, such as ﬁ and ǆ
 *   <li>full-width and half-width forms, and the ideographic space
 *   <li>curly quotation marks
 *   <li>line breaks: {@code \n}
 *   <li>ANSI's escape sequences
 *   <li>control characters without effect, such as U+0000 and the byte order mark: removed
 *   <li>Unicode's normalization form C
 * </ol>
 */
final class FixedText {
  private static final int MOST_PASSES = 50; // against references in references in references
  private static final Pattern ANSI = Pattern.compile("\u001B\\[[\\d;]*[a-zA-Z]");
  private static final Pattern LINE_BREAK = Pattern.compile("\r\n|[\r\u2028\u2029]");

  private FixedText() {}

  static String of(String text) {
    StringBuilder fixed = new StringBuilder(text.length());
    boolean unescape = true;
    int start = 0;
    while (start < text.length()) {
      int newline = text.indexOf('\n', start);
      int end = newline < 0 ? text.length() : newline + 1;
      String line = text.substring(start, end);
      unescape &= line.indexOf('<') < 0;
      fixed.append(line(line, unescape));
      start = end;
    }
    return fixed.toString();
  }

  private static String line(String line, boolean unescape) {
    String text = line;
    for (int pass = 0; pass < MOST_PASSES; pass++) {
      String before = text;
      text = unescape ? HtmlEntities.unescapeTerminated(text) : text;
      text = characters(Mojibake.repaired(text));
      text = ANSI.matcher(text).replaceAll("");
      text = withoutControls(text);
      text = Normalizer.normalize(text, Normalizer.Form.NFC);
      if (text.equals(before)) {
        break;
      }
    }
    return text;
  }

  /** Replaces single characters. */
  private static String characters(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
      int c = text.codePointAt(i);
      if (c < 0x80) {
        out.append((char) c);
      } else if (c <= 0x9F) {
        out.append(HtmlEntities.windows(c));
      } else if (c == '\u3000') {
        out.append(' ');
      } else if (c >= 0xFF01 && c <= 0xFFEF) {
        out.append(Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKC));
      } else {
        String letters = ligature(c);
        out.append(letters == null ? Character.toString(c) : letters);
      }
    }
    return LINE_BREAK.matcher(straight(out)).replaceAll("\n");
  }

  private static StringBuilder straight(StringBuilder text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '\u201C' && c <= '\u201F') {
        text.setCharAt(i, '"');
      } else if ((c >= '\u2018' && c <= '\u201B') || c == '\u02BC') {
        text.setCharAt(i, '\'');
      }
    }
    return text;
  }

  private static @Nullable String ligature(int c) {
    return switch (c) {
      case 'Ĳ' -> "IJ";
      case 'ĳ' -> "ij";
      case 'ŉ' -> "\u02BCn";
      case 'Ǳ' -> "DZ";
      case 'ǲ' -> "Dz";
      case 'ǳ' -> "dz";
      case 'Ǆ' -> "DŽ";
      case 'ǅ' -> "Dž";
      case 'ǆ' -> "dž";
      case 'Ǉ' -> "LJ";
      case 'ǈ' -> "Lj";
      case 'ǉ' -> "lj";
      case 'Ǌ' -> "NJ";
      case 'ǋ' -> "Nj";
      case 'ǌ' -> "nj";
      case 'ﬀ' -> "ff";
      case 'ﬁ' -> "fi";
      case 'ﬂ' -> "fl";
      case 'ﬃ' -> "ffi";
      case 'ﬄ' -> "ffl";
      case 'ﬅ' -> "ſt";
      case 'ﬆ' -> "st";
      default -> null;
    };
  }

  private static String withoutControls(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean control =
          c < 0x09
              || c == 0x0B
              || (c >= 0x0E && c < 0x20)
              || c == 0x7F
              || (c >= 0x206A && c <= 0x206F)
              || c == 0xFEFF
              || (c >= 0xFFF9 && c <= 0xFFFC);
      if (!control) {
        kept.append(c);
      }
    }
    return kept.toString();
  }
}
