package dev.vit4j.format;

import java.util.Locale;

/**
 * A count with its noun, as lines for users have it: {@code 1 image}, {@code 12,345 images}. JSON
 * and CSV have plain numbers.
 */
public final class Count {
  private Count() {}

  /**
   * Returns the number, with a comma between thousands, and the noun in its form for this number.
   *
   * @param noun singular, such as {@code batch} or {@code test image}
   */
  public static String of(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? noun : plural(noun));
  }

  private static String plural(String noun) {
    boolean hisses =
        noun.endsWith("s") || noun.endsWith("x") || noun.endsWith("tch"); // an epoch not
    return noun + (hisses ? "es" : "s");
  }
}
