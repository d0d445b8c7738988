package dev.vit4j.format;

/** Words of printed commands, which a user can paste into a shell. */
public final class ShellWord {
  private static final String PLAIN = "[A-Za-z0-9_@%+=:,./][A-Za-z0-9_@%+=:,./~-]*";

  private ShellWord() {}

  /** Returns a path or name as one word of a POSIX shell, in quotes if it needs them. */
  public static String of(Object word) {
    String text = word.toString();
    return text.matches(PLAIN) ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
