package dev.vit4j.format;

import java.util.List;

/** Formats the first items of a list and the number of remaining ones. */
public final class FirstFew {
  private static final int NAMED = 20;

  private FirstFew() {}

  /** Returns a text such as {@code a; b; c and 12 more}. */
  public static String of(List<String> items) {
    String first = String.join("; ", items.subList(0, Math.min(NAMED, items.size())));
    return items.size() <= NAMED ? first : first + " and " + (items.size() - NAMED) + " more";
  }
}
