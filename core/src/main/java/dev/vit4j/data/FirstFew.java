package dev.vit4j.data;

import java.util.List;

/** The first items of a list as text, and how many more there are. */
public final class FirstFew {
  private static final int NAMED = 20;

  private FirstFew() {}

  /** Such as {@code a; b; c and 12 more}. */
  public static String of(List<String> items) {
    String first = String.join("; ", items.subList(0, Math.min(NAMED, items.size())));
    return items.size() <= NAMED ? first : first + " and " + (items.size() - NAMED) + " more";
  }
}
