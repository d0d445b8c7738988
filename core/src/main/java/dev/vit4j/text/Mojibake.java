package dev.vit4j.text;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Repairs UTF-8 that was read in an encoding with one byte per character: {@code schÃ¶n} becomes
 * {@code schön}. It does what ftfy does for common texts, with rules of its own:
 *
 * <ol>
 *   <li>A sequence is a character that stands for a leading byte of UTF-8 with the characters that
 *       stand for its continuation bytes, such as {@code Ã¶} or {@code â€œ}. It is evidence if it
 *       is unlikely in ordinary text: if it touches another sequence, if an upper-case letter
 *       follows a lower-case one, if a continuation is neither a letter nor a mark that may follow
 *       one, or if a mark is followed by a letter; see {@code isEvidence}.
 *   <li>If all characters of a line outside of ASCII are sequences in one encoding, and one of them
 *       is evidence, the line is decoded.
 *   <li>Otherwise, each sequence of a Latin encoding that is evidence is decoded where it stands,
 *       and each dash, quotation mark or the like (U+2000 to U+203F) of the other encodings.
 * </ol>
 *
 * Both are repeated, as some text was damaged twice. Unlike ftfy, it does not repair sequences of
 * which bytes were lost, such as {@code Ã} followed by a blank.
 */
final class Mojibake {
  private static final int BYTES = 256;
  private static final int MOST_PASSES = 10;
  private static final String WINDOWS_1252 = "windows-1252";
  private static final List<String> LATIN =
      List.of(WINDOWS_1252, "windows-1250", "windows-1254", "windows-1257", "ISO-8859-2");
  private static final String JOINS_WORDS = "–—·\u00A0\u00AD";
  private static final String AFTER_LETTERS = JOINS_WORDS + "‘’‚“”„‹›«»…•¡¿®™©€¢£¥´";

  /** Of Windows-1252 and of those that ftfy tries after it. */
  private static final List<Mojibake> ENCODINGS =
      Stream.of(
              WINDOWS_1252,
              "windows-1251",
              "windows-1250",
              "windows-1253",
              "windows-1254",
              "windows-1257",
              "ISO-8859-2",
              "x-MacRoman",
              "IBM437")
          .filter(Charset::isSupported)
          .map(Mojibake::new)
          .toList();

  private final String name;
  private final Map<Character, Byte> bytes = new HashMap<>();

  private Mojibake(String name) {
    this.name = name;
    Charset charset = Charset.forName(name);
    for (int b = 0x80; b < BYTES; b++) {
      char c = new String(new byte[] {(byte) b}, charset).charAt(0);
      bytes.put(c == '\uFFFD' ? (char) b : c, (byte) b); // what is free, as in browsers
    }
    for (int b = 0x80; b < BYTES && name.equals(WINDOWS_1252); b++) {
      bytes.putIfAbsent((char) b, (byte) b); // the same as in Latin-1
    }
  }

  static String repaired(String text) {
    String now = text;
    for (int pass = 0; pass < MOST_PASSES && !isAscii(now); pass++) {
      String before = now;
      now = once(now);
      if (now.equals(before)) {
        break;
      }
    }
    return now;
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  private static String once(String text) {
    for (Mojibake encoding : ENCODINGS) {
      String whole = encoding.decode(text, true);
      if (whole != null) {
        return whole;
      }
    }
    String parts = text;
    for (Mojibake encoding : ENCODINGS) {
      String decoded = encoding.decode(parts, false);
      parts = decoded == null ? parts : decoded;
    }
    return parts;
  }

  /**
   * @param whole whether all characters must be sequences
   * @return null if not, or if there is no evidence
   */
  private @Nullable String decode(String text, boolean whole) {
    StringBuilder out = new StringBuilder(text.length());
    boolean neighbors = whole || name.equals(WINDOWS_1252); // of the others only by chance
    boolean evidence = false;
    boolean touches = false; // the sequence before ends here
    for (int i = 0; i < text.length(); ) {
      String sequence = text.charAt(i) < 0x80 ? null : sequenceAt(text, i);
      if (sequence == null) {
        if (whole && text.charAt(i) >= 0x80) {
          return null;
        }
        out.append(text.charAt(i++));
        touches = false;
        continue;
      }
      boolean strong =
          (whole || LATIN.contains(name))
              ? isEvidence(text, i, sequence.length(), neighbors, touches)
              : isPunctuation(sequence);
      String character = strong || whole ? utf8(sequence) : null;
      evidence |= strong;
      out.append(character == null ? sequence : character);
      i += sequence.length();
      touches = true;
    }
    return evidence ? out.toString() : null;
  }

  /** Returns the characters at a place that stand for one character of UTF-8, or null. */
  private @Nullable String sequenceAt(String text, int at) {
    int length = length(byteOf(text.charAt(at)));
    if (length == 0 || text.length() - at < length) {
      return null;
    }
    String sequence = text.substring(at, at + length);
    return utf8(sequence) == null ? null : sequence;
  }

  private int byteOf(char c) {
    Byte b = bytes.get(c);
    return b == null ? -1 : b & 0xFF;
  }

  private static int length(int lead) {
    if (lead < 0xC2 || lead > 0xF4) {
      return 0;
    }
    return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  }

  private @Nullable String utf8(String sequence) {
    byte[] encoded = new byte[sequence.length()];
    for (int i = 0; i < encoded.length; i++) {
      int b = byteOf(sequence.charAt(i));
      if (i > 0 && (b < 0x80 || b > 0xBF)) {
        return null;
      }
      encoded[i] = (byte) b;
    }
    String character = new String(encoded, StandardCharsets.UTF_8);
    return character.indexOf('\uFFFD') < 0 ? character : null;
  }

  private boolean isEvidence(String text, int at, int length, boolean neighbors, boolean touches) {
    char lead = text.charAt(at);
    char last = text.charAt(at + length - 1);
    boolean afterLower = at > 0 && isAsciiLower(text.charAt(at - 1));
    boolean beforeWord = at + length < text.length() && isAsciiLower(text.charAt(at + length));
    return (neighbors && (touches || sequenceFollows(text, at + length)))
        || (afterLower && Character.isUpperCase(lead))
        || (beforeWord && JOINS_WORDS.indexOf(last) < 0 && !Character.isLetter(last))
        || isTypical(lead, last)
        || isPunctuation(text.substring(at, at + length))
        || (!isRare(byteOf(lead))
            && text.substring(at + 1, at + length)
                .chars()
                .anyMatch(Mojibake::isUnlikelyAfterLetter));
  }

  private static boolean isAsciiLower(char c) {
    return c >= 'a' && c <= 'z';
  }

  /** Leading bytes of common letters and symbols. */
  private boolean isTypical(char lead, char last) {
    return switch (name) {
      case WINDOWS_1252, "windows-1254" ->
          lead == 'â' || ("ÂÃÎÐ".indexOf(lead) >= 0 && "…’¥".indexOf(last) < 0);
      case "x-MacRoman" -> lead == '√';
      case "IBM437" -> lead == '├';
      default -> false;
    };
  }

  /** In Greek, what stands for these bytes is not unlikely. */
  private boolean isPunctuation(String sequence) {
    return sequence.length() == 3
        && byteOf(sequence.charAt(0)) == 0xE2
        && byteOf(sequence.charAt(1)) == 0x80
        && !name.equals("windows-1253");
  }

  /** Leading bytes of scripts that are rare, and of letters that marks often follow, as ß. */
  private static boolean isRare(int b) {
    return b >= 0xD2 && b <= 0xDF && b != 0xD8 && b != 0xDC && b != 0xDD;
  }

  private static boolean isUnlikelyAfterLetter(int c) {
    boolean letter = Character.isLetter(c) && Character.getType(c) != Character.MODIFIER_LETTER;
    return !letter && AFTER_LETTERS.indexOf(c) < 0;
  }

  private boolean sequenceFollows(String text, int at) {
    return at < text.length() && text.charAt(at) >= 0x80 && sequenceAt(text, at) != null;
  }
}
