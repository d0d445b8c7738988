package dev.vit4j.text;

import java.util.Locale;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Entities;
import org.jspecify.annotations.Nullable;

/** Replaces HTML's character references by characters. */
final class HtmlEntities {
  /** As in Python's {@code html.unescape}. */
  private static final Pattern ANY =
      Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");

  /** As in ftfy. */
  private static final Pattern TERMINATED = Pattern.compile("&#?[0-9A-Za-z]{1,24};");

  /** What Windows-1252 has for the bytes 0x80 to 0x9F; U+0080 … where it has nothing. */
  private static final String WINDOWS = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";

  private HtmlEntities() {}

  /**
   * Replaces all references by HTML5's rules, as Python's {@code html.unescape}: the semicolon is
   * optional after numbers and after the names that have been in HTML for long.
   */
  static String unescape(String text) {
    return text.indexOf('&') < 0 ? text : replace(ANY, text, m -> reference(m.group(1)));
  }

  /**
   * Replaces references that end with a semicolon, and those that were changed to upper case, such
   * as NTILDE in place of Ntilde, as ftfy does.
   */
  static String unescapeTerminated(String text) {
    return text.indexOf('&') < 0 ? text : replace(TERMINATED, text, m -> terminated(m.group()));
  }

  private static String replace(Pattern pattern, String text, Function<MatchResult, String> by) {
    return pattern.matcher(text).replaceAll(m -> Matcher.quoteReplacement(by.apply(m)));
  }

  private static String reference(String name) {
    if (name.charAt(0) == '#') {
      boolean hex = name.charAt(1) == 'x' || name.charAt(1) == 'X';
      return number(name.substring(hex ? 2 : 1).replace(";", ""), hex ? 16 : 10);
    }
    String whole = name.endsWith(";") ? named(name.substring(0, name.length() - 1)) : base(name);
    for (int end = name.length() - 1; whole == null && end > 1; end--) {
      String prefix = base(name.substring(0, end));
      whole = prefix == null ? null : prefix + name.substring(end);
    }
    return whole == null ? "&" + name : whole;
  }

  private static String terminated(String reference) {
    if (reference.startsWith("&#")) {
      String character = unescape(reference);
      return character.indexOf(';') >= 0 ? reference : character;
    }
    String name = reference.substring(1, reference.length() - 1);
    String exact = named(name);
    if (exact != null) {
      return exact;
    }
    String lower = name.toLowerCase(Locale.ROOT);
    String shouted = named(lower);
    return shouted != null
            && name.equals(lower.toUpperCase(Locale.ROOT))
            && unescape(reference).equals(reference)
        ? shouted.toUpperCase(Locale.ROOT)
        : reference;
  }

  private static @Nullable String named(String name) {
    return Entities.isNamedEntity(name) ? Entities.getByName(name) : null;
  }

  /** Returns the character of a name that needs no semicolon, or null. */
  private static @Nullable String base(String name) {
    return Entities.isBaseNamedEntity(name) ? Entities.getByName(name) : null;
  }

  /** Returns the character of Windows-1252 for a number from 0x80 to 0x9F. */
  static char windows(int c) {
    return WINDOWS.charAt(c - 0x80);
  }

  private static String number(String digits, int radix) {
    String significant = digits.replaceFirst("^0+(?=.)", "");
    int c = significant.length() > 8 ? Integer.MAX_VALUE : (int) Long.parseLong(significant, radix);
    if (c >= 0x80 && c <= 0x9F) {
      return String.valueOf(windows(c));
    }
    if (c <= 0 || (c >= 0xD800 && c <= 0xDFFF) || c > Character.MAX_CODE_POINT) {
      return "\uFFFD";
    }
    boolean noCharacter =
        c < 0x09
            || c == 0x0B
            || (c >= 0x0E && c < 0x20)
            || c == 0x7F
            || (c >= 0xFDD0 && c <= 0xFDEF)
            || (c & 0xFFFE) == 0xFFFE;
    return noCharacter ? "" : Character.toString(c);
  }
}
