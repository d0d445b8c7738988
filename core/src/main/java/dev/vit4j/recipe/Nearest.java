package dev.vit4j.recipe;

import java.util.Comparator;
import java.util.List;

/** Suggests the closest known name for a misspelled one. */
public final class Nearest {
  private static final int IN_A_LINE = 40;

  private Nearest() {}

  /**
   * Returns {@code did you mean 'epochs'?}, or a list of all names if none is close.
   *
   * @param command command that lists the names, used if they do not fit on one line
   */
  static String hint(String word, List<String> known, String command) {
    String best = known.stream().min(Comparator.comparingInt(k -> distance(word, k))).orElseThrow();
    boolean near = word.length() <= 64 && distance(word, best) <= 1 + best.length() / 4;
    if (near) {
      return "did you mean '" + best + "'?";
    }
    return known.size() <= IN_A_LINE
        ? "use one of " + String.join(", ", known)
        : "`%s` lists all".formatted(command);
  }

  /** Returns the Levenshtein distance: number of insertions, deletions and replacements. */
  public static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
